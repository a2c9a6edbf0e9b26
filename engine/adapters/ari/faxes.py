"""Faxes in ARI's words. Pure.

Sending and receiving are done by the dialplan's context `callweave-fax`, which a channel is sent to. The files of a leg
have its name: `…-fax-out.tif` goes to the other machine, `…-fax-in.tif` has come from it, `…-fax-heard.wav` is what was
heard of it at first.
"""

from __future__ import annotations

from engine.adapters.ari.messages import ChannelUserevent, QueryString, StasisStart
from engine.adapters.ari.translate import FAXES, Request, beside, enter, known, segment
from engine.adapters.faxes import Arrived, Medium

TONE, BACK = "fax", "faxed"
"""The first argument of our application in a channel that has sounded a fax's tone, and in one that is back."""
EVENT = "CallweaveFax"
OVER = "CALLWEAVE_FAX_OVER"
"""The channel variable that says how a fax went, when it is over."""
T38 = "CHANNEL(pjsip,t38state)"
T38_STATES = frozenset({"REMOTE_REINVITE", "ENABLED"})
"""Only the far end asks for T.38 when we send, and only a machine does."""
LISTENED = 15
"""Seconds for which we listen to who has answered."""
_OUT, _IN, _HEARD = "-fax-out.tif", "-fax-in.tif", "-fax-heard"


def out_name(leg: str) -> str:
    """The file with the pages that go out."""
    return leg + _OUT


def in_name(leg: str) -> str:
    """The file with the pages that have come in."""
    return leg + _IN


def leg_of_file(name: str) -> str | None:
    """The leg whose pages a file is, that have come in; None for any other file."""
    return name.removesuffix(_IN) if name.endswith(_IN) else None


def heard_name(leg: str) -> str:
    """The channel that listens to a leg, and its recording."""
    return leg + _HEARD


def listened_to(name: str) -> str | None:
    """The leg that a channel or recording of this name listens to; None for any other."""
    return name.removesuffix(_HEARD) if name.endswith(_HEARD) else None


def hear_tone(leg: str) -> Request:
    """Have Asterisk listen for a fax machine's tone; the dialplan sends us the channel back when there is one."""
    return known(leg, "FAXOPT(faxdetect)", "yes")


def send(leg: str) -> Request:
    """Hand a channel to the dialplan, which sends the pages that it knows of."""
    return enter(leg, FAXES, "send")


def receive(leg: str) -> Request:
    """Hand a channel to the dialplan, which takes the pages that come."""
    return enter(leg, FAXES, "receive")


def listen(leg: str, application: str) -> Request:
    """Have a channel hear what comes from the other side."""
    return beside(leg, heard_name(leg), application, hears="in")


def record_heard(name: str) -> Request:
    """Record what such a channel hears, as long as we listen."""
    query = (
        QueryString("name", name), QueryString("format", "wav"), QueryString("ifExists", "overwrite"),
        QueryString("maxDurationSeconds", str(LISTENED)),
    )  # fmt: skip
    return Request("POST", f"channels/{segment(name)}/record", query)


def is_tone(event: StasisStart) -> bool:
    """Whether the dialplan says that this channel is a fax machine."""
    return event.args[:1] == [TONE]


def is_back(event: StasisStart) -> bool:
    """Whether a channel is back after a fax."""
    return event.args[:1] == [BACK]


def over(event: ChannelUserevent) -> Arrived | None:
    """How a fax went, if that is what the dialplan says."""
    return result(event.userevent.get("over", "")) if event.eventname == EVENT else None


def result(written: str) -> Arrived | None:
    """How a fax went: `SUCCESS|2|14400|audio||STATION`; None if it is not over.

    FAXSTATUS is FAILED from the start on and FAXERROR says HANGUP also of a fax that went well, so only their values at
    the end are looked at, and the error only of one that went wrong.
    """
    parts = written.split("|")
    if len(parts) != 6 or not parts[0]:
        return None
    status, pages, rate, mode, fault, station = parts
    medium: Medium = "t38" if mode.lower() == "t38" else "audio" if mode.lower() == "audio" else ""
    whole = status == "SUCCESS"
    return Arrived(
        whole=whole, pages=_number(pages), rate=_number(rate), medium=medium, station=station.strip(),
        fault="" if whole else _word(fault),
    )  # fmt: skip


def _word(fault: str) -> str:
    """Asterisk's word for what went wrong, as one of ours."""
    word = "_".join(fault.lower().replace("-", " ").split())
    return "broke_off" if word in ("", "hangup") else word[:60]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0

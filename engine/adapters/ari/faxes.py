"""Faxes in ARI's words. Pure.

Sending and receiving are done by the dialplan's context `callweave-fax`, which a channel is sent to. The files of a leg
have its name: `…-fax-out.tif` goes to the other machine, `…-fax-in.tif` has come from it, `…-fax-heard.wav` is what was
heard of it at first.
"""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from engine.adapters.ari.messages import ChannelUserevent, QueryString, StasisStart
from engine.adapters.ari.translate import FAXES, LISTENING, Request
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


def known(leg: str, name: str, value: str) -> Request:
    """Have the channel know something."""
    query = (QueryString("variable", name), QueryString("value", value))
    return Request("POST", f"channels/{quote(leg, safe='')}/variable", query)


def asked(leg: str, name: str) -> Request:
    """What the channel knows; its answer is a `Variable`."""
    return Request("GET", f"channels/{quote(leg, safe='')}/variable", (QueryString("variable", name),))


def hear_tone(leg: str) -> Request:
    """Have Asterisk listen for a fax machine's tone; the dialplan sends us the channel back when there is one."""
    return known(leg, "FAXOPT(faxdetect)", "yes")


def enter(leg: str, extension: str) -> Request:
    """Send a channel into the dialplan, to `send` or to `receive`."""
    query = (
        QueryString("context", FAXES), QueryString("extension", extension), QueryString("priority", "1"),
    )  # fmt: skip
    return Request("POST", f"channels/{quote(leg, safe='')}/continue", query)


def listen(leg: str, application: str) -> Request:
    """Have a channel hear what comes from the other side."""
    query = (
        QueryString("app", application), QueryString("appArgs", LISTENING), QueryString("spy", "in"),
        QueryString("whisper", "none"),
    )  # fmt: skip
    return Request("POST", f"channels/{quote(leg, safe='')}/snoop/{quote(heard_name(leg), safe='')}", query)


def record_heard(name: str) -> Request:
    """Record what such a channel hears, as long as we listen."""
    query = (
        QueryString("name", name), QueryString("format", "wav"), QueryString("ifExists", "overwrite"),
        QueryString("maxDurationSeconds", str(LISTENED)),
    )  # fmt: skip
    return Request("POST", f"channels/{quote(name, safe='')}/record", query)


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


def read_variable(body: str) -> str:
    """A variable's value in an answer of ARI's."""
    return _variables.decode(body).get("value", "") if body else ""


def _word(fault: str) -> str:
    """Asterisk's word for what went wrong, as one of ours."""
    word = "_".join(fault.lower().replace("-", " ").split())
    return "broke_off" if word in ("", "hangup") else word[:60]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


_variables = msgspec.json.Decoder(dict[str, str])

"""ARI's words into ours and ours into ARI's; no sockets, no clock.

A leg is a channel; its name is the channel's id. A playback has one of a few names of its leg (`<leg>-p3`), so an
engine that takes over a call knows every name that an earlier one can have left playing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Literal
from urllib.parse import quote

import msgspec

from engine.adapters.ari.messages import (
    EVENTS,
    Channel,
    ChannelHangupRequest,
    PlaybackFinished,
    QueryString,
    StasisEnd,
    StasisStart,
    tag_of,
)
from engine.adapters.leg import Input, PlaybackEnded, PlaybackFailed
from engine.adapters.telephony import LegFound, Outgoing
from engine.events import CallOffered

NAMES = 8
"""How many names a leg has for its playbacks: so many may be stopped and not yet ended at once."""

KEYS = frozenset("0123456789*#ABCD")

REASONS = {
    "normal": "normal", "busy": "busy", "congestion": "congestion", "no_answer": "no_answer", "rejected": "rejected",
    "unallocated": "unallocated", "failure": "failure",
}  # fmt: skip
"""Why we hang up, and ARI's word for it. A cause that does not stand here is `normal` to the party."""


LISTENING = "listen"
"""The first argument of our application in a channel that listens to another."""
TRANSFERS = "PJSIP_TRANSFER_HANDLING()"
"""What becomes of a REFER of this party: `ari-only` says that we are told, and Asterisk does nothing itself."""
PLACED = "out"
"""The first argument of our application in a call that we made."""
FAXES = "callweave-fax"
"""The dialplan's context that sends and receives faxes."""
DETECTION = "callweave-machine"
"""The dialplan's context that listens to who answers, and comes back."""


class Request(msgspec.Struct, frozen=True):
    """One REST request."""

    method: str
    uri: str
    query: tuple[QueryString, ...] = ()
    body: str = ""


# the shapes of what we ask


@lru_cache(8192)
def segment(text: str) -> str:
    """A name as it stands in a path."""
    return quote(text, safe="")


def as_json(body: object) -> str:
    """What is sent with a request."""
    return msgspec.json.encode(body).decode()


def known(channel: str, name: str, value: str) -> Request:
    """Have a channel know something."""
    query = (QueryString("variable", name), QueryString("value", value))
    return Request("POST", f"channels/{segment(channel)}/variable", query)


def asked(channel: str, name: str) -> Request:
    """What a channel knows; its answer is a `Variable`."""
    return Request("GET", f"channels/{segment(channel)}/variable", (QueryString("variable", name),))


def enter(channel: str, context: str, extension: str) -> Request:
    """Send a channel into the dialplan."""
    query = (QueryString("context", context), QueryString("extension", extension), QueryString("priority", "1"))
    return Request("POST", f"channels/{segment(channel)}/continue", query)


def beside(leg: str, name: str, application: str, *, hears: str = "none", speaks: str = "none") -> Request:
    """Make a channel beside a leg: it hears what goes `in`, `out` or `both`, and speaks the same ways."""
    query = (
        QueryString("spy", hears), QueryString("whisper", speaks), QueryString("app", application),
        QueryString("appArgs", LISTENING),
    )  # fmt: skip
    return Request("POST", f"channels/{segment(leg)}/snoop/{segment(name)}", query)


# what we ask


def event_filter(application: str) -> Request:
    """Let through only what we look at."""
    allowed = [{"type": tag_of(event)} for event in EVENTS]
    return Request("PUT", f"applications/{quote(application)}/eventFilter", body=as_json({"allowed": allowed}))


def all_channels() -> Request:
    """Every channel of this Asterisk, ours and others'."""
    return Request("GET", "channels")


def send_back(leg: str) -> Request:
    """Give the call back to the dialplan, which says one moment and offers it again (extensions.conf)."""
    return Request("POST", f"channels/{segment(leg)}/continue", (QueryString("label", "later"),))


def answer(leg: str) -> Request:
    """Take the call."""
    return Request("POST", f"channels/{segment(leg)}/answer")


def play(leg: str, playback: str, clips: Sequence[str]) -> Request:
    """Play sound files, given by their absolute paths without extension, one after the other."""
    media = [f"sound:{clip}" for clip in clips]
    return Request("POST", f"channels/{segment(leg)}/play/{segment(playback)}", body=as_json({"media": media}))


def stop(playback: str) -> Request:
    """Stop a playback, or take it from the queue."""
    return Request("DELETE", f"playbacks/{segment(playback)}")


def hang_up(leg: str, cause: str) -> Request:
    """End the call, or refuse it."""
    query = (QueryString("reason", REASONS.get(cause, "normal")),)
    return Request("DELETE", f"channels/{segment(leg)}", query)


TRUNK_MODULES = ("res_pjsip.so", "res_pjsip_endpoint_identifier_ip.so", "res_pjsip_outbound_registration.so")
"""The modules that read the configuration of trunks."""


def reload(module: str) -> Request:
    """Have a module read its configuration again."""
    return Request("PUT", f"asterisk/modules/{module}")


def endpoints() -> Request:
    """Every SIP endpoint, and how it is."""
    return Request("GET", "endpoints/PJSIP")


def create(call: Outgoing, application: str) -> Request:
    """Make the channel of a call, without dialling. What the other side sees is its connected line's number."""
    query = (
        QueryString("endpoint", call.endpoint), QueryString("app", application), QueryString("appArgs", PLACED),
        QueryString("channelId", call.leg),
    )  # fmt: skip
    variables = {TRANSFERS: "ari-only"}
    if call.caller_id:
        variables["CONNECTEDLINE(all)"] = f"<{call.caller_id}>"
    if call.fax is not None:
        variables["CALLWEAVE_FAX_FILE"] = call.fax.file
        variables["CALLWEAVE_FAX_HEADER"] = call.fax.header
        variables["CALLWEAVE_FAX_STATION"] = call.fax.station
    return Request("POST", "channels/create", query, as_json({"variables": variables}))


def dial(call: Outgoing) -> Request:
    """Ring the far end, for whole seconds, not less than was asked for."""
    query = (QueryString("timeout", str(max(1, math.ceil(call.ring_seconds)))),)
    return Request("POST", f"channels/{segment(call.leg)}/dial", query)


def detect(call: Outgoing) -> Request:
    """Have the dialplan listen to who answers, and to the end of a machine's greeting."""
    extension = "beep" if call.wait_for_beep else "now"
    return enter(call.leg, DETECTION, extension)


def watch(leg: str, application: str) -> Request:
    """Hear of a channel also while it is in the dialplan."""
    return Request("POST", f"applications/{quote(application)}/subscription", _channel(leg))


def unwatch(leg: str, application: str) -> Request:
    """Hear of it once only, when it is back."""
    return Request("DELETE", f"applications/{quote(application)}/subscription", _channel(leg))


def playback_names(leg: str) -> list[str]:
    """Every name that a playback of this leg can have."""
    return [f"{leg}-p{number}" for number in range(NAMES)]


# what Asterisk tells


def offered(event: StasisStart, at: datetime) -> CallOffered:
    """Somebody calls. The number called is the dialplan's first argument, else the extension."""
    channel = event.channel
    called = event.args[0] if event.args else channel.dialplan.exten
    line = channel.name.partition("/")[2].rpartition("-")[0]  # PJSIP/main-telco-0000002a
    return CallOffered(at=at, leg=channel.id, caller=channel.caller.number, called=called, line=line)


def is_placed(event: StasisStart) -> bool:
    """Whether this is a call that we made."""
    return event.args[:1] == [PLACED]


def who_answered(event: StasisStart) -> Literal["human", "machine", "unsure"]:
    """What machine detection says: AMDSTATUS, and AMDCAUSE, for silence is no sign of a machine."""
    status, cause = (*event.args[1:], "", "")[:2]
    if status == "HUMAN":
        return "human"
    return "machine" if status == "MACHINE" and not cause.startswith("INITIALSILENCE") else "unsure"


def is_after_end(event: StasisStart) -> bool:
    """Whether a catch-all pattern in the dialplan sent us the `h` extension of a call that is over."""
    return event.channel.dialplan.exten == "h"


def found(channels: Iterable[Channel], application: str) -> list[LegFound]:
    """Those channels that are in our application."""
    legs = []
    for channel in channels:
        name, *arguments = channel.dialplan.app_data.split(",")
        if arguments[:1] == [LISTENING]:
            continue
        detected = channel.dialplan.context in (DETECTION, FAXES)
        if detected or (channel.dialplan.app_name == "Stasis" and name == application):
            placed = detected or arguments[:1] == [PLACED]
            called = arguments[0] if arguments and not placed else channel.dialplan.exten
            legs.append(
                LegFound(
                    leg=channel.id, caller=channel.caller.number, called=called, answered=channel.state == "Up",
                    placed=placed, rings=channel.state == "Ringing",
                )
            )  # fmt: skip
    return legs


def leg_of(event: PlaybackFinished) -> str:
    """The leg that a playback was heard on."""
    return event.playback.target_uri.removeprefix("channel:")


def end_of_playback(event: PlaybackFinished, number: int) -> Input:
    """A playback's end, under our number for it."""
    if event.playback.state == "failed":
        return PlaybackFailed(number, "Asterisk could not play the prompt")
    return PlaybackEnded(number)


def cause_of(event: ChannelHangupRequest | StasisEnd, ours: str | None) -> str:
    """Why a leg ended: as we hung up (`ours`), else the caller gave up before the answer, else they hung up."""
    if ours is not None:
        return ours
    return "normal" if event.channel.state == "Up" else "cancelled"


def _channel(leg: str) -> tuple[QueryString, ...]:
    return (QueryString("eventSource", f"channel:{leg}"),)

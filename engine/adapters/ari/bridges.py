"""What we ask of Asterisk about bridges, and about channels that stand in them; no sockets, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.adapters.ari.messages import BridgeSnapshot, ChannelTransfer, QueryString, StasisStart
from engine.adapters.ari.translate import LISTENING, TRANSFERS, Request, as_json, asked, beside, known, segment
from engine.adapters.parties.board import BridgeFound
from engine.adapters.parties.transfers import TransferAsked

OURS = ("dial-", "room-", "listen-")
"""How the names of our bridges begin."""
NOTE = "CALLWEAVE_CALLED"
"""The channel variable that says which numbers were called for its party."""
BEEP = "tone:1004/300,0/5000"
WHISPER = {"listen": "none", "whisper": "out", "barge": "both"}


def all_bridges() -> Request:
    """Every bridge of this Asterisk."""
    return Request("GET", "bridges")


def make(name: str, *, mixed: bool = False) -> Request:
    """Make a bridge that lets us see keys; nothing happens if it is there.

    Two in it are handed each other's packets as they come; `mixed`: they hear sound that is made anew, as more than two
    always do. Asterisk has no plainer word for a bridge that never does otherwise than the one for video.
    """
    kind = "mixing,dtmf_events,video_sfu" if mixed else "mixing,dtmf_events"
    return Request("POST", f"bridges/{segment(name)}", (QueryString("type", kind),))


def destroy(name: str) -> Request:
    """Take a bridge down."""
    return Request("DELETE", f"bridges/{segment(name)}")


def add(name: str, leg: str) -> Request:
    """Bring a channel in; it leaves the bridge where it was."""
    return Request("POST", f"bridges/{segment(name)}/addChannel", (QueryString("channel", leg),))


def remove(name: str, leg: str) -> Request:
    """Take a channel out."""
    return Request("POST", f"bridges/{segment(name)}/removeChannel", (QueryString("channel", leg),))


def bridge_music(name: str, *, on: bool) -> Request:
    """Music for all in a bridge."""
    return Request("POST" if on else "DELETE", f"bridges/{segment(name)}/moh")


def play(name: str, playback: str, media: Sequence[str]) -> Request:
    """Play something to all in a bridge."""
    return Request("POST", f"bridges/{segment(name)}/play/{segment(playback)}", body=as_json({"media": list(media)}))


def music(leg: str, *, on: bool) -> Request:
    """Music for one party."""
    return Request("POST" if on else "DELETE", f"channels/{segment(leg)}/moh")


def mute(leg: str, *, on: bool) -> Request:
    """What the party says goes nowhere."""
    return Request("POST" if on else "DELETE", f"channels/{segment(leg)}/mute", (QueryString("direction", "in"),))


def note(leg: str, text: str) -> Request:
    """Keep a note with a channel."""
    return known(leg, NOTE, text)


def noted(leg: str) -> Request:
    """The note of a channel."""
    return asked(leg, NOTE)


def leave_transfers_to_us(leg: str) -> Request:
    """Asterisk carries out no REFER of this party: we are told."""
    return known(leg, TRANSFERS, "ari-only")


def transfer_is(leg: str, state: str) -> Request:
    """Tell the telephone how far its REFER is."""
    return Request("POST", f"channels/{segment(leg)}/transfer_progress", (QueryString("states", state),))


def snoop(leg: str, name: str, mode: str, application: str) -> Request:
    """Make a channel that hears what a party says and hears, and speaks as the mode says."""
    return beside(leg, name, application, hears="both", speaks=WHISPER[mode])


def found(bridges: Sequence[BridgeSnapshot], at: datetime) -> dict[str, BridgeFound]:
    """Those bridges that are ours."""
    return {
        bridge.id: BridgeFound(bridge.id, tuple(bridge.channels), _age(bridge.creationtime, at))
        for bridge in bridges
        if bridge.id.startswith(OURS)
    }


def is_listening(event: StasisStart) -> bool:
    """Whether this is a channel that listens to another."""
    return event.args[:1] == [LISTENING]


def transfer_asked(event: ChannelTransfer) -> TransferAsked:
    """What a telephone asks for. The number is the user part of a SIP URI, or stands alone."""
    wanted = event.refer_to.requested_destination.destination
    number = wanted.partition(":")[2] if wanted.lower().startswith(("sip:", "sips:", "tel:")) else wanted
    number = number.partition("@")[0].partition(";")[0]
    second = event.refer_to.destination_channel
    return TransferAsked(
        leg=event.referred_by.source_channel.id, to=number, second=second.id if second is not None else ""
    )


def _age(written: str, at: datetime) -> float:
    try:
        return max(0.0, (at - datetime.strptime(written, "%Y-%m-%dT%H:%M:%S.%f%z")).total_seconds())
    except ValueError:
        return 0.0

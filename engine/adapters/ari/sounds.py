"""Sound under a conversation and a caller's sound for us, in ARI's words. Pure.

Both are channels beside the leg, named by it: `…-bg1` whispers a background sound; `…-ear1` hears what the party says,
and stands in a bridge of the same name with `…-ear1w`, which carries that sound to us over a WebSocket.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from engine.adapters.ari.messages import QueryString
from engine.adapters.ari.translate import LISTENING, Request, asked, beside, known, segment

NOTE = "CALLWEAVE_BACKGROUND"
CONNECTION = "MEDIA_WEBSOCKET_CONNECTION_ID"
_NAME = re.compile(r"(?P<leg>.+)-(?P<what>bg|ear)(?P<part>\d+)(?P<wire>w?)")


def background_name(leg: str, part: int) -> str:
    """The channel that whispers the n-th sound of a leg."""
    return f"{leg}-bg{part}"


def ear_name(leg: str, part: int) -> str:
    """The channel that hears a party, and the bridge in which it stands."""
    return f"{leg}-ear{part}"


def wire_name(ear: str) -> str:
    """The channel that carries to us what an ear hears."""
    return f"{ear}w"


def background_of(channel: str) -> str | None:
    """The leg that a channel whispers to; None for any other channel."""
    found = _NAME.fullmatch(channel)
    return found["leg"] if found and found["what"] == "bg" else None


def ear_of(channel: str) -> str | None:
    """The ear that a channel is, or carries the sound of; None for any other channel."""
    found = _NAME.fullmatch(channel)
    return channel.removesuffix("w") if found and found["what"] == "ear" else None


def part_of(channel: str) -> int:
    """Which one of its leg this is."""
    found = _NAME.fullmatch(channel)
    return int(found["part"]) if found else 0


def whisper(leg: str, name: str, application: str) -> Request:
    """Make a channel that speaks to a party, over whatever it hears."""
    return beside(leg, name, application, speaks="out")


def hear(leg: str, name: str, application: str) -> Request:
    """Make a channel that hears what a party says."""
    return beside(leg, name, application, hears="in")


def wire(name: str, application: str) -> Request:
    """Make a channel that waits for our WebSocket, and carries 16-bit samples, 8000 a second."""
    query = (
        QueryString("app", application), QueryString("channelId", name), QueryString("external_host", "INCOMING"),
        QueryString("transport", "websocket"), QueryString("encapsulation", "none"),
        QueryString("connection_type", "server"), QueryString("format", "slin"), QueryString("data", LISTENING),
    )  # fmt: skip
    return Request("POST", "channels/externalMedia", query)


def connection(name: str) -> Request:
    """Which connection such a channel waits for."""
    return asked(name, CONNECTION)


def media_url(events_url: str, connection_id: str) -> str:
    """Where that connection is made, seen from where the events come from."""
    parts = urlsplit(events_url)
    base = parts.path.partition("/ari")[0]
    return f"{parts.scheme}://{parts.netloc}{base}/media/{segment(connection_id)}"


def note(channel: str, audio: str, volume: int) -> Request:
    """Keep with a channel what it plays."""
    return known(channel, NOTE, f"{volume} {audio}")


def noted(channel: str) -> Request:
    """What a channel plays."""
    return asked(channel, NOTE)


def read_note(text: str) -> tuple[str, int] | None:
    """The sound and its volume, as they were noted; None if there is no such note."""
    volume, _, audio = text.partition(" ")
    return (audio, int(volume)) if audio and volume.isdecimal() else None


def silence(leg: str, *, on: bool) -> Request:
    """Send the party packets of silence while there is nothing else; or no longer."""
    return Request("POST" if on else "DELETE", f"channels/{segment(leg)}/silence")

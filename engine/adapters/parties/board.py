"""What joining parties needs of whoever carries their sound: Asterisk, or the stand-in.

Legs and bridges are named by us, so that the next engine finds them. Nothing here waits but what says `async`; whatever
is asked for a leg or a bridge that is not there (any more) does nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

from engine.adapters.party_news import PartyNews, RoomNews
from engine.adapters.prompts import Prompts
from engine.adapters.telephony import LegFound, Outgoing, Told
from engine.adapters.ways import Ways
from engine.commands import Gather, LegCommand, Part, PlayPrompt
from engine.events import AnyEvent, CommandFailed, ConferenceEnded, DialEnded


class BridgeFound(msgspec.Struct, frozen=True):
    """A bridge of ours that was there when the adapter connected; `since` is its age in seconds."""

    name: str
    legs: tuple[str, ...]
    since: float


class Switchboard(Protocol):
    """Parties and bridges, as those who join them see them."""

    prompts: Prompts
    closing: bool
    """The telephones are left as they are: nothing may be let go."""
    ways: Ways

    # one party

    def place(self, call: Outgoing, told: Told) -> bool:
        """Call somebody; False if nothing has gone out."""

    def take_on(self, call: Outgoing, told: Told) -> None:
        """Go on with a call that was found."""

    def perform(self, command: LegCommand) -> None:
        """A command to a leg of ours, that no session knows."""

    def aside(self, command: PlayPrompt | Gather) -> None:
        """Say or ask something of a party that is among others."""

    def drop_aside(self, leg: str) -> None:
        """What was said aside is not wanted any more."""

    def others_left(self, leg: str, event: DialEnded | ConferenceEnded | CommandFailed) -> None:
        """The party is among others no more."""

    def report(self, leg: str, event: AnyEvent) -> None:
        """Tell the host about a leg that it knows."""

    def music(self, leg: str, on: bool) -> None:
        """Music for one party that is in no bridge."""

    def mute(self, leg: str, on: bool) -> None:
        """Whether the others hear a party."""

    def may_transfer(self, leg: str) -> None:
        """Tell us when this party's telephone asks for a transfer, and leave the rest to us."""

    def transfer_is(self, leg: str, state: str) -> None:
        """Tell the telephone that asked how far its transfer is."""

    def note(self, leg: str, text: str) -> None:
        """Keep a note with the leg, for the next engine."""

    async def noted(self, leg: str) -> str:
        """The note that was kept; empty if there is none."""

    # many parties

    def open_bridge(self, name: str, *, mixed: bool = False) -> None:
        """Make a bridge, unless it is there. `mixed`: what is heard in it carries no trace of whose packets it was."""

    def needs_mixing(self, leg: str) -> bool:
        """Whether who listens or whispers to a party can miss its next partner, unless he is mixed (docs/sound.md)."""

    def close_bridge(self, name: str) -> None:
        """Take it down; who is in it stays on the line."""

    def bring_in(self, name: str, leg: str) -> None:
        """Bring a party into a bridge; one that is in another leaves that."""

    def take_out(self, name: str, leg: str) -> None:
        """Take a party out."""

    def bridge_music(self, name: str, on: bool) -> None:
        """Music for all in a bridge."""

    def say(self, name: str, clips: Sequence[str]) -> None:
        """Let all in a bridge hear sound files, one after the other."""

    def beep(self, name: str) -> None:
        """A short tone for all in a bridge."""

    def record(self, name: str, leg: str, recording: str) -> str:
        """Record a bridge, as that leg wishes, or go on with a recording that an engine before began; its name."""

    def stop_recording(self, recording: str) -> None:
        """Record it no more; what was recorded is kept with the leg that wished it."""

    def listen_in(self, name: str, leg: str, *, mode: Literal["listen", "whisper", "barge"]) -> None:
        """Make a leg `name` that hears a party and whom it talks with; it speaks to nobody, to the party, or to all."""

    def let_go(self, leg: str) -> None:
        """Hang up a leg of which nothing is told any more."""

    # what was found

    def found_leg(self, leg: str) -> LegFound | None:
        """A party that was there when the adapter connected last, and still is."""

    def found_parties(self) -> list[str]:
        """All parties that were there when the adapter connected last, and still are."""

    def found_bridge(self, name: str) -> BridgeFound | None:
        """A bridge that was there when the adapter connected last."""

    # the host

    def party_news(self, news: PartyNews) -> None:
        """Tell the host what becomes of a party that was called for a leg of its own."""

    def room_news(self, news: RoomNews) -> None:
        """Tell the host how a room is now."""


Parts = tuple[Part, ...]

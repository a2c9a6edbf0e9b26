"""Joining imagined parties: the same dials and rooms as on a real line, with nothing to be heard.

An imagined callee talks for a while and hangs up, in a dial as in a room; bridges are only names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Literal, Protocol

from engine.adapters.leg import Aside, AsideDropped, Input, OthersLeft
from engine.adapters.parties.board import BridgeFound
from engine.adapters.parties.callees import is_party
from engine.adapters.party_news import PartyNews, RoomNews
from engine.adapters.prompts import PromptFailed, Prompts
from engine.adapters.telephony import LegFound, Listener, Outgoing, Told
from engine.adapters.ways import LocalWays, Ways
from engine.commands import Audio, Gather, LegCommand, Part, PlayPrompt
from engine.events import AnyEvent, CommandFailed, ConferenceEnded, DialEnded

TALKS = 20.0
"""Seconds that an imagined callee talks."""


class NoPrompts:
    """Implements `Prompts`: there is nothing to be heard in an imagined room."""

    def at_hand(self, parts: Sequence[Part]) -> list[str] | None:
        return []

    async def media(self, parts: Sequence[Part]) -> list[str]:
        raise PromptFailed("nothing can be heard here")

    async def quieter(self, part: Audio, volume: int) -> str:
        raise PromptFailed("nothing can be heard here")

    def release(self, clips: Sequence[str]) -> None:
        return


class Telephones(Protocol):
    """What this needs of the stand-in."""

    def place(self, call: Outgoing, told: Told) -> bool:
        """Call somebody."""

    def take_on(self, call: Outgoing, told: Told) -> None:
        """Go on with a call."""

    def perform(self, command: LegCommand, reference: str, tenant: str = "") -> None:
        """A command to a leg."""

    def tell(self, leg: str, happening: Input) -> None:
        """Something happens to a leg."""

    def hang_up(self, leg: str) -> None:
        """A party hangs up."""


class SimulatedSwitchboard:
    """Implements `Switchboard`; `talks`: how long a callee stays."""

    def __init__(self, telephones: Telephones, listener: Listener, *, talks: float = TALKS) -> None:
        self.prompts: Prompts = NoPrompts()
        self.ways: Ways = LocalWays()
        self.closing = False
        self._telephones = telephones
        self._listener = listener
        self._talks = talks
        self._notes: dict[str, str] = {}

    def place(self, call: Outgoing, told: Told) -> bool:
        return self._telephones.place(call, told)

    def take_on(self, call: Outgoing, told: Told) -> None:
        self._telephones.take_on(call, told)

    def perform(self, command: LegCommand) -> None:
        self._telephones.perform(command, f"party-{command.leg}")

    def aside(self, command: PlayPrompt | Gather) -> None:
        self._telephones.tell(command.leg, Aside(command))

    def drop_aside(self, leg: str) -> None:
        self._telephones.tell(leg, AsideDropped())

    def others_left(self, leg: str, event: DialEnded | ConferenceEnded | CommandFailed) -> None:
        self._telephones.tell(leg, OthersLeft(event))

    def report(self, leg: str, event: AnyEvent) -> None:
        self._listener.leg_event(leg, event)

    def music(self, leg: str, on: bool) -> None:
        return

    def mute(self, leg: str, on: bool) -> None:
        return

    def may_transfer(self, leg: str) -> None:
        return

    def transfer_is(self, leg: str, state: str) -> None:
        return

    def note(self, leg: str, text: str) -> None:
        self._notes[leg] = text

    async def noted(self, leg: str) -> str:
        return self._notes.get(leg, "")

    def needs_mixing(self, leg: str) -> bool:
        return False

    def open_bridge(self, name: str, *, mixed: bool = False) -> None:
        return

    def close_bridge(self, name: str) -> None:
        return

    def bring_in(self, name: str, leg: str) -> None:
        if is_party(leg):
            asyncio.get_running_loop().call_later(self._talks, self._telephones.hang_up, leg)

    def take_out(self, name: str, leg: str) -> None:
        return

    def bridge_music(self, name: str, on: bool) -> None:
        return

    def say(self, name: str, clips: Sequence[str]) -> None:
        return

    def beep(self, name: str) -> None:
        return

    def record(self, name: str, leg: str, recording: str) -> str:
        return recording or leg

    def stop_recording(self, recording: str) -> None:
        return

    def listen_in(self, name: str, leg: str, *, mode: Literal["listen", "whisper", "barge"]) -> None:
        return

    def let_go(self, leg: str) -> None:
        return

    def found_leg(self, leg: str) -> LegFound | None:
        return None

    def found_parties(self) -> list[str]:
        return []

    def found_bridge(self, name: str) -> BridgeFound | None:
        return None

    def party_news(self, news: PartyNews) -> None:
        self._listener.party_news(news)

    def room_news(self, news: RoomNews) -> None:
        self._listener.room_news(news)

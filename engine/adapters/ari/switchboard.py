"""Asterisk as those see it who join parties: implements `Switchboard` on one connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

import structlog

from engine.adapters.ari import bridges, messages, recordings, translate
from engine.adapters.ari.client import AriClient
from engine.adapters.ari.errors import AriError, AriGone, AriUnreachable
from engine.adapters.ari.exchange import Telephones
from engine.adapters.ari.translate import Request
from engine.adapters.leg import Aside, AsideDropped, OthersLeft
from engine.adapters.parties.board import BridgeFound
from engine.adapters.parties.callees import is_party
from engine.adapters.party_news import PartyNews, RoomNews
from engine.adapters.telephony import LegFound, Listener, Outgoing, Told
from engine.adapters.ways import Ways
from engine.commands import Gather, LegCommand, PlayPrompt
from engine.events import AnyEvent, CommandFailed, ConferenceEnded, DialEnded

_log = structlog.get_logger()
BEEP_SECONDS = 0.4


class AriSwitchboard:
    """Implements `Switchboard`. `closing` from the break of a connection until the next one."""

    def __init__(self, telephones: Telephones, listener: Listener, ways: Ways) -> None:
        self.prompts = telephones.prompts
        self.ways = ways
        self.closing = False
        self._telephones = telephones
        self._listener = listener
        self._bridges: dict[str, BridgeFound] = {}
        self._playbacks = 0
        self._saying: dict[str, Sequence[str]] = {}  # clips that bridges play
        self._listened_to: dict[str, str] = {}  # by the names of supervisors' ears

    async def look_around(self, client: AriClient) -> list[str]:
        """After a connect: which bridges are there; the names of all, also of those that are not for parties."""
        there = messages.read_bridges(await client.ask(bridges.all_bridges()))
        self._bridges = bridges.found(there, datetime.now(UTC))
        return [bridge.id for bridge in there]

    @property
    def bridges_found(self) -> list[str]:
        """The bridges of ours that were there."""
        return list(self._bridges)

    # one party

    def place(self, call: Outgoing, told: Told) -> bool:
        return self._telephones.place(call, told)

    def take_on(self, call: Outgoing, told: Told) -> None:
        self._telephones.legs.take_on(call, told)

    def perform(self, command: LegCommand) -> None:
        self._telephones.perform(command, f"party-{command.leg}")

    def aside(self, command: PlayPrompt | Gather) -> None:
        line = self._telephones.legs.lines.get(command.leg)
        if line is not None:
            line.receive(Aside(command))

    def drop_aside(self, leg: str) -> None:
        line = self._telephones.legs.lines.get(leg)
        if line is not None:
            line.receive(AsideDropped())

    def others_left(self, leg: str, event: DialEnded | ConferenceEnded | CommandFailed) -> None:
        self._telephones.media.background.alone(leg)
        line = self._telephones.legs.lines.get(leg)
        if line is not None:
            line.receive(OthersLeft(event))

    def report(self, leg: str, event: AnyEvent) -> None:
        self._listener.leg_event(leg, event)

    def music(self, leg: str, on: bool) -> None:
        self._ask(bridges.music(leg, on=on))

    def mute(self, leg: str, on: bool) -> None:
        self._ask(bridges.mute(leg, on=on))

    def may_transfer(self, leg: str) -> None:
        self._ask(bridges.leave_transfers_to_us(leg))

    def transfer_is(self, leg: str, state: str) -> None:
        self._ask(bridges.transfer_is(leg, state))

    def note(self, leg: str, text: str) -> None:
        self._ask(bridges.note(leg, text))

    async def noted(self, leg: str) -> str:
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def then(error: AriError | None, body: str) -> None:
            if not answer.done():
                answer.set_result(messages.read_variable(body).value if error is None else "")

        self._telephones.send(bridges.noted(leg), then)
        return await answer

    # many parties

    def open_bridge(self, name: str, *, mixed: bool = False) -> None:
        self._ask(bridges.make(name, mixed=mixed))

    def needs_mixing(self, leg: str) -> bool:
        line = self._telephones.legs.lines.get(leg)
        attended = self._telephones.media.attends(leg) or leg in self._listened_to.values()
        return attended and line is not None and line.was_joined

    def close_bridge(self, name: str) -> None:
        self._bridges.pop(name, None)
        self._ask(bridges.destroy(name))
        for playback in [playback for playback in self._saying if playback.startswith(f"{name}-s")]:
            self.played(playback)

    def bring_in(self, name: str, leg: str) -> None:
        line = self._telephones.legs.lines.get(leg)
        if line is not None:
            line.was_joined = True
        self._ask(bridges.add(name, leg))

    def take_out(self, name: str, leg: str) -> None:
        self._ask(bridges.remove(name, leg))

    def bridge_music(self, name: str, on: bool) -> None:
        self._ask(bridges.bridge_music(name, on=on))

    def say(self, name: str, clips: Sequence[str]) -> None:
        self._saying[self._play(name, [f"sound:{clip}" for clip in clips])] = clips

    def played(self, playback: str) -> None:
        """A playback in a bridge has ended, or never will."""
        clips = self._saying.pop(playback, None)
        if clips is not None:
            self.prompts.release(clips)

    def forget(self) -> None:
        """The connection is gone."""
        self.closing = True
        self._listened_to.clear()
        for playback in list(self._saying):
            self.played(playback)

    def beep(self, name: str) -> None:
        playback = self._play(name, [bridges.BEEP])
        asyncio.get_running_loop().call_later(BEEP_SECONDS, self._ask, translate.stop(playback))

    def record(self, name: str, leg: str, recording: str) -> str:
        new = recordings.room_name(leg, int(time.time() * 1000))
        if recording:
            self._telephones.media.rooms.go_on(name, recording, new)
            return recording
        self._telephones.media.rooms.begin(name, new)
        return new

    def stop_recording(self, recording: str) -> None:
        self._telephones.media.rooms.stop(recording)

    def listen_in(self, name: str, leg: str, *, mode: Literal["listen", "whisper", "barge"]) -> None:
        self._listened_to[name] = leg
        self._ask(bridges.snoop(leg, name, mode, self._telephones.application))

    def let_go(self, leg: str) -> None:
        self._listened_to.pop(leg, None)
        self._ask(translate.hang_up(leg, "normal"))

    # what was found

    def found_leg(self, leg: str) -> LegFound | None:
        line = self._telephones.legs.lines.get(leg)
        return line.party if line is not None else None

    def found_parties(self) -> list[str]:
        return [leg for leg in self._telephones.legs.lines if is_party(leg)]

    def found_bridge(self, name: str) -> BridgeFound | None:
        return self._bridges.get(name)

    # the host

    def party_news(self, news: PartyNews) -> None:
        self._listener.party_news(news)

    def room_news(self, news: RoomNews) -> None:
        self._listener.room_news(news)

    # small steps

    def _play(self, bridge: str, media: Sequence[str]) -> str:
        self._playbacks += 1
        playback = f"{bridge}-s{self._playbacks}"

        def then(error: AriError | None, _: str) -> None:
            if error is not None:
                self.played(playback)
                self._refused(bridge, error)

        self._telephones.send(bridges.play(bridge, playback, media), then)
        return playback

    def _ask(self, request: Request) -> None:
        """Send it; what was asked of somebody who has gone is no news, anything else is."""

        def then(error: AriError | None, _: str) -> None:
            if error is not None:
                self._refused(request.uri, error)

        self._telephones.send(request, then)

    def _refused(self, what: str, error: AriError) -> None:
        if not isinstance(error, (AriGone, AriUnreachable)):
            _log.warning("Asterisk refuses", what=what, reason=str(error))

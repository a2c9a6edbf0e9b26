"""A room where many talk: who may come in, what they hear, and when it is over.

A room belongs to one tenant and one Asterisk, and lives until nobody is left in it (DECISIONS 28). Everybody in it is a
task that goes through the same stations (PIN, waiting for the moderator, in the room) and can be cancelled at each,
when the party hangs up or its flow wants something else. What it has done to the room is undone in one place.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from hashlib import sha256

from engine.adapters.parties.dialling import Company
from engine.adapters.parties.first import first_of
from engine.adapters.parties.invitations import Invitations
from engine.adapters.parties.member import Cause, Member
from engine.adapters.parties.words import words
from engine.adapters.party_news import RoomNews
from engine.adapters.prompts import PromptFailed
from engine.commands import Gather, JoinConference, PlayPrompt
from engine.commands.prompt import Part
from engine.events import CommandFailed, ConferenceEnded, DigitsGathered

PIN_TRIES = 3
PIN_SECONDS = 10.0
ASIDE_SECONDS = 30.0
ROOM = "room-"
_FAREWELL = {"removed": "removed", "closed": "closed", "moderator_left": "closed"}
_REFUSED = {"locked": "the room is locked", "full": "the room is full", "wrong_pin": "the PIN was wrong"}


def bridge_of(tenant: str, room: str) -> str:
    """The name of a room's bridge: the same for every engine, and telling nothing."""
    return ROOM + sha256(f"{tenant}\0{room}".encode()).hexdigest()[:24]


class Room:
    """One room."""

    def __init__(self, company: Company, tenant: str, name: str, known: RoomNews | None, empty: Callable[[], None]):
        self.tenant = tenant
        self.name = name
        self.bridge = bridge_of(tenant, name)
        self.locked = known.locked if known is not None else False
        self.since = known.since if known is not None else time.time()
        self.members: dict[str, Member] = {}
        self.invitations = Invitations(company, self)
        self._company = company
        self._board = company.board
        self._known = {member.leg: member for member in known.members} if known is not None else {}
        self._empty = empty
        self._music = False
        self._recording = known.recording if known is not None else ""
        self._is_recorded = False

    def expect(self, command: JoinConference, number: str, *, invited: bool) -> Member:
        """Somebody is about to come: `attend` is next, and `leave` after it in any case."""
        member = self.members[command.leg] = Member(command, number, invited=invited)
        return member

    async def attend(self, member: Member, *, found: bool) -> ConferenceEnded | CommandFailed:
        """Bring somebody in, and wait until he leaves or has to. `found`: he may have been in already."""
        command = member.command
        try:
            if not (found and self._was_in(member)):
                refusal = await self._refusal(member)
                if refusal is not None:
                    self.leave(member)
                    await self._tell(member, refusal)
                    return CommandFailed(command_id=command.id, reason=_REFUSED[refusal])
            self.invitations.begin(member, found=found)
            if command.hold_until_moderator and not self._is_opened_by(member):
                await self._wait_for_moderator(member)
            if not member.over.done():
                self._come_in(member)
            cause = await member.over
        finally:
            self.leave(member)
        if cause in _FAREWELL:
            await self._tell(member, _FAREWELL[cause])
        return ConferenceEnded(
            command_id=command.id, fate="done" if member.met else "nobody", cause=cause,
            seconds=round(time.time() - member.since, 1), invited=dict(member.fates),
        )  # fmt: skip

    # coming in

    def _was_in(self, member: Member) -> bool:
        """Whether an engine before this one had let him in already; then as he was."""
        known = self._known.get(member.leg)
        bridge = self._board.found_bridge(self.bridge)
        if known is not None:
            member.muted, member.since = known.muted, known.since
        return (bridge is not None and member.leg in bridge.legs) or (known is not None and known.state == "waiting")

    async def _refusal(self, member: Member) -> str | None:
        pin = "" if member.invited else member.command.pin
        self.told()
        for attempt in range(PIN_TRIES if pin else 0):
            prompt = words("pin", member.command.language)
            if attempt:
                prompt = words("wrong_pin", member.command.language) + prompt
            asked = Gather(
                leg=member.leg, prompt=prompt, max_digits=len(pin) + 1, finish_key="#", timeout=PIN_SECONDS, secret=True
            )
            answer = await self._company.asides.ask(asked)
            if isinstance(answer, DigitsGathered) and answer.digits == pin:
                break
        else:
            if pin:
                return "wrong_pin"
        if self.locked and not member.invited:
            return "locked"
        others = sum(other.state != "asked" for other in self.members.values())
        limit = member.command.max_participants
        return "full" if limit and others >= limit else None

    def _is_opened_by(self, member: Member) -> bool:
        return member.role == "moderator" or any(other.moderates for other in self.members.values())

    async def _wait_for_moderator(self, member: Member) -> None:
        member.state = "waiting"
        self.told()
        entering = asyncio.create_task(member.let_in.wait())
        try:
            self._board.music(member.leg, True)
            await first_of(entering, member.over)
        finally:
            entering.cancel()
            if not self._board.closing:
                self._board.music(member.leg, False)

    def _come_in(self, member: Member) -> None:
        member.state = "in"
        self._board.open_bridge(self.bridge, mixed=True)
        self._board.bring_in(self.bridge, member.leg)
        if member.muted:
            self._board.mute(member.leg, True)
        inside = self.inside()
        if len(inside) > 1:
            for one in inside:
                one.met = True
        self._play_music_to_one()
        self._announce(member.command.announce)
        if member.command.record and not self._is_recorded:
            self._is_recorded = True
            self._recording = self._board.record(self.bridge, member.leg, self._recording)
        if member.role == "moderator":
            for other in self.members.values():
                other.let_in.set()
        self.told()

    # leaving

    def leave(self, member: Member) -> None:
        """He is out of it, and what he has done to the room is undone."""
        if self._board.closing or self.members.get(member.leg) is not member:
            return
        del self.members[member.leg]
        self.invitations.give_up(member)
        if member.state == "in":
            self._board.take_out(self.bridge, member.leg)
            if member.muted:
                self._board.mute(member.leg, False)
            if self._is_recorded and not any(other.command.record for other in self.inside()):
                self._board.stop_recording(self._recording)
                self._is_recorded, self._recording = False, ""
            self._announce(member.command.announce_leaving)
            led = member.role == "moderator" and not any(other.moderates for other in self.members.values())
            if led and (member.command.end_with_moderator or self._ends_with_moderator()):
                self.close("moderator_left")
        self._play_music_to_one()
        self.end_if_nobody_comes()
        self.told()
        if not self.members:
            self._board.close_bridge(self.bridge)
            self._empty()

    def _ends_with_moderator(self) -> bool:
        return any(other.command.end_with_moderator for other in self.members.values())

    def end_if_nobody_comes(self) -> None:
        """Whoever invited others and is alone, with nobody left to wait for, need not wait; nor one who was invited."""
        if len(self.members) != 1:
            return
        (alone,) = self.members.values()
        if alone.invited and alone.met:
            alone.end("closed")
        if alone.command.invite and not alone.met and not alone.calling and alone.fates and alone.state != "asked":
            alone.end("nobody")

    # what those outside and the keys ask for

    def inside(self) -> list[Member]:
        """Who is in the room."""
        return [member for member in self.members.values() if member.state == "in"]

    def mute(self, member: Member, on: bool) -> None:
        """Whether the others hear him."""
        member.muted = on
        if member.state == "in":
            self._board.mute(member.leg, on)
        self.told()

    def lock(self, on: bool) -> None:
        """Whether nobody more may come in; who is invited may."""
        self.locked = on
        self.told()

    def close(self, cause: Cause = "closed") -> None:
        """End it for all."""
        for member in list(self.members.values()):
            member.end(cause)

    def news(self) -> RoomNews:
        """How it is now."""
        return RoomNews(
            tenant=self.tenant, room=self.name, locked=self.locked, since=self.since,
            recording=self._recording,
            members=tuple(member.news() for member in self.members.values()),
            calling=tuple(number for member in self.members.values() for number in sorted(member.calling)),
        )  # fmt: skip

    def told(self) -> None:
        """Tell the host how it is now."""
        if not self._board.closing:
            self._board.room_news(self.news())

    # sound

    def say_aside(self, member: Member, name: str, **values: object) -> None:
        """Tell one in the room something, and let him go on talking."""
        prompt = words(name, member.command.language, **values)
        self._company.callees.spawn(self._aside(PlayPrompt(leg=member.leg, prompt=prompt)))

    async def _aside(self, command: PlayPrompt) -> None:
        with contextlib.suppress(TimeoutError):  # he has gone, or was told something else instead
            async with asyncio.timeout(ASIDE_SECONDS):
                await self._company.asides.ask(command)

    async def _tell(self, member: Member, name: str) -> None:
        prompt = words(name, member.command.language)
        await self._company.asides.ask(PlayPrompt(leg=member.leg, prompt=prompt))

    def _announce(self, prompt: tuple[Part, ...]) -> None:
        if prompt and self.inside():
            self._company.callees.spawn(self._say(prompt))

    async def _say(self, prompt: tuple[Part, ...]) -> None:
        try:
            clips = await self._board.prompts.media(prompt)
        except PromptFailed:
            return
        self._board.say(self.bridge, clips)

    def _play_music_to_one(self) -> None:
        alone = len(self.inside()) == 1
        if alone != self._music:
            self._music = alone
            self._board.bridge_music(self.bridge, alone)

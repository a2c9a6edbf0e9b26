"""All who are joined with others through one adapter: dials, rooms, supervisors; and the way in for what is told.

The adapter gives a leg over when its machine says so (`join`), takes it back (`leave`), and passes on its keys and
whatever is told of legs that no session knows. After a break everything is begun anew from what is still there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

from engine.adapters.parties import room_control
from engine.adapters.parties.asides import Asides
from engine.adapters.parties.board import Switchboard
from engine.adapters.parties.callees import Callees, is_party
from engine.adapters.parties.dialling import Dialling
from engine.adapters.parties.invitations import IN_ROOM
from engine.adapters.parties.listening import LISTENER, Listening
from engine.adapters.parties.room import Room, bridge_of
from engine.adapters.parties.transfers import TransferAsked
from engine.adapters.party_news import RoomNews
from engine.commands import Dial, JoinConference
from engine.events import AnyEvent, CommandFailed, ConferenceEnded, DialEnded

log = structlog.get_logger()

Over = DialEnded | ConferenceEnded | CommandFailed
SETTLED = 10.0
"""Seconds after a connection at which nobody claims any more what was found."""


class Parties:
    """Keeps everybody who is among others; one for each adapter."""

    def __init__(self, board: Switchboard) -> None:
        self.board = board
        self.callees = Callees(board)
        self.asides = Asides(board)
        self.listening = Listening(board, self.callees)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._dials: dict[str, Dialling] = {}
        self._rooms: dict[str, Room] = {}
        self._room_of: dict[str, Room] = {}
        self._tenants: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._known: dict[str, RoomNews] = {}
        self._sweep: asyncio.TimerHandle | None = None

    # what the adapter says

    def belongs(self, leg: str, tenant: str, number: str) -> None:
        """Whose leg this is, and its number: said before it joins others."""
        self._tenants[leg] = tenant
        self._numbers[leg] = number

    def join(self, command: Dial | JoinConference, *, found: bool) -> None:
        """A leg is to be among others. `found`: it was there before this engine, so it may be already."""
        leg = command.leg
        callee = self.callees.find(leg)
        tenant = self._tenants.get(leg if callee is None else callee.of, "")
        self._stop(leg)
        if isinstance(command, Dial):
            dialling = self._dials[leg] = Dialling(self, tenant, command)
            task = self._begin(leg, command.id, lambda: dialling.attend(found=found))
        else:
            room = self._room_of[leg] = self._room(tenant, command.room)
            number = callee.to if callee is not None else self._numbers.get(leg, "")
            member = room.expect(command, number, invited=callee is not None)
            task = self._begin(leg, command.id, lambda: room.attend(member, found=found))
            task.add_done_callback(lambda _: room.leave(member))

    def leave(self, leg: str) -> None:
        """It no longer is, or has gone.

        Its sound is its own again before this returns: what is played to a party that still stands in a bridge is lost
        when the bridge goes.
        """
        dialling, room = self._dials.get(leg), self._room_of.get(leg)
        self._stop(leg)
        if dialling is not None:
            dialling.let_out()
        member = room.members.get(leg) if room is not None else None
        if room is not None and member is not None:
            room.leave(member)

    def key(self, leg: str, key: str) -> None:
        """A party among others pressed a key."""
        room = self._room_of.get(leg)
        member = room.members.get(leg) if room is not None else None
        if room is None or member is None or member.state != "in":
            return
        wanted = member.keys.press(key, asyncio.get_running_loop().time())
        if wanted is not None and (not wanted.moderator or member.role == "moderator"):
            room_control.by_key(room, member, wanted.action)

    def gone(self, leg: str) -> None:
        """A party has hung up."""
        self._tenants.pop(leg, None)
        self._numbers.pop(leg, None)
        self.listening.gone(leg)

    def took(self, leg: str, event: AnyEvent) -> bool:
        """Whether this was told of somebody whom no session knows, or answers what was said aside."""
        return self.asides.took(event) or self.callees.took(leg, event) or self.listening.took(leg, event)

    def transfer(self, asked: TransferAsked) -> None:
        """A telephone asks for a transfer."""
        callee = self.callees.find(asked.leg)
        dialling = self._dials.get(callee.of) if callee is not None else None
        if dialling is None:
            self.board.transfer_is(asked.leg, "channel_declined")
        else:
            dialling.transfer(asked)

    def dialling_of(self, leg: str) -> Dialling | None:
        """The dial of somebody who is on the line."""
        return self._dials.get(leg)

    # what the host asks for

    def control(self, tenant: str, room: str, action: str, leg: str = "") -> str | None:
        """Do something to a room; why it cannot be done, or None."""
        there = self._rooms.get(bridge_of(tenant, room))
        if there is None:
            return "there is no such room"
        return room_control.by_request(there, action, leg)

    # breaks

    def forget(self) -> None:
        """The connection is gone, or we are: nothing is let go, and what is still there later will be found."""
        for task in self._tasks.values():
            task.cancel()
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        for room in self._rooms.values():
            self._known[room.bridge] = room.news()
        self._tasks.clear()
        self._dials.clear()
        self._rooms.clear()
        self._room_of.clear()
        self.callees.forget()
        self.listening.forget()

    def know(self, rooms: Sequence[RoomNews]) -> None:
        """How rooms were when an engine before this one was last heard of."""
        self._known |= {bridge_of(news.tenant, news.room): news for news in rooms}

    def recordings(self, bridges: Sequence[str]) -> list[str]:
        """Recordings of rooms that were known before, and are still there."""
        return [news.recording for name, news in self._known.items() if name in bridges and news.recording]

    def resume(self, bridges: Sequence[str]) -> None:
        """After each connection, when the sessions have asked again: the rest of those who were in rooms."""
        for name, news in list(self._known.items()):
            if name in bridges:
                for member in news.members:
                    if member.invited and member.state == "in":
                        self._resume_invited(news, member.leg, member.number)
        self._sweep = asyncio.get_running_loop().call_later(SETTLED, self._let_go_unclaimed, list(bridges))

    def _resume_invited(self, news: RoomNews, leg: str, number: str) -> None:
        of = leg.partition("-party-")[0]
        self._tenants.setdefault(of, news.tenant)
        callee = self.callees.find(leg) or self.callees.take_on(of, leg, number, 30.0)
        if callee is None or leg in self._tasks:
            return
        room = self._room(news.tenant, news.room)
        command = JoinConference(id=IN_ROOM, leg=leg, room=news.room)
        room.invitations.resume(callee, command)

    def _let_go_unclaimed(self, bridges: Sequence[str]) -> None:
        """What nobody has claimed after a restart: a party of a session that is no more, a bridge without parties."""
        self._known.clear()
        ours = {name for dial in self._dials.values() for name in dial.bridges} | set(self._rooms)
        for name in bridges:
            if name not in ours:
                found = self.board.found_bridge(name)
                for leg in found.legs if found is not None else ():
                    if leg.startswith(LISTENER):
                        self.board.let_go(leg)
                self.board.close_bridge(name)
        for leg in self.board.found_parties():
            if is_party(leg) and self.callees.find(leg) is None and not self.listening.has(leg):
                log.warning("a party that nobody claims is let go", leg=leg)
                self.board.let_go(leg)

    # small steps

    def _begin(self, leg: str, command_id: str, work: Callable[[], Coroutine[Any, Any, Over]]) -> asyncio.Task[None]:
        task = self._tasks[leg] = asyncio.get_running_loop().create_task(self._until_over(leg, command_id, work))
        return task

    async def _until_over(self, leg: str, command_id: str, work: Callable[[], Coroutine[Any, Any, Over]]) -> None:
        event: Over
        try:
            event = await work()
        except Exception as error:
            log.exception("joining parties failed", leg=leg)
            event = CommandFailed(command_id=command_id, reason=f"the telephones failed at it: {type(error).__name__}")
        if self._tasks.get(leg) is asyncio.current_task():
            self._forget_leg(leg)
        self.board.others_left(leg, msgspec.structs.replace(event, at=datetime.now(UTC)))

    def _stop(self, leg: str) -> None:
        task = self._tasks.get(leg)
        self._forget_leg(leg)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def _forget_leg(self, leg: str) -> None:
        self._tasks.pop(leg, None)
        self._dials.pop(leg, None)
        self._room_of.pop(leg, None)

    def _room(self, tenant: str, name: str) -> Room:
        bridge = bridge_of(tenant, name)
        room = self._rooms.get(bridge)
        if room is None:
            room = Room(self, tenant, name, self._known.get(bridge), lambda: self._room_is_empty(bridge))
            self._rooms[bridge] = room
        return room

    def _room_is_empty(self, bridge: str) -> None:
        room = self._rooms.get(bridge)
        if room is not None and not room.members:
            del self._rooms[bridge]
            self._known.pop(bridge, None)

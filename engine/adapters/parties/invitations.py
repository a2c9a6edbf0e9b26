"""Those whom a room's members invite: called in parallel, brought into the room as they answer, and let go after it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from engine.adapters.parties.callees import Callee, party_leg
from engine.adapters.parties.first import first_of
from engine.adapters.parties.member import Member
from engine.adapters.telephony import Missed
from engine.commands import JoinConference

if TYPE_CHECKING:
    from engine.adapters.parties.dialling import Company
    from engine.adapters.parties.room import Room

IN_ROOM = "room"
"""The id of the command by which an invited party comes into the room."""
ATTEMPTS = 8


class Invitations:
    """The invitations of one room."""

    def __init__(self, company: Company, room: Room) -> None:
        self._company = company
        self._room = room
        self._calling: dict[str, list[asyncio.Task[None]]] = {}

    def begin(self, member: Member, *, found: bool) -> None:
        """Call those whom a member invites."""
        if member.command.invite:
            member.calling.update(member.command.invite)
            self._calling[member.leg] = [asyncio.create_task(self._call_all(member, found=found))]

    def give_up(self, member: Member) -> None:
        """The member leaves: who has not answered yet need not."""
        for task in self._calling.pop(member.leg, []):
            task.cancel()
        for number in member.calling:
            member.fates[number] = "cancelled"
        member.calling.clear()

    async def _call_all(self, member: Member, *, found: bool) -> None:
        command, board = member.command, self._company.board
        before: set[int] = set()
        if found:
            identity, _, called = (await board.noted(command.leg)).partition(":")
            before = {int(index) for index in called.split(",") if index} if identity == command.id else set()
        board.note(command.leg, f"{command.id}:{','.join(map(str, range(len(command.invite))))}")
        await asyncio.gather(
            *(self._call(member, index, number, again=index in before) for index, number in enumerate(command.invite))
        )

    async def _call(self, member: Member, index: int, number: str, *, again: bool) -> None:
        command, callees = member.command, self._company.callees
        called: Callee | Missed
        if again:
            called = await self._again(member, index, number)
        else:
            called = await callees.call(
                self._room.tenant, number, of=command.leg, command_id=command.id, index=index,
                caller_id=command.caller_id, ring_seconds=command.ring_seconds,
            )  # fmt: skip
        member.calling.discard(number)
        if isinstance(called, Missed):
            member.fates[number] = called.fate if called.cause != "unknown" else "unknown"
            self._room.end_if_nobody_comes()
        else:
            member.fates[number] = "answered"
            self.bring(called, member)
        self._room.told()

    async def _again(self, member: Member, index: int, number: str) -> Callee | Missed:
        """Go on with one whom an engine before this one has called; never call him again."""
        command, callees = member.command, self._company.callees
        for attempt in range(ATTEMPTS):
            leg = party_leg(command.leg, command.id, index, attempt)
            callee = callees.find(leg) or callees.take_on(command.leg, leg, number, command.ring_seconds)
            if callee is not None:
                return await callees.until_up(callee) or callee
        return Missed(cause="unknown")

    def bring(self, callee: Callee, of: Member) -> None:
        """Bring one who has answered into the room, as a member; when he is out of it he is let go."""
        if callee.leg in self._room.members:
            return
        command = msgspec.structs.replace(
            of.command, id=IN_ROOM, leg=callee.leg, role="member", pin="", invite=(), record=False
        )
        self.resume(callee, command)

    def resume(self, callee: Callee, command: JoinConference) -> None:
        """Let a party into the room by this command, and go when it is out of it."""
        self._company.callees.spawn(self._until_out(callee))
        self._company.board.perform(command)

    async def _until_out(self, callee: Callee) -> None:
        await first_of(callee.joined, callee.ended)
        if not self._company.board.closing:
            callee.hang_up()

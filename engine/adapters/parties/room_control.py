"""What can be done to a room, by a member's keys or from outside: one function for each word."""

from __future__ import annotations

from collections.abc import Callable

from engine.adapters.parties.member import Member
from engine.adapters.parties.room import Room


def by_key(room: Room, member: Member, action: str) -> None:
    """What a member's keys ask for; what only a moderator may do, any other's keys do not."""
    _BY_KEY[action](room, member)


def by_request(room: Room, action: str, leg: str) -> str | None:
    """What is asked from outside; why it cannot be done, or None."""
    if action in _FOR_ROOM:
        _FOR_ROOM[action](room)
        return None
    member = room.members.get(leg)
    if member is None:
        return "there is no such member"
    _FOR_MEMBER[action](room, member)
    return None


def _mute_self(room: Room, member: Member) -> None:
    room.mute(member, not member.muted)
    room.say_aside(member, "muted" if member.muted else "unmuted")


def _lock(room: Room, member: Member) -> None:
    room.lock(not room.locked)
    room.say_aside(member, "room_locked" if room.locked else "room_unlocked")


def _mute_others(room: Room, member: Member) -> None:
    others = [other for other in room.inside() if other is not member]
    on = not all(other.muted for other in others)
    for other in others:
        room.mute(other, on)
    room.say_aside(member, "all_muted" if on else "all_unmuted")


def _remove_last(room: Room, member: Member) -> None:
    others = [other for other in room.inside() if other is not member and other.role != "moderator"]
    if others:
        others[-1].end("removed")


def _count(room: Room, member: Member) -> None:
    room.say_aside(member, "count", count=len(room.inside()))


_BY_KEY: dict[str, Callable[[Room, Member], None]] = {
    "leave": lambda room, member: member.end("left"),
    "mute_self": _mute_self,
    "count": _count,
    "lock": _lock,
    "mute_others": _mute_others,
    "remove_last": _remove_last,
    "close": lambda room, member: room.close(),
}

_FOR_ROOM: dict[str, Callable[[Room], None]] = {
    "lock": lambda room: room.lock(True),
    "unlock": lambda room: room.lock(False),
    "end": lambda room: room.close(),
}

_FOR_MEMBER: dict[str, Callable[[Room, Member], None]] = {
    "mute": lambda room, member: room.mute(member, True),
    "unmute": lambda room, member: room.mute(member, False),
    "kick": lambda room, member: member.end("removed"),
}

ACTIONS = (*_FOR_ROOM, *_FOR_MEMBER)
"""What can be asked from outside."""

"""What the host is told of parties that no session speaks to by itself, and of rooms."""

from __future__ import annotations

from typing import Literal

import msgspec

MemberState = Literal["asked", "waiting", "in"]


class PartyNews(msgspec.Struct, frozen=True, kw_only=True):
    """A party that was called for a leg of a session: dialled, invited, or to listen in."""

    of: str
    """The session's leg."""
    leg: str
    to: str
    caller_id: str = ""
    state: Literal["offered", "answered", "ended"] = "offered"
    cause: str = ""


class MemberNews(msgspec.Struct, frozen=True, kw_only=True):
    """One who is in a room, or about to come in: asked for the PIN, or waiting for the moderator."""

    leg: str
    number: str = ""
    role: Literal["member", "moderator"] = "member"
    state: MemberState = "in"
    muted: bool = False
    invited: bool = False
    since: float = 0.0
    """Unix seconds."""


class RoomNews(msgspec.Struct, frozen=True, kw_only=True):
    """How a room is now; nobody is left in it when `members` is empty."""

    tenant: str
    room: str
    locked: bool = False
    recording: str = ""
    """The name of its recording; empty: it is not recorded."""
    since: float = 0.0
    members: tuple[MemberNews, ...] = ()
    calling: tuple[str, ...] = ()
    """Numbers that are being called into it."""

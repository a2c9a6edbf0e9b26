"""One who is in a room, or about to come in."""

from __future__ import annotations

import asyncio
import time
from typing import Literal

from engine.adapters.parties.room_keys import KeyWatch
from engine.adapters.party_news import MemberNews, MemberState
from engine.commands import JoinConference

Cause = Literal["left", "removed", "closed", "moderator_left", "nobody"]


class Member:
    """What a room knows of one leg."""

    def __init__(self, command: JoinConference, number: str, *, invited: bool) -> None:
        self.command = command
        self.leg = command.leg
        self.number = number
        self.invited = invited
        self.role = command.role
        self.state: MemberState = "asked"
        self.muted = False
        self.met = False
        """Whether anybody else was ever in the room with him."""
        self.since = time.time()
        self.keys = KeyWatch()
        self.let_in = asyncio.Event()
        self.over: asyncio.Future[Cause] = asyncio.get_running_loop().create_future()
        self.fates: dict[str, str] = {}
        """What became of those he invited, by their numbers."""
        self.calling: set[str] = set()

    @property
    def moderates(self) -> bool:
        """Whether he is in as a moderator."""
        return self.role == "moderator" and self.state == "in"

    def end(self, cause: Cause) -> None:
        """He is to leave."""
        if not self.over.done():
            self.over.set_result(cause)

    def news(self) -> MemberNews:
        """As the host is told."""
        return MemberNews(
            leg=self.leg, number=self.number, role=self.role, state=self.state, muted=self.muted,
            invited=self.invited, since=self.since,
        )  # fmt: skip

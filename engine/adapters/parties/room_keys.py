"""What the keys do in a room: a star, and one key more within a few seconds. Other keys mean nothing there."""

from __future__ import annotations

import msgspec

WITHIN = 4.0
"""Seconds from the star to the key."""


class RoomKey(msgspec.Struct, frozen=True):
    """What a key does, and for whom."""

    action: str
    moderator: bool = False


KEYS = {
    "0": RoomKey("leave"),
    "1": RoomKey("mute_self"),
    "4": RoomKey("count"),
    "2": RoomKey("lock", moderator=True),
    "3": RoomKey("mute_others", moderator=True),
    "7": RoomKey("remove_last", moderator=True),
    "9": RoomKey("close", moderator=True),
}


class KeyWatch:
    """The keys of one member, as far as they may become a command."""

    def __init__(self) -> None:
        self._star = 0.0

    def press(self, key: str, at: float) -> RoomKey | None:
        """The command that this key completes; `at` in seconds of a clock that does not go back."""
        if key == "*":
            self._star = at
            return None
        starred, self._star = self._star, 0.0
        return KEYS.get(key) if starred and at - starred <= WITHIN else None

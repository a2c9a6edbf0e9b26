"""Recordings in ARI's words. Pure.

A recording's name is its leg's with a tail, so that whoever finds the file, or a recorder that still runs, knows whose
it is: `…-s3` is something that the party said, `…-rc1i` and `…-rc1o` are the two sides of the whole call, `…-rm7` is a
room, from whose first member with that wish it has its name. A whole call is recorded by two channels that listen to
the leg, whose ids are the recordings' names.
"""

from __future__ import annotations

import re
from typing import Literal

from engine.adapters.ari.messages import QueryString
from engine.adapters.ari.translate import Request, beside, segment
from engine.commands import Record

NAMES = 8
"""How many names a leg has for what is said: so many may be dropped and not yet ended at once."""
FORMAT = "wav"
SIDES = ("i", "o")
"""What the party says, and what it hears."""
_NAME = re.compile(r"(?P<leg>.+)-(?:s\d+|(?P<room>rm\d+)|(?P<early>emi)|rc(?P<part>\d+)(?P<side>[io]))")

Change = Literal["pause", "mute"]
CHANGES: frozenset[Change] = frozenset(("pause", "mute"))


def speech_name(leg: str, number: int) -> str:
    """The name of something that a party says."""
    return f"{leg}-s{number % NAMES}"


def call_names(leg: str, part: int) -> tuple[str, ...]:
    """The names of the two sides of a call, in its n-th recording."""
    return tuple(f"{leg}-rc{part}{side}" for side in SIDES)


def leg_of(name: str) -> str | None:
    """The leg that a recording is of; None if it is none of ours."""
    found = _NAME.fullmatch(name)
    return found["leg"] if found else None


def part_of(name: str) -> int | None:
    """Which recording of the whole call this is a side of; None for anything else."""
    found = _NAME.fullmatch(name)
    return int(found["part"]) if found and found["part"] else None


def room_name(leg: str, moment: int) -> str:
    """The name of a room's recording that begins at this moment; `leg` is of whoever wishes it."""
    return f"{leg}-rm{moment}"


def is_room(name: str) -> bool:
    """Whether this is the recording of a room."""
    found = _NAME.fullmatch(name)
    return found is not None and found["room"] is not None


def early_name(leg: str) -> str:
    """The name of what is heard of a call of ours before its answer, and of the channel that listens."""
    return f"{leg}-em{SIDES[0]}"


def is_early(name: str) -> bool:
    """Whether this is what was heard before an answer."""
    found = _NAME.fullmatch(name)
    return found is not None and found["early"] is not None


def kind_of(name: str) -> Literal["speech", "room", "early"]:
    """What a recording other than of a whole call is."""
    return "room" if is_room(name) else "early" if is_early(name) else "speech"


def record_bridge(bridge: str, name: str) -> Request:
    """Record all that is said in a bridge."""
    query = (QueryString("name", name), QueryString("format", FORMAT), QueryString("ifExists", "fail"))
    return Request("POST", f"bridges/{segment(bridge)}/record", query)


def running(name: str) -> Request:
    """A recording that is being made; 404 if it is not."""
    return Request("GET", f"recordings/live/{segment(name)}")


def record_speech(leg: str, name: str, command: Record) -> Request:
    """Record what a party says. Asterisk ends it by silence or length; keys we count ourselves."""
    query = (
        *_named(name), QueryString("maxDurationSeconds", str(max(1, round(command.max_seconds)))),
        QueryString("maxSilenceSeconds", str(round(command.silence_seconds))),
        QueryString("beep", "true" if command.beep else "false"),
    )  # fmt: skip
    return Request("POST", f"channels/{segment(leg)}/record", query)


def listen(leg: str, name: str, application: str) -> Request:
    """Have a channel hear one side of a call."""
    return beside(leg, name, application, hears="in" if name.endswith(SIDES[0]) else "out")


def record_side(name: str) -> Request:
    """Record what such a channel hears."""
    return Request("POST", f"channels/{segment(name)}/record", _named(name))


def change(name: str, what: Change, *, on: bool) -> Request:
    """Leave out what is said from now on (`pause`), or keep silence in its place (`mute`); or no longer."""
    return Request("POST" if on else "DELETE", f"recordings/live/{segment(name)}/{what}")


def stop(name: str) -> Request:
    """End a recording, and keep its file."""
    return Request("POST", f"recordings/live/{segment(name)}/stop")


def discard(name: str) -> Request:
    """End a recording, and forget it."""
    return Request("DELETE", f"recordings/live/{segment(name)}")


def _named(name: str) -> tuple[QueryString, ...]:
    return (QueryString("name", name), QueryString("format", FORMAT), QueryString("ifExists", "overwrite"))

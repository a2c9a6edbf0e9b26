"""Commands that bring a party to the line, or several parties together."""

from __future__ import annotations

from typing import Literal

from engine.commands.command import Command
from engine.commands.prompt import Part


class PlaceCall(Command, frozen=True, kw_only=True):
    """Call somebody. Answered by `CallAnswered` or `CallFailed`. At most once: it is never tried again by itself."""

    to: str
    caller_id: str = ""
    trunk: str = ""
    ring_seconds: float = 30.0
    detect_machine: bool = False
    wait_for_beep: bool = False


class Dial(Command, frozen=True, kw_only=True):
    """Call other parties and join the first that answers with this one. Answered by `DialEnded`.

    `to` are numbers, called all at once or (`in_turn`) one after the other; `whisper` is heard by the one who answers,
    `hold_music` by the one who waits. `language` is that of what the telephones say by themselves.
    """

    leg: str
    to: tuple[str, ...]
    in_turn: bool = False
    caller_id: str = ""
    ring_seconds: float = 30.0
    whisper: tuple[Part, ...] = ()
    accept_key: str = ""
    hold_music: str = ""
    max_seconds: float = 0.0
    language: str = ""


class JoinConference(Command, frozen=True, kw_only=True):
    """Bring the party into a room. Answered by `ConferenceEnded` when it leaves.

    `invite` are numbers that are called into the room meanwhile; `announce` is heard in the room when the party comes
    in, `announce_leaving` when it goes. With `end_with_moderator` the room is closed when its last moderator leaves.
    """

    leg: str
    room: str
    invite: tuple[str, ...] = ()
    role: Literal["member", "moderator"] = "member"
    pin: str = ""
    announce: tuple[Part, ...] = ()
    announce_leaving: tuple[Part, ...] = ()
    record: bool = False
    hold_until_moderator: bool = False
    end_with_moderator: bool = False
    max_participants: int = 0
    caller_id: str = ""
    ring_seconds: float = 30.0
    language: str = ""


PartyCommand = PlaceCall | Dial | JoinConference

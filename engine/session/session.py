"""A session as nodes and callers see it, and how it is stored.

The state (`state.py`) is all that must be kept; the contact and the record are not in it, for they are the same through
many sessions and are kept once. A session is never changed: `advance` works on a copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec.structs import replace

from engine.commands import Part
from engine.prompts import Prompt
from engine.secret import kept, masked, pack, unmarked
from engine.session.state import Run, State, Status, from_microseconds
from engine.session.upgrading import upgrade_memos

if TYPE_CHECKING:
    from engine.flow.program import Program

_MASK = (1 << 64) - 1


class Session:
    """A session as nodes and callers see it: its state beside the contact and the record.

    `contact` and `record` are plain data, as the API gives them.
    """

    __slots__ = ("_scope", "contact", "program", "record", "run", "state")

    def __init__(self, program: Program, state: State, contact: Mapping[str, Any], record: Mapping[str, Any]) -> None:
        self.program = program
        """The flow that the session began with; a sub-flow's is `here`."""
        self.state = state
        self.contact = contact
        self.record = record
        self.run = state.runs[-1]
        self._scope: Scope | None = None

    def copy(self) -> Session:
        """The same session, to be changed by a turn: variables and results in place, all else by putting anew."""
        state = replace(self.state)
        state.runs = [*map(replace, state.runs)]
        for run in state.runs:
            run.vars = run.vars.copy()
            run.results = run.results.copy()
        return Session(self.program, state, self.contact, self.record)

    @property
    def status(self) -> Status:
        return self.state.status

    @property
    def outcome(self) -> str | None:
        return self.state.outcome

    @property
    def node(self) -> str | None:
        """The id of the node at which the session stands; None when it has ended."""
        return self.state.runs[-1].node

    @property
    def vars(self) -> dict[str, Any]:
        """The variables of the flow that is being walked."""
        return self.run.vars

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """What each node came to that has been left, by its id."""
        return self.run.results

    @property
    def memo(self) -> Any:
        """What the node noted when it began to wait."""
        return self.run.memo

    @property
    def leg(self) -> str:
        """The live party that this session speaks to; nodes that need none may not ask."""
        return next(iter(self.state.legs))

    @property
    def at(self) -> datetime:
        """The moment of this turn, in the contact's zone."""
        return local_time(self.state, self.contact, self.program)

    @property
    def zone(self) -> ZoneInfo:
        """The contact's time zone."""
        return zone(self.contact, self.program.time_zone)

    @property
    def language(self) -> str:
        """The language that the contact is spoken to in."""
        return self.state.language

    def say(self, prompt: Prompt) -> tuple[Part, ...]:
        """What the caller hears of a prompt, in his language."""
        return prompt.heard(self)

    @property
    def here(self) -> Program:
        """The flow that is being walked: the session's own, or a sub-flow."""
        return walked(self.program, self.run)

    def now_in(self, run: Run) -> None:
        """From now on this run is walked; names in templates are its own."""
        self.run = run
        self._scope = None

    @property
    def scope(self) -> Scope:
        """The names that templates may use; made when it is first asked for."""
        scope = self._scope
        if scope is None:
            run, state = self.run, self.state
            self._scope = scope = Scope(
                {
                    "record": self.record, "contact": self.contact, "results": run.results, "vars": run.vars,
                    "call": state.call, "message": state.message,
                }
            )  # fmt: skip
            scope.late = self.program, run, state
        return scope

    def still(self, command_id: str) -> None:
        """That was not the last answer to the command: the next one is waited for as well."""
        self.run.pending = [*self.run.pending, command_id]

    def know(self, *, contact: Mapping[str, Any] | None = None, record: Mapping[str, Any] | None = None) -> None:
        """The contact or the record has changed: from now on templates see the new one."""
        self.contact = self.contact if contact is None else contact
        self.record = self.record if record is None else record
        self._scope = None

    def hear(self, message: Mapping[str, Any]) -> None:
        """From now on templates see this message as `message`."""
        self.state.message = dict(message)
        self._scope = None

    def call_is(self, call: dict[str, Any]) -> None:
        """From now on templates see this call as `call`."""
        self.state.call = call
        self._scope = None

    def chance(self) -> float:
        """A number from 0 to 1 by the session's seed: the same again where the same events are applied again."""
        self.state.seed = (self.state.seed + 0x9E3779B97F4A7C15) & _MASK
        mixed = self.state.seed
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return (mixed ^ (mixed >> 31)) / (_MASK + 1)  # SplitMix64 (Steele, Lea, Flood 2014)

    @property
    def wake_at(self) -> datetime | None:
        """When the session is to be woken by `TimerFired`; None if it waits for no time."""
        return None if self.run.wake is None else from_microseconds(self.run.wake)


class Scope(dict[str, Any]):
    """The names that templates may use. `now` and `flow` are worked out when they are first asked for: seldom."""

    __slots__ = ("late",)

    late: tuple[Program, Run, State]
    """What they are worked out from; not the session, which holds this: a ring costs the garbage collector dear."""

    def __missing__(self, name: str) -> Any:
        program, run, state = self.late
        if name == "now":
            self["now"] = local_time(state, self["contact"], program)
        elif name == "flow":
            self["flow"] = {**walked(program, run).about, "language": state.language}
        else:
            raise KeyError(name)
        return self[name]


def walked(program: Program, run: Run) -> Program:
    """The flow that a run walks: the session's own, or a sub-flow from its library."""
    if not run.flow:
        return program
    found = program.library.program(run.flow)
    if found is None:
        raise LookupError(f"the sub-flow {run.flow} is missing")
    return found


def local_time(state: State, contact: Mapping[str, Any], program: Program) -> datetime:
    """The moment of a session's last event, in the contact's zone."""
    return from_microseconds(state.at).astimezone(zone(contact, program.time_zone))


def zone(contact: Mapping[str, Any], default: str) -> ZoneInfo:
    """The contact's time zone, or the default where his is missing or unknown."""
    name = contact.get("time_zone")
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else ZoneInfo(default)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's name, a name too long for a file
        return ZoneInfo(default)


_decoder = msgspec.msgpack.Decoder(State, ext_hook=kept)
_shown = msgspec.msgpack.Decoder(State, ext_hook=masked)


def dump(session: Session) -> bytes:
    """The session's state as bytes (`engine.secret.pack`); the contact and the record are not in it."""
    return pack(session.state)


def shown(blob: bytes) -> State:
    """The state that `dump` gave, for who only looks: every secret is masked."""
    return _shown.decode(unmarked(blob))


def restore(
    program: Program, blob: bytes, *, contact: Mapping[str, Any] | None = None, record: Mapping[str, Any] | None = None
) -> Session:
    """The session that `dump` gave, with the contact and record that it belongs to.

    Raises SessionParked if it waits at a node that has another version here, and its memo cannot be upgraded.
    """
    state = _decoder.decode(unmarked(blob))
    if program.versioned or len(state.runs) > 1 or state.runs[0].version != 1:
        upgrade_memos(program, state)
    return Session(program, state, contact or {}, record or {})

"""A session in memory: who holds it gives it events, and it says what is to be committed of them (host/turn.py)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from msgspec.structs import replace

from engine.adapters.quality import Quality
from engine.commands import Command, HangUp, UpdateFields
from engine.contact_key import contact_key
from engine.events import (
    AnyEvent,
    CallAnswered,
    CallEnded,
    CallOffered,
    SessionExpired,
    SessionFailed,
    SessionMoved,
    TimerFired,
)
from engine.flow import Program
from engine.host import at_once, turn_journal
from engine.host.slow_turns import slow_turns
from engine.host.wanted import Wanted, row_of_fields
from engine.session import Session, Turn, advance, dump, restore, start
from engine.session.state import LIVE
from engine.store import from_micros, to_micros
from engine.store.flow_state import YEAR
from engine.store.sessions import JournalRow, LegRow, Loaded, SessionRow, Writing
from engine.store.times import SECOND

log = structlog.get_logger()


_data_encoder = msgspec.msgpack.Encoder()


class Held:
    """A session in the memory of whoever may advance it, and what of it is not yet committed."""

    __slots__ = (
        "_contact_key", "_follows", "_inputs", "_journal", "_legs_changed", "_listens", "_snapshot", "_snapshots",
        "_state", "_wanted", "awaited", "contact", "contact_id", "ended_at", "epoch", "expires_at", "flow_id", "id",
        "legs", "owner", "program", "record", "record_id", "rev", "session", "started_at", "tenant", "updated_at",
        "version",
    )  # fmt: skip

    def __init__(
        self,
        *,
        tenant: str,
        id: bytes,
        flow_id: bytes,
        version: int,
        program: Program,
        contact: Mapping[str, Any],
        record: Mapping[str, Any],
        owner: str | None,
        epoch: int,
        started_at: int,
        expires_at: int | None = None,
        inputs: Mapping[str, Any] | None = None,
        record_id: bytes | None = None,
        contact_id: bytes | None = None,
    ) -> None:
        self.tenant = tenant
        self.id = id
        self.flow_id = flow_id
        self.version = version
        self.program = program
        self.contact = contact
        self.record = record
        self.record_id = record_id
        self.contact_id = contact_id
        self.owner = owner
        self.epoch = epoch
        self.started_at = started_at
        self.updated_at = started_at
        self.expires_at = expires_at if expires_at is not None else started_at + YEAR * SECOND
        self.ended_at: int | None = None
        self.rev = 0
        self.session: Session | None = None
        self.legs: dict[str, LegRow] = {}
        self.awaited: dict[str, Command] = {}
        """The commands whose answers the session waits for, by id: asked again after a crash."""
        self._contact_key: str | None = None
        self._snapshots: tuple[bytes, bytes] | None = None
        """The contact and the record as they are stored; None where they are new or have changed."""
        self._inputs = inputs
        self._follows: int | None = None
        self._wanted = Wanted()
        self._journal: list[JournalRow] = []
        self._legs_changed: dict[str, LegRow] = {}
        self._state = b""
        self._listens: list[tuple[str, str]] = []
        self._snapshot = False

    @classmethod
    def loaded(cls, tenant: str, loaded: Loaded, program: Program) -> Held:
        """A session as the database has it."""
        row = loaded.row
        contact, record = msgspec.msgpack.decode(row.contact), msgspec.msgpack.decode(row.record)
        held = cls(
            tenant=tenant, id=row.id, flow_id=row.flow_id, version=row.version, program=program, contact=contact,
            record=record, owner=row.owner, epoch=row.owner_epoch, started_at=row.started_at, expires_at=row.expires_at,
            record_id=row.record_id, contact_id=row.contact_id,
        )  # fmt: skip
        held.session = restore(program, row.state, contact=contact, record=record)
        held._state, held._contact_key, held._snapshots = row.state, row.contact_key, (row.contact, row.record)
        held.rev = row.rev
        held.updated_at, held.ended_at = row.updated_at, row.ended_at
        held._follows = row.rev
        held._listens = held.session.run.listens
        held.legs = {leg.leg: leg for leg in loaded.legs}
        if loaded.last_turn is not None:
            held._remember(turn_journal.commands_of(loaded.last_turn, held.session.memo))
        return held

    @property
    def live(self) -> bool:
        """Whether the session can still go on."""
        return self.session is None or self.session.status in LIVE

    @property
    def live_legs(self) -> list[str]:
        """The parties that have not ended yet, let go or not."""
        return [leg.leg for leg in self.legs.values() if leg.ended_at is None]

    def take(self, event: AnyEvent) -> Turn | None:
        """Apply an event; None if it meant nothing. A fault of ours ends this session, and no other.

        An event that names no time happens now.
        """
        if event.at is None:
            event = replace(event, at=datetime.now(UTC))
        slow_turns.begin()
        try:
            try:
                turn = self._advance(event)
                state = dump(turn.session)  # here, for a node type may have left something that cannot be kept
            finally:
                slow_turns.end(tenant=self.tenant, session=self.id)
        except Exception as error:
            log.exception("session failed", tenant=self.tenant, session=self.id.hex(), event_type=event.type)
            turn = self._failed(event, type(error).__name__)
            state = dump(turn.session)
        if turn.session is self.session:
            return None
        self._state = state
        self.session = turn.session
        if self.session.contact is not self.contact or self.session.record is not self.record:
            self.contact, self.record, self._snapshot = self.session.contact, self.session.record, True
            self._snapshots = None
        if isinstance(event, SessionMoved):
            self.program, self.version, self._snapshot = self.session.program, event.version, True
        self._note(event, turn)
        return turn

    def due(self, at: int) -> TimerFired | SessionExpired:
        """What the moment that has come is to this session."""
        moment = from_micros(at)
        return SessionExpired(at=moment) if at >= self.expires_at else TimerFired(at=moment)

    def answer(self, command: Command) -> AnyEvent | None:
        """The answer to a command that is given at once; None if it comes by the inbox, or never."""
        if isinstance(command, UpdateFields) and row_of_fields(self, command) is not None:
            return None
        return at_once.answer(command, contact=self.contact, record=self.record)

    def note_leg(self, row: LegRow) -> None:
        """Note how far a party is, ours or called for ours, to be committed; nothing of the session changes by it."""
        self._set_leg(row)
        self.rev += 1

    def leg_measured(self, name: str, quality: Quality) -> None:
        """How well a party was heard; written when it is next written, with its end."""
        leg = self.legs.get(name)
        if leg is not None and leg.ended_at is None:
            self.legs[name] = replace(leg, **msgspec.structs.asdict(quality))

    def leg_ended(self, event: CallEnded) -> None:
        """Note that a party has gone."""
        leg = self.legs.get(event.leg)
        if leg is None or leg.ended_at is not None:
            return
        self._set_leg(replace(leg, state="ended", ended_at=self._moment(event.at), cause=event.cause[:80]))
        self.rev += 1

    def writing(self) -> Writing | None:
        """What has to be committed, if anything; from now on it counts as committed."""
        assert self.session is not None
        if self._follows == self.rev:
            return None
        owner = self.owner if self.legs and self.live_legs else None
        if self._snapshots is None:
            self._snapshots = _data_encoder.encode(self.contact), _data_encoder.encode(self.record)
        contact, record = self._snapshots
        row = SessionRow(
            id=self.id, flow_id=self.flow_id, version=self.version, status=self.session.status,
            outcome=self.session.outcome, node=self.session.node, rev=self.rev, state=self._state,
            contact=contact, record=record, owner=owner, owner_epoch=self.epoch, wake_at=self._wake_at(),
            started_at=self.started_at,
            updated_at=self.updated_at, ended_at=self.ended_at, expires_at=self.expires_at,
            contact_key=self._contact_key, record_id=self.record_id, contact_id=self.contact_id,
        )  # fmt: skip
        listens = self.session.run.listens
        writing = Writing(
            row=row, follows=self._follows, journal=self._journal, legs=self._legs_changed, snapshot=self._snapshot,
            listens=listens if listens != self._listens else None, listened=self._listens,
            outbox=self._wanted.outbox, starts=self._wanted.starts, updates=self._wanted.updates,
            withdrawn=self._wanted.withdrawn,
        )  # fmt: skip
        self._follows, self._journal, self._wanted, self._legs_changed = self.rev, [], Wanted(), {}
        self._listens, self._snapshot = listens, False
        return writing

    def _wake_at(self) -> int | None:
        """When the database is to wake the session: for what it waits for, or to expire."""
        if not self.live:
            return None
        assert self.session is not None
        wake = self.session.run.wake
        return self.expires_at if wake is None else min(wake, self.expires_at)

    def _failed(self, event: AnyEvent, reason: str) -> Turn:
        """The end of a session that could not take an event; whoever called is let go, even by its first turn."""
        failure = SessionFailed(at=event.at, reason=reason)
        if self.session is not None:
            return advance(self.program, self.session, failure)
        at = event.at or from_micros(self.started_at)
        turn = start(self.program, contact=self.contact, record=self.record, at=at, event=failure)
        if isinstance(event, CallOffered):
            turn = replace(turn, commands=(HangUp(id="0", leg=event.leg, cause="failure"),))
        return turn

    def _advance(self, event: AnyEvent) -> Turn:
        if isinstance(event, CallOffered) and event.leg not in self.legs:
            offered = LegRow(
                session_id=self.id, leg=event.leg, direction="in", caller=event.caller[:80], called=event.called[:80],
                state="offered", started_at=self._moment(event.at),
            )  # fmt: skip
            self._set_leg(offered)
        if self.session is not None:
            return advance(self.program, self.session, event)
        self._contact_key = contact_key(self.contact)
        at = event.at or from_micros(self.started_at)
        return start(
            self.program, contact=self.contact, record=self.record, at=at, event=event, inputs=self._inputs,
            seed=int.from_bytes(self.id[8:], "big"),
        )  # fmt: skip

    def _note(self, event: AnyEvent, turn: Turn) -> None:
        """Keep what the commit and a recovery will need."""
        self.rev += 1
        self.updated_at = self._moment(event.at)
        if turn.session.status not in LIVE:
            self.ended_at = self.updated_at
        if isinstance(event, CallAnswered) and event.leg in self.legs:
            self._set_leg(replace(self.legs[event.leg], state="answered", answered_at=self.updated_at))
        body, number = turn_journal.written(event, turn, self.awaited), turn.session.state.turns
        self._journal.append(JournalRow(session_id=self.id, turn=number, at=self.updated_at, body=body))
        if turn.commands:
            self._wanted.note(self, turn.commands)
        self._remember(turn.commands)

    def _remember(self, commands: tuple[Command, ...]) -> None:
        assert self.session is not None
        pending = self.session.run.pending
        if not pending:
            self.awaited = {}
            return
        known = self.awaited | {command.id: command for command in commands}
        self.awaited = {id: known[id] for id in pending if id in known}

    def _set_leg(self, row: LegRow) -> None:
        """Put a changed row beside the old one, which may be on its way to the database."""
        if row.owner != self.owner and self.owner is not None:
            row = replace(row, owner=self.owner)
        self.legs[row.leg] = self._legs_changed[row.leg] = row

    def _moment(self, at: datetime | None) -> int:
        return to_micros(at) if at is not None else to_micros(datetime.now(UTC))

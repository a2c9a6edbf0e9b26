"""What faxes that go out read and write in the tenants' databases. Each method is one transaction, run in a thread."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
import structlog

from engine.adapters.telephony import FaxOver, Missed
from engine.adapters.ways import Way
from engine.commands import SendFax
from engine.events import AnyEvent, CallFailed, CommandFailed, FaxSent
from engine.host.attempts import UNKNOWN
from engine.store import Stores, calls, faxes, new_id, now_micros, questions
from engine.store import inbox as inbox_rows
from engine.store.faxes import GATEWAY, FaxRow
from engine.store.inbox import Posted
from engine.store.outbox import OutboxRow

log = structlog.get_logger()

ROWS = 20
_DUE = questions.due(GATEWAY)
"""Faxes of a tenant that are in hand at once: drawn, waiting for room on a trunk, or on their way."""
_decoder = msgspec.msgpack.Decoder(SendFax)


class Job:
    """One fax that is in hand."""

    def __init__(self, tenant: str, row: OutboxRow, command: SendFax, fax: FaxRow | None = None) -> None:
        self.tenant = tenant
        self.row = row
        self.command = command
        self.fax = fax
        self.leg = row.key if fax is None else fax.leg
        self.tried: tuple[str, ...] = ()
        self.pages = 0
        self.rang = False
        self.answered_at: int | None = None

    @property
    def next_leg(self) -> str:
        """The name of the leg by the next trunk."""
        return f"{self.row.key}-{len(self.tried) + 1}" if self.tried else self.row.key


class FaxRows:
    """The rows of faxes, for the engine of this owner and epoch."""

    def __init__(self, stores: Stores, *, owner: str, epoch: int) -> None:
        self._stores = stores
        self._owner = owner
        self._epoch = epoch

    def due(self, busy: set[bytes]) -> list[Job]:
        """What is to be sent now and is not in hand yet; a row that cannot be read is refused."""
        found = []
        at = now_micros()
        for tenant in self._stores.names_lately():
            if not self._stores.glance(tenant, _DUE, at)[0]:
                continue
            with self._stores.tenant(tenant).read() as connection:
                rows = calls.due(connection, at=at, limit=ROWS, gateway=GATEWAY)
            for row in rows:
                if row.id in busy:
                    continue
                try:
                    found.append(Job(tenant, row, _decoder.decode(row.body)))
                except msgspec.DecodeError as error:
                    log.error("fax cannot be read", session=row.session_id.hex(), reason=str(error))
                    self.refuse(Job(tenant, row, SendFax(to="", document="")), "the fax cannot be read")
        return found

    def still_due(self, job: Job) -> bool:
        """Whether the row still waits: its session may have ended meanwhile."""
        with self._stores.tenant(job.tenant).read() as connection:
            rows = calls.due(connection, at=now_micros(), limit=1_000, gateway=GATEWAY)
        return any(row.id == job.row.id for row in rows)

    def begin(self, job: Job, way: Way) -> bool:
        """Note that it is on its way, before anything is dialled; False if it is not to be sent any more."""
        fax = FaxRow(
            id=new_id(), session_id=job.row.session_id, direction="out", leg=way.leg, started_at=now_micros(),
            caller=way.caller_id[:80], called=job.command.to[:80], owner=self._owner, outbox_id=job.row.id,
            trunk=way.trunk[:64], document=job.command.document[:200],
        )  # fmt: skip
        with self._stores.tenant(job.tenant).begin() as connection:
            begun = faxes.begin(connection, fax, epoch=self._epoch)
        if begun:
            job.fax, job.leg = fax, way.leg
        return begun

    def is_begun(self, job: Job, way: Way) -> bool:
        """After a transaction of which nobody heard whether it was committed: whether it was."""
        with self._stores.tenant(job.tenant).read() as connection:
            if not faxes.is_ours(connection, job.row.id, name=way.leg, epoch=self._epoch):
                return False
            job.fax = next((fax for fax, row in faxes.left(connection, self._owner) if row.id == job.row.id), None)
        job.leg = way.leg
        return job.fax is not None

    def go_by(self, job: Job, way: Way) -> None:
        """Note that it is tried by another trunk, before that is dialled."""
        assert job.fax is not None
        with self._stores.tenant(job.tenant).begin() as connection:
            faxes.go_by(connection, job.fax.id, job.row.id, name=way.leg, trunk=way.trunk[:64], at=now_micros())
        job.leg = way.leg

    def refuse(self, job: Job, reason: str, *, dialled: bool = False) -> None:
        """It is not sent: there is no document, or (`dialled`) no way to the number."""
        at = datetime.now(UTC)
        event: AnyEvent = CommandFailed(at=at, command_id=job.row.command_id, reason=reason)
        if dialled:
            event = CallFailed(at=at, command_id=job.row.command_id, fate="failed", cause=reason)
        self._end(job, event, "failed", reason, {})

    def end(self, job: Job, news: Missed | FaxOver) -> None:
        """Note what became of it, and tell the session by its inbox."""
        at, command = datetime.now(UTC), job.row.command_id
        answered = {"answered_at": job.answered_at}
        if isinstance(news, Missed):
            failed = CallFailed(at=at, command_id=command, fate=news.fate, cause=news.cause, rang=news.rang or job.rang)
            self._end(job, failed, UNKNOWN if news.cause == UNKNOWN else news.fate, news.cause, answered)
            return
        seen = answered | {
            "pages": news.pages, "station": news.station[:80] or None, "medium": news.medium or None,
            "rate": news.rate or None,
        }  # fmt: skip
        if news.sent:
            self._end(job, FaxSent(at=at, command_id=command, pages=news.pages), "sent", None, seen)
        else:
            broken = CallFailed(at=at, command_id=command, fate="failed", cause=news.cause, rang=job.rang)
            self._end(job, broken, "failed", news.cause, seen)

    def left(self) -> list[Job]:
        """What the engine before this one had on its way."""
        found = []
        for tenant in self._stores.tenant_names():
            with self._stores.tenant(tenant).read() as connection:
                rows = faxes.left(connection, self._owner)
            found += [Job(tenant, row, _decoder.decode(row.body), fax) for fax, row in rows]
        return found

    def _end(self, job: Job, event: AnyEvent, fate: str, cause: str | None, seen: Mapping[str, object]) -> None:
        at = now_micros()
        state: calls.End = "unknown" if fate == UNKNOWN else "done"
        with self._stores.tenant(job.tenant).begin() as connection:
            if job.fax is not None:
                short = cause[:80] if cause else None
                faxes.end(connection, job.fax.id, fate=fate, cause=short, ended_at=at, **seen)
            if calls.end(connection, job.row.id, state, at=at, reason=cause):
                inbox_rows.put(
                    connection, session_id=job.row.session_id, source="fax", external_id=job.row.key,
                    posted=Posted(event=event), at=at,
                )  # fmt: skip

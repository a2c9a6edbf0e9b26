"""A tenant with visits and a flow that waits for its record, for tests of triggers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.events import SessionCancelled
from engine.host import planned, sleeping
from engine.host.ingest import Ingested, Row, ingest
from engine.host.programs import Programs
from engine.store import Stores, bound_triggers, definitions, from_micros, plans, to_micros, triggers
from engine.store import inbox as inbox_rows
from engine.store.inbox import Posted
from engine.store.tenant import inbox, record_type, session
from engine.store.times import SECOND
from tests.host.conftest import publish

AT = to_micros(datetime(2026, 11, 22, 2, 0, tzinfo=UTC))
"""Ten in the morning in Shanghai."""
HOUR, DAY = 3600 * SECOND, 24 * 3600 * SECOND
ZONE = "Asia/Shanghai"
VISIT = {
    "schema": {"type": "object", "properties": {"visit_no": {"type": "string"}}}, "key": "visit_no", "name": "name",
    "phone": "mobile", "contact": "patient_no", "time_zone": "zone",
}  # fmt: skip
WAITS = {
    "callweave": 1, "name": "Waits", "languages": ["en"], "start": "wait",
    "nodes": {
        "wait": {"type": "wait_for", "config": {"what": "record"}, "outlets": {"received": "end"}},
        "end": {"type": "end", "config": {"outcome": "{{ record.state }}"}},
    },
}  # fmt: skip


class Hospital:
    """The tenant; times are given, for nothing here looks at the clock."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        self.store = store = stores.tenant("main")
        self._made: bytes | None = None
        self._numbers = 0
        self.flow_id = publish(store, WAITS)
        with store.begin() as connection:
            definitions.put(connection, record_type, "visit", VISIT, at=AT)

    def trigger(self, kind: str, **config: Any) -> bytes:
        """Make one, as the API does; its id."""
        data = config if kind == "schedule" else {"record_type": "visit", **config}
        with self.store.begin() as connection:
            made = triggers.bind(connection, kind=kind, flow_id=self.flow_id, config=data, at=AT)
            (bound,) = bound_triggers.bound(connection, [kind], only=made.id)
            planned.begin_plans(connection, made.id, bound.config, at=AT, time_zone=ZONE)
        return made.id

    def once(self, kind: str, **config: Any) -> bytes:
        """The same trigger each time it is asked for."""
        if self._made is None:
            self._made = self.trigger(kind, **config)
        return self._made

    def next_number(self) -> str:
        """A visit's number that no other has."""
        self._numbers += 1
        return f"N{self._numbers}"

    def post(self, *rows: dict[str, Any], at: int = AT, deleted: bool = False) -> Ingested:
        """Records come in."""
        return ingest(self.store, "visit", [Row(data=row, deleted=deleted) for row in rows], source="his", at=at)

    def serve(self, at: int) -> int:
        """What a worker does at this moment; how many sessions it starts."""
        count = 0
        while (done := planned.serve(self.store, at=at)).plans:
            count += done.sessions
        return count

    def turns(self) -> list[tuple[str, str | None]]:
        """What sessions make of what has come: status and outcome, in the order of their starts."""
        programs = Programs(ZONE)
        while sleeping.serve_batch(self.store, programs).any:
            pass
        with self.store.read() as connection:
            return [(row.status, row.outcome) for row in connection.execute(sa.select(session).order_by(session.c.id))]

    def cancel(self, identity: bytes) -> None:
        """Somebody stops a session."""
        posted = Posted(event=SessionCancelled())
        with self.store.begin() as connection:
            inbox_rows.put(
                connection, session_id=identity, source="test", external_id=identity.hex(), posted=posted, at=AT
            )
        self.turns()

    def starts(self) -> list[dict[str, Any]]:
        """All starts in the inbox, in their order."""
        with self.store.read() as connection:
            events = connection.scalars(sa.select(inbox.c.event).order_by(inbox.c.id)).all()
        return [start for event in events if (start := msgspec.msgpack.decode(event).get("start"))]

    def plan(self, trigger: bytes) -> list[tuple[str | None, datetime]]:
        """What became of a trigger's plans, and their moments."""
        with self.store.read() as connection:
            found = plans.page(connection, trigger, limit=1_000, of_records=True)
        return [(each.fate, from_micros(each.moment)) for each in found]


def visit(number: str = "V1", **more: Any) -> dict[str, Any]:
    """A visit of a patient's own."""
    return {"visit_no": number, "patient_no": f"P{number}", "name": "王芳", "mobile": "13800138000", **more}


def shanghai(text: str) -> int:
    """The moment at which clocks there show this."""
    return to_micros(datetime.fromisoformat(f"{text}+08:00"))

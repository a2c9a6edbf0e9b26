"""What the information system writes into its own database as the story goes on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from examples.hospital.his import tables as t
from examples.hospital.people import Patient
from examples.hospital.story import Event, Story
from examples.hospital.threads.spinner import EXPERTS


class Database:
    """The hospital's database; every change raises a version that all its tables share."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(url)

    def create(self, story: Story) -> None:
        """The tables, the experts and their times; what is there already stays."""
        t.metadata.create_all(self._engine)
        with self._engine.begin() as connection:
            if connection.scalar(sa.select(sa.func.count()).select_from(t.expert)):
                return
            for key, (department, name) in EXPERTS.items():
                connection.execute(t.expert.insert().values(expert=key, name=name, department=department))
            for number, key, when in story.slots:
                row = {"slot_no": number, "expert": key, "starts_at": when.isoformat(), "state": "open"}
                connection.execute(t.slot.insert().values(row))

    def is_there(self) -> bool:
        """Whether the tables have been made."""
        return sa.inspect(self._engine).has_table("told")

    def told(self) -> int:
        """How many events have been told."""
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(t.told)) or 0

    def apply(self, event: Event) -> None:
        """One event, as far as it concerns the database."""
        with self._engine.begin() as connection:
            getattr(self, f"_{event.what}")(connection, event)

    def note(self, number: int) -> None:
        """The event of this number has been told to everybody."""
        with self._engine.begin() as connection:
            connection.execute(t.told.insert().values(number=number))

    def close_past(self, now: datetime) -> None:
        """Times that have passed can be booked no more."""
        with self._engine.begin() as connection:
            for row in connection.execute(sa.select(t.slot).where(t.slot.c.state == "open")).all():
                if datetime.fromisoformat(row.starts_at) <= now:
                    connection.execute(t.slot.update().where(t.slot.c.slot_no == row.slot_no).values(state="past"))

    def value(self, column: str, key: str) -> Any:
        """What stands in `table.column` under a key; None where there is no such row."""
        name, _, field = column.partition(".")
        table = t.metadata.tables[name]
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(table.c[field]).where(next(iter(table.primary_key)) == key))

    # events

    def _patient(self, connection: sa.Connection, event: Event) -> None:
        who: Patient = event.patient
        row = {
            "patient_no": who.patient_no, "card_no": who.card_no, "name": who.name, "sex": who.sex,
            "birth_date": who.birth_date.isoformat(), "mobile": who.mobile, "language": who.language,
            "contact_by": who.contact_by, "changed": _next(connection),
        }  # fmt: skip
        connection.execute(t.patient.insert().values(row))

    def _visit_booked(self, connection: sa.Connection, event: Event) -> None:
        fields = event.fields
        row = {
            "visit_no": event.key, "patient_no": event.patient.patient_no, "department": fields["department"],
            "expert": fields["expert"], "campus": event.via, "visit_at": fields["visit_at"].isoformat(),
            "preparation": fields["preparation"], "state": "booked", "changed": _next(connection),
        }  # fmt: skip
        connection.execute(t.visit.insert().values(row))

    def _visit_moved(self, connection: sa.Connection, event: Event) -> None:
        self._change_visit(connection, event.key, visit_at=event.fields["visit_at"].isoformat())

    def _visit_cancelled(self, connection: sa.Connection, event: Event) -> None:
        self._change_visit(connection, event.key, state="cancelled")

    def _change_visit(self, connection: sa.Connection, key: str, **fields: str) -> None:
        statement = t.visit.update().where(t.visit.c.visit_no == key)
        connection.execute(statement.values(**fields, changed=_next(connection)))

    def _admitted(self, connection: sa.Connection, event: Event) -> None:
        row = {"admission_no": event.key, "patient_no": event.patient.patient_no, "ward": event.fields["ward"]}
        connection.execute(t.admission.insert().values(**row, state="in"))

    def _admission_cancelled(self, connection: sa.Connection, event: Event) -> None:
        statement = t.admission.update().where(t.admission.c.admission_no == event.key)
        connection.execute(statement.values(state="cancelled"))

    def _report_written(self, connection: sa.Connection, event: Event) -> None:
        statement = t.admission.update().where(t.admission.c.admission_no == event.key)
        connection.execute(statement.values(report=event.fields["report"]))

    def _discharged(self, connection: sa.Connection, event: Event) -> None:
        statement = t.admission.update().where(t.admission.c.admission_no == event.fields["admission_no"])
        connection.execute(statement.values(state="out"))

    def _results(self, connection: sa.Connection, event: Event) -> None:
        """Results are the laboratory's: they are told by HL7 alone."""


def _next(connection: sa.Connection) -> int:
    """The next version, over the tables that others read."""
    highest = [
        connection.scalar(sa.select(sa.func.coalesce(sa.func.max(table.c.changed), 0))) or 0
        for table in (t.patient, t.visit, t.registration)
    ]
    return max(highest) + 1

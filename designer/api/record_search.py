"""Looking for records: by person, by a text, by a condition; only in what the one who asks is shown.

A condition cannot be asked of every database, so records are read in the order of their keys and looked at here. A
request reads so many and no more; its page may then have few rows or none, and the next one goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, field_validator

from designer.api.paging import PageQuery, identity_in
from engine.expressions import Condition, ExpressionError
from engine.fields import fault
from engine.records.intake import Intake
from engine.records.seeing import Sight, seen, seen_contact
from engine.store import contacts, records
from engine.store.records import Kept

READ_AT_MOST = 20_000
AT_A_TIME = 500


class Asked(BaseModel):
    """What records are asked for."""

    model_config = ConfigDict(extra="forbid")

    key: str | None = Field(None, max_length=200, description="This one only, whatever stands in its key.")
    contact: str | None = Field(None, max_length=64, description="Of this person only.")
    text: str | None = Field(None, min_length=1, max_length=200, description="With this somewhere in a field.")
    when: str | None = Field(
        None, max_length=2_000, description="For which this holds: record.ward == 'cardio' and contact.language == 'en'"
    )

    @field_validator("when")
    @classmethod
    def _can_be_asked(cls, written: str | None) -> str | None:
        if written is not None:
            try:
                Condition(written)
            except ExpressionError as error:
                raise fault("is no condition: {reason}", reason=str(error)) from None
        return written


class RecordsQuery(Asked, PageQuery):
    """A page of them."""


class Search:
    """What a query asks for."""

    def __init__(self, query: Asked, intake: Intake, sight: Sight) -> None:
        self._name = intake.name
        self._kind = intake.kind
        self._sight = sight
        self._key = query.key
        self._contact = None if query.contact is None else identity_in(query.contact, "contact")
        self._text = query.text
        self._when = None if query.when is None else Condition(query.when)

    def page(self, connection: sa.Connection, *, after: str | None, limit: int) -> tuple[list[Kept], str | None]:
        """The next records after a key, and the key from which to go on; None at the end."""
        if self._key is not None:
            row = records.get(connection, self._name, self._key)
            return ([row] if row is not None and self._fits(connection, [row]) else []), None
        found: list[Kept] = []
        for row, fits in self._read(connection, after):
            if len(found) == limit:
                return found, after
            after = row.key
            if fits:
                found.append(row)
        return found, after if self._stopped else None

    def _read(self, connection: sa.Connection, after: str | None) -> Iterator[tuple[Kept, bool]]:
        self._stopped = False
        for _ in range(READ_AT_MOST // AT_A_TIME):
            rows = records.page(
                connection, self._name, after=after, limit=AT_A_TIME, contact_id=self._contact, text=self._text
            )
            fitting = {row.id for row in self._fits(connection, rows)}
            for row in rows:
                yield row, row.id in fitting
            if len(rows) < AT_A_TIME:
                return
            after = rows[-1].key
        self._stopped = True

    def _fits(self, connection: sa.Connection, rows: list[Kept]) -> list[Kept]:
        if self._text is None and self._when is None:
            return rows
        people: dict[bytes, dict[str, Any]] = {}
        if self._when is not None and any(name[:1] == ("contact",) for name in self._when.names):
            ids = list({row.contact_id for row in rows if row.contact_id is not None})
            known = contacts.looked_up(connection, ids)
            people = {one.id: seen_contact(one.as_session_gets_it, self._sight) for one in known.values()}
        return [row for row in rows if self._fits_one(row, people)]

    def _fits_one(self, row: Kept, people: dict[bytes, dict[str, Any]]) -> bool:
        data = seen(self._kind, row.data, self._sight)
        if self._text is not None:
            wanted = msgspec.json.encode(self._text)[1:-1].decode().casefold()
            if wanted not in msgspec.json.encode(list(data.values())).decode().casefold():
                return False
        return self._when is None or self._when.test({"record": data, "contact": people.get(row.contact_id or b"", {})})

"""Whom a campaign means: records of a type that a condition holds for, people named one by one, a file, a saved list.

An audience is read in pages, each with where it ended, so that the work can go on where a process left it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
from pydantic import BaseModel, ConfigDict, Discriminator, Field, JsonValue, Tag, TypeAdapter

from engine.expressions import Condition
from engine.host.campaigns import tables
from engine.store import Store, assets, contacts, definitions, records, saved_lists
from engine.store.files import Files
from engine.store.tenant import record_type
from engine.triggers.config import RecordCondition, RecordTypeName
from engine.triggers.scope import Look

PAGE = 500
NOBODY = "say whom: record_type, contacts, file or list"
MESSAGES = {NOBODY}
"""Sentences of this module; each has its translation."""
MOST_NAMED = 10_000


class _Audience(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class OfRecords(_Audience):
    """People whom records are about, each by the first record that the condition holds for."""

    record_type: RecordTypeName
    when: RecordCondition | None = Field(None, description="record.ward == 'cardio' and contact.language == 'zh-CN'")


class Named(BaseModel):
    """One person; further fields are for templates."""

    model_config = ConfigDict(extra="allow")

    phone: str | None = Field(None, max_length=64)
    name: str | None = Field(None, max_length=200)
    email: str | None = Field(None, max_length=255)
    language: str | None = Field(None, max_length=35)
    time_zone: str | None = Field(None, max_length=64)
    record: dict[str, JsonValue] = Field({}, description="What the flow knows as `record`.")


class OfContacts(_Audience):
    """People named one by one."""

    contacts: list[Named] = Field(max_length=MOST_NAMED)


class OfFile(_Audience):
    """The rows of a table (CSV or XLSX) that was put in as an asset; its first row names the columns."""

    file: str = Field(max_length=128, description="The asset's name or id.")
    columns: dict[str, str] = Field(
        {}, max_length=20, description='Which column is which: {"phone": "手机"}; usual names are known.'
    )


class OfList(_Audience):
    """A saved list."""

    list: str = Field(max_length=64)


def _kind(data: Any) -> str | None:
    """Which of them it is, by the field that says so."""
    names = data if isinstance(data, Mapping) else getattr(data, "model_fields_set", ())
    return next((f"[{name}]" for name in ("record_type", "contacts", "file", "list") if name in names), None)


Audience = Annotated[
    Annotated[OfRecords, Tag("[record_type]")] | Annotated[OfContacts, Tag("[contacts]")]
    | Annotated[OfFile, Tag("[file]")] | Annotated[OfList, Tag("[list]")],
    Discriminator(_kind, custom_error_type="callweave_" + NOBODY, custom_error_message=NOBODY),
]
_adapter: TypeAdapter[Any] = TypeAdapter(Audience)


class NoAudience(Exception):
    """The people cannot be found: the record type, the file or the list is not there, or cannot be read."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values_ = values


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is meant."""

    contact: dict[str, Any]
    record: dict[str, Any] = {}
    contact_id: bytes | None = None
    record_id: bytes | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some of those who are meant; `reached` is where the next page begins, `seen` how many were looked at."""

    people: list[Found]
    reached: bytes
    seen: int


def read(data: Mapping[str, Any]) -> OfRecords | OfContacts | OfFile | OfList:
    """An audience from plain data; raises pydantic's ValidationError."""
    found: OfRecords | OfContacts | OfFile | OfList = _adapter.validate_python(dict(data))
    return found


def pages(
    store: Store, audience: OfRecords | OfContacts | OfFile | OfList, folder: Path, *, reached: bytes | None, at: int,
    size: int = PAGE,
) -> Iterator[Page]:  # fmt: skip
    """The audience from where it was left; raises NoAudience."""
    match audience:
        case OfRecords():
            yield from _of_records(store, audience, reached, at, size)
        case OfContacts():
            people = [_split(one.model_dump(exclude_none=True)) for one in audience.contacts]
            yield from _slices(iter(people), reached, size)
        case OfFile():
            yield from _slices(_rows(store, audience, folder), reached, size)
        case OfList():
            yield from _of_list(store, audience.list, reached, size)


def _of_records(
    store: Store, audience: OfRecords, reached: bytes | None, at: int, size: int
) -> Iterator[Page]:
    condition = None if audience.when is None else Condition(audience.when.source)
    with store.read() as connection:
        if definitions.get(connection, record_type, audience.record_type) is None:
            raise NoAudience("no_record_type", name=audience.record_type)
    after = None if reached is None else reached.decode()
    while True:
        with store.read() as connection:
            rows = records.page(connection, audience.record_type, after=after, limit=size)
            people = contacts.looked_up(connection, [row.contact_id for row in rows if row.contact_id is not None])
        if not rows:
            return
        found = []
        for row in rows:
            person = people.get(row.contact_id or b"")
            contact = {} if person is None else person.as_session_gets_it
            data = row.data
            if condition is None or condition.test(Look(data, contact, at=at, time_zone=store.time_zone)):
                found.append(Found(contact=contact, record=data, contact_id=row.contact_id, record_id=row.id))
        after = rows[-1].key
        yield Page(people=found, reached=after.encode(), seen=len(rows))


def _of_list(store: Store, name: str, reached: bytes | None, size: int) -> Iterator[Page]:
    with store.read() as connection:
        if saved_lists.get(connection, name) is None:
            raise NoAudience("no_list", name=name)
    after = -1 if reached is None else int(reached)
    while True:
        with store.read() as connection:
            rows = saved_lists.entries(connection, name, after=after, limit=size)
        if not rows:
            return
        after = rows[-1].place
        people = [Found(contact=row.contact, record=row.record) for row in rows]
        yield Page(people=people, reached=str(after).encode(), seen=len(rows))


def _rows(store: Store, audience: OfFile, folder: Path) -> Iterator[Found]:
    with store.read() as connection:
        asset = assets.find(connection, audience.file)
    file = None if asset is None else asset.current()
    if file is None:
        raise NoAudience("no_file", name=audience.file)
    path = Files(folder, store.name).path(file.sha256)
    try:
        for row in tables.rows(path.read_bytes()):
            contact, record = tables.person(row, audience.columns)
            yield Found(contact=contact, record=record)
    except FileNotFoundError as error:
        raise NoAudience("no_file", name=audience.file) from error
    except tables.NoTable as error:
        raise NoAudience("no_table", name=audience.file, reason=str(error)) from error


def _slices(people: Iterator[Found], reached: bytes | None, size: int) -> Iterator[Page]:
    """Pages of what is counted, from a number on."""
    place = 0 if reached is None else int(reached)
    for _ in range(place):
        next(people, None)
    while True:
        some = [one for _, one in zip(range(size), people, strict=False)]
        if not some:
            return
        place += len(some)
        yield Page(people=some, reached=str(place).encode(), seen=len(some))


def _split(named: dict[str, Any]) -> Found:
    record = named.pop("record", {})
    return Found(contact=named, record=record)


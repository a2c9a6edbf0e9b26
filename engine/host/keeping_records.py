"""A batch of entries against what is kept: compared in memory, then written as a whole, in the caller's transaction.

The same record may come several times in a batch, and the same person in many records: each version counts, each row is
written once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from engine.host import following
from engine.records.change import Change
from engine.records.content import is_older
from engine.records.intake import Entry, Intake
from engine.records.person import merged
from engine.records.rows import Ingested
from engine.store import Store, contacts, records
from engine.store.contacts import Contact
from engine.store.ids import new_id, new_ids
from engine.store.records import Earlier, Kept


class Crossed(RuntimeError):
    """Somebody else has written one of these records or people for the first time just now: do the batch again."""


class Batch(msgspec.Struct):
    """What a batch has come to, and what is to be written for it."""

    done: Ingested
    changes: list[Change] = []
    forgotten: list[bytes] = []
    """Records that are deleted now."""


def keep(
    connection: sa.Connection,
    intake: Intake,
    entries: Sequence[Entry],
    *,
    source: str,
    at: int,
    country: str,
    session_id: bytes | None = None,
) -> Batch:
    """Write what is new of these entries; raises Crossed, and nothing of it may stay then."""
    keys = {entry.key for entry in entries}
    known = records.by_keys(connection, intake.name, list(keys))
    hashes = {} if len(keys) < len(entries) else {key: row.hash for key, row in known.items()}
    news = [entry for entry in entries if hashes.get(entry.key) != entry.hash]
    people = contacts.by_keys(connection, list({entry.person for entry in news if entry.person is not None}))
    upkeep = _Upkeep(intake, known, people, source=source, at=at, session_id=session_id)
    upkeep.ids = iter(new_ids(2 * (len(entries) - len(known))))
    for entry in entries:
        upkeep.take(entry)
    upkeep.write(connection, country)
    return upkeep.batch


def write(
    connection: sa.Connection, store: Store, intake: Intake, entries: Sequence[Entry], *, source: str, at: int,
    session_id: bytes | None = None,
) -> Ingested:  # fmt: skip
    """Write entries and what they bring about, in the caller's transaction; raises Crossed, as `keep` does."""
    batch = keep(
        connection, intake, entries, source=source, at=at, country=store.country, session_id=session_id
    )  # fmt: skip
    if batch.forgotten:
        following.forget(connection, batch.forgotten, at=at)
    if batch.changes:
        batch.done.sessions = following.follow(connection, batch.changes, at=at, time_zone=store.time_zone)
    return batch.done


class _Upkeep:
    """The batch at work."""

    ids: Iterator[bytes]
    """Made together, which is quicker."""

    def __init__(
        self, intake: Intake, known: dict[str, Kept], people: dict[str, Contact], *, source: str, at: int,
        session_id: bytes | None,
    ) -> None:  # fmt: skip
        self.batch = Batch(Ingested(rejected=[]), [], [])
        self._intake = intake
        self._known = known
        self._people = people
        self._source, self._at, self._session_id = source, at, session_id
        self._new: dict[str, Kept] = {}
        self._changed: dict[str, Kept] = {}
        self._marked: dict[str, Kept] = {}
        self._earlier: list[Earlier] = []
        self._new_people: dict[str, Contact] = {}
        self._former: list[Contact] = []
        """What people were in between, in this batch."""
        self._changed_people: dict[str, Contact] = {}

    def take(self, entry: Entry) -> None:
        """Compare one entry with what is kept, and note what becomes of it."""
        kept, done = self._known.get(entry.key), self.batch.done
        if kept is None:
            if entry.deleted:
                done.unchanged += 1
                return
            self._begin(entry)
        elif is_older(entry.source_version, kept.source_version):
            done.late += 1
        elif entry.deleted:
            self._delete(entry, kept)
        elif entry.hash == kept.hash and kept.deleted_at is None:
            done.unchanged += 1
            self._confirm(entry, kept)
        else:
            self._change(entry, kept)

    def write(self, connection: sa.Connection, country: str) -> None:
        """Write all of it: people first, for records name them."""
        new_people = list(self._new_people.values())
        if contacts.insert(connection, new_people, country=country) != len(new_people):
            raise Crossed
        if self._former:
            contacts.had(connection, self._former, country=country)
        if self._changed_people:
            contacts.update(connection, list(self._changed_people.values()), country=country)
        new = list(self._new.values())
        if records.insert(connection, new) != len(new):
            raise Crossed
        records.keep(connection, self._earlier)
        records.update(connection, list(self._changed.values()))
        marked = [kept for key, kept in self._marked.items() if key not in self._changed and key not in self._new]
        records.mark(connection, marked)

    def _begin(self, entry: Entry) -> None:
        person = self._person(entry, {})
        kept = Kept(
            id=self._id(), record_type=self._intake.name, key=entry.key, version=1, hash=entry.hash, body=entry.body,
            source_version=entry.source_version, contact_id=None if person is None else person.id, source=self._source,
            created_at=self._at, updated_at=self._at,
        )  # fmt: skip
        self._known[entry.key] = self._new[entry.key] = kept
        self.batch.done.accepted += 1
        self._note(entry, kept, None, person)

    def _change(self, entry: Entry, kept: Kept) -> None:
        before = kept.data if kept.deleted_at is None else None
        said = {} if before is None else self._intake.person.fields(before)
        person = self._person(entry, said)
        changed = replace(
            kept, version=kept.version + 1, hash=entry.hash, body=entry.body,
            source_version=entry.source_version if entry.source_version is not None else kept.source_version,
            contact_id=None if person is None else person.id, source=self._source, updated_at=self._at,
            deleted_at=None,
        )  # fmt: skip
        self._put(kept, changed)
        if before is None:
            self.batch.done.accepted += 1
        else:
            self.batch.done.updated += 1
        self._note(entry, changed, before, person)

    def _delete(self, entry: Entry, kept: Kept) -> None:
        if kept.deleted_at is not None:
            self.batch.done.unchanged += 1
            self._confirm(entry, kept)
            return
        self._put(
            kept,
            replace(
                kept, version=kept.version + 1, hash=entry.hash, body=entry.body,
                source_version=entry.source_version if entry.source_version is not None else kept.source_version,
                source=self._source, updated_at=self._at, deleted_at=self._at,
            ),
        )  # fmt: skip
        self.batch.done.deleted += 1
        self.batch.forgotten.append(kept.id)
        # what it was in this batch, nobody has seen: it brings about nothing
        self.batch.changes = [change for change in self.batch.changes if change.record_id != kept.id]

    def _put(self, kept: Kept, changed: Kept) -> None:
        self._earlier.append(
            Earlier(
                record_id=kept.id, version=kept.version, body=kept.body, source_version=kept.source_version,
                source=kept.source, at=kept.updated_at, deleted_at=kept.deleted_at,
            )
        )  # fmt: skip
        self._known[kept.key] = changed
        (self._new if kept.key in self._new else self._changed)[kept.key] = changed

    def _confirm(self, entry: Entry, kept: Kept) -> None:
        """The same content under a newer mark: what is between the two is late from now on."""
        if entry.source_version is not None and entry.source_version != kept.source_version:
            marked = replace(kept, source_version=entry.source_version)
            self._known[kept.key] = self._marked[kept.key] = marked
            for rows in (self._new, self._changed):
                if kept.key in rows:
                    rows[kept.key] = marked

    def _person(self, entry: Entry, before: dict[str, str]) -> Contact | None:
        """Who the entry is about, as he is known after it."""
        if entry.person is None:
            return None
        person = self._people.get(entry.person)
        if person is None:
            person = Contact(
                id=self._id(), key=entry.person, fields=dict(entry.fields), created_at=self._at, updated_at=self._at
            )  # fmt: skip
            self._people[entry.person] = self._new_people[entry.person] = person
            return person
        fields = merged(person.fields, before, entry.fields)
        if fields == person.fields:
            return person
        if entry.person in self._new_people or entry.person in self._changed_people:
            self._former.append(person)
        person = replace(person, fields=fields, updated_at=self._at)
        rows = self._new_people if entry.person in self._new_people else self._changed_people
        self._people[entry.person] = rows[entry.person] = person
        return person

    def _id(self) -> bytes:
        return next(self.ids, None) or new_id()

    def _note(self, entry: Entry, kept: Kept, before: dict[str, object] | None, person: Contact | None) -> None:
        contact = entry.fields if person is None else {"id": person.key, **person.fields, **entry.fields}
        self.batch.changes.append(
            Change(
                record_id=kept.id, record_type=kept.record_type, key=kept.key, before=before, after=entry.data,
                contact_id=kept.contact_id, contact=contact, version=kept.version, at=self._at, source=self._source,
                session_id=self._session_id,
            )
        )  # fmt: skip

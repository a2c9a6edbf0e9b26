"""Keeping what a source gives: rows become records, which lie on the disk before anybody is told that they came.

Cursor, parts of joined records, records on their way and faults are written in one transaction (`store/spool.py`), so
that nothing is lost and nothing doubled when a process is killed at any moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from engine.faults import Fault
from engine.sources.document import SetUp
from engine.sources.joining import Joining
from engine.sources.mapping import MappedRow, Mapping, mapped
from engine.sources.source import Arrival, Batch, PlainRow
from engine.store import Store, from_micros, now_micros, parts, spool
from engine.store.spool import Faulty
from engine.store.times import SECOND

ARRIVALS_KNOWN = 30 * 86_400 * SECOND
"""So long a message is known that went its way."""
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(MappedRow)


def packed(row: MappedRow) -> bytes:
    """A record as it lies in the spool."""
    return _encoder.encode(row)


def unpacked(body: bytes) -> MappedRow:
    """The record that lies there."""
    return _decoder.decode(body)


class _Heap:
    """What one transaction collects before it writes."""

    def __init__(self) -> None:
        self.records: list[bytes] = []
        self.faulty: list[Faulty] = []
        self.touched: dict[tuple[int, str], None] = {}


class Keeper:
    """Keeps one source's rows in a store: a connector's own, or the organisation's."""

    def __init__(self, store: Store, setup: SetUp) -> None:
        self._store = store
        self._setup = setup
        self._name = setup.name
        self._plain: list[Mapping] = [each for each in setup.document.records if each.parts is None]
        self._joined = [Joining(setup.name, each) for each in setup.document.records if each.parts is not None]

    def begin(self) -> None:
        """Let go of what older mappings kept, and of messages that came long ago."""
        with self._store.begin() as connection:
            parts.forget_others(connection, self._name, {joining.identity for joining in self._joined})
            spool.forget_arrivals(connection, self._name, before=now_micros() - ARRIVALS_KNOWN)

    def cursor(self, feed: str) -> bytes | None:
        """Where reading of a feed goes on."""
        with self._store.read() as connection:
            return spool.cursor(connection, self._name, feed, self._setup.mark(feed))

    def keep_batch(self, feed: str, batch: Batch) -> int:
        """Keep what was read, and how far; how many records came of it."""
        micros = now_micros()
        at, heap = from_micros(micros), _Heap()
        heap.faulty += [Faulty(source=self._name, errors=[fault], at=micros) for fault in batch.faults]
        with self._store.begin() as connection:
            for row in batch.rows:
                records, faults = self._made(feed, row, at)
                heap.records += records
                if faults:
                    text = msgspec.json.encode(row).decode()
                    heap.faulty.append(Faulty(source=self._name, errors=faults, at=micros, text=text))
                self._join(connection, feed, row, heap, at, micros)
            self._write(connection, heap, at, micros)
            spool.set_cursor(connection, self._name, feed, self._setup.mark(feed), batch.cursor, at=micros)
        return len(heap.records)

    def keep_arrivals(self, feed: str, arrivals: Sequence[Arrival]) -> list[list[Fault]]:
        """Keep messages, each as a whole or not at all; the faults of each."""
        micros = now_micros()
        at, heap = from_micros(micros), _Heap()
        made = [[self._made(feed, row, at) for row in arrival.rows] for arrival in arrivals]
        answers = [
            [*arrival.faults, *(fault for _, wrong in rows for fault in wrong)]
            for arrival, rows in zip(arrivals, made, strict=True)
        ]
        messages = [spool.digest(f"{feed}\0{arrival.id}") if arrival.id else None for arrival in arrivals]
        sound = [message for message, faults in zip(messages, answers, strict=True) if message and not faults]
        with self._store.begin() as connection:
            new = spool.new_of(connection, self._name, sound, at=micros)
            for arrival, rows, faults, message in zip(arrivals, made, answers, messages, strict=True):
                if faults:
                    heap.faulty.append(
                        Faulty(source=self._name, errors=faults, at=micros, message=message, text=arrival.text)
                    )
                elif message is None or message in new:
                    new.discard(message or b"")
                    for row, (records, _) in zip(arrival.rows, rows, strict=True):
                        heap.records += records
                        self._join(connection, feed, row, heap, at, micros)
            self._write(connection, heap, at, micros)
        return answers

    def _made(self, feed: str, row: PlainRow, at: datetime) -> tuple[list[bytes], list[Fault]]:
        """The records that a row gives by itself, and all that is wrong with it."""
        records: list[bytes] = []
        faults: list[Fault] = []
        for mapping in self._plain:
            made = mapped(mapping, row, at=at) if mapping.is_about(feed) else None
            if isinstance(made, MappedRow):
                records.append(packed(made))
            elif made:
                faults += made
        for joining in self._joined:
            faults += joining.faults(feed, row, at=at)
        return records, faults

    def _join(
        self, connection: sa.Connection, feed: str, row: PlainRow, heap: _Heap, at: datetime, micros: int
    ) -> None:
        """Keep a row as the part of records that it is; which ones it touches is noted."""
        for number, joining in enumerate(self._joined):
            if joining.faults(feed, row, at=at):
                continue
            touched, gone = joining.take(connection, feed, row, at=at, micros=micros)
            heap.records += map(packed, gone)
            heap.touched |= dict.fromkeys((number, main) for main in touched)

    def _write(self, connection: sa.Connection, heap: _Heap, at: datetime, micros: int) -> None:
        for number, main in heap.touched:
            joining = self._joined[number]
            made = joining.record(connection, main, at=at)
            if isinstance(made, MappedRow):
                heap.records.append(packed(made))
            elif made:
                record_type = joining.mapping.record_type
                heap.faulty.append(
                    Faulty(source=self._name, errors=made, at=micros, record_type=record_type, key=main)
                )
        spool.put(connection, self._name, heap.records, at=micros)
        spool.add_faulty(connection, heap.faulty)

"""Answering for a source: declared questions, some from a cache, and declared write-backs, each once.

A write-back has a key. It stands in the ledger, on the disk, before the source is spoken to; a key that is there is not
carried out again, but answered from the ledger. What nobody has seen the end of is asked for at the source, where that
one can tell, and is `unknown` else: never a silent second time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import msgspec
import structlog

from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.sources.document import SetUp
from engine.sources.source import (
    Asker,
    DeclaredQuery,
    DeclaredStatement,
    PlainRow,
    RefusedBySource,
    Source,
    Written,
)
from engine.store import Store, now_micros, source_writes
from engine.store.source_writes import Fate

log = structlog.get_logger()

ANSWERS_KEPT = 10_000
"""Answers in the cache of one source."""


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a write-back."""

    fate: Fate
    reason: str = ""
    reference: str = ""


class BeingWritten(NotNow):
    """Another thread carries this very key out, and answers."""


class Answering:
    """Asks one source; may be called by several threads at once."""

    def __init__(self, store: Store, setup: SetUp, source: Source) -> None:
        self._store = store
        self._name = setup.name
        self._config = setup.config
        self._source = source
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[str, bytes], tuple[float, list[PlainRow]]] = OrderedDict()
        self._writing: set[str] = set()

    def ask(self, query: str, parameters: Mapping[str, Any]) -> list[PlainRow]:
        """The rows that a declared query finds; raises NotNow or Refused."""
        asker = self._asker()
        declared = self._config.queries.get(query)
        _check(declared, f"there is no query {query!r} at {self._name}", parameters)
        assert declared is not None
        place = (query, msgspec.msgpack.encode(parameters, order="deterministic", enc_hook=str))
        known = self._kept(place, declared)
        if known is not None:
            return known
        try:
            rows = asker.ask(query, parameters)[: declared.most_rows]
        except (NotNow, Refused):
            raise
        except Exception as error:
            log.exception("source could not be asked", source=self._name, query=query)
            raise NotNow(f"{self._name}: {type(error).__name__}") from error
        self._keep(place, rows, declared)
        return rows

    def write(self, statement: str, parameters: Mapping[str, Any], key: str) -> Answered:
        """Carry out a declared statement, once for a key; raises NotNow or Refused where certainly nothing happened.

        NotNow as well while the source cannot say what became of a write whose end nobody has seen.
        """
        asker = self._asker()
        declared = self._config.statements.get(statement)
        _check(declared, f"there is no statement {statement!r} at {self._name}", parameters)
        with self._lock:
            if key in self._writing:
                raise BeingWritten("it is being carried out")
            self._writing.add(key)
        try:
            return self._once(asker, statement, parameters, key)
        finally:
            with self._lock:
                self._writing.discard(key)

    def _once(self, asker: Asker, statement: str, parameters: Mapping[str, Any], key: str) -> Answered:
        with self._store.begin() as connection:
            known = source_writes.get(connection, key)
            if known is None:
                source_writes.begin(connection, key, source=self._name, statement=statement, at=now_micros())
        if known is not None and known.state != "begun":
            return Answered(fate=known.state, reason=known.reason or "", reference=known.reference or "")
        if known is not None:  # somebody died over it
            left = self._what_became(asker, statement, parameters, key, "its process ended while it was written")
            if left is not None:
                return left
        try:
            answer = asker.write(statement, parameters, key)
        except (NotNow, Refused):
            with self._store.begin() as connection:
                source_writes.withdraw(connection, key)
            raise
        except Exception as error:  # whatever it was, nobody knows whether it has arrived
            reason = error.reason if isinstance(error, Unsure) else f"{self._name}: {type(error).__name__}"
            log.warning("nobody knows yet whether it was written", source=self._name, key=key, reason=reason)
            left = self._what_became(asker, statement, parameters, key, reason)
            if left is not None:
                return left
            with self._store.begin() as connection:
                source_writes.withdraw(connection, key)
            raise NotNow(reason) from error
        if isinstance(answer, RefusedBySource):
            return self._ended(key, Answered(fate="refused", reason=answer.reason))
        assert isinstance(answer, Written)
        return self._ended(key, Answered(fate="done", reference=answer.reference))

    def _what_became(
        self, asker: Asker, statement: str, parameters: Mapping[str, Any], key: str, reason: str
    ) -> Answered | None:
        """The end of a write that nobody has seen; None if it has certainly not arrived. Raises NotNow."""
        try:
            arrived = asker.written(statement, parameters, key)
        except (Refused, Unsure) as error:
            raise NotNow(error.reason) from error
        if arrived is None:
            return self._ended(key, Answered(fate="unknown", reason=reason))
        return self._ended(key, Answered(fate="done")) if arrived else None

    def _ended(self, key: str, answer: Answered) -> Answered:
        with self._store.begin() as connection:
            source_writes.end(
                connection, key, answer.fate, at=now_micros(), reason=answer.reason or None,
                reference=answer.reference or None,
            )  # fmt: skip
        return answer

    def _asker(self) -> Asker:
        if self._source.asker is None:
            raise Refused(f"{self._name} cannot be asked")
        return self._source.asker

    def _kept(self, place: tuple[str, bytes], declared: DeclaredQuery) -> list[PlainRow] | None:
        with self._lock:
            until, rows = self._cache.get(place, (0.0, []))
            return rows if declared.cache_seconds and time.monotonic() < until else None

    def _keep(self, place: tuple[str, bytes], rows: list[PlainRow], declared: DeclaredQuery) -> None:
        if not declared.cache_seconds:
            return
        with self._lock:
            self._cache[place] = time.monotonic() + declared.cache_seconds, rows
            self._cache.move_to_end(place)
            while len(self._cache) > ANSWERS_KEPT:
                self._cache.popitem(last=False)


def _check(declared: DeclaredQuery | DeclaredStatement | None, missing: str, parameters: Mapping[str, Any]) -> None:
    """Refuse what is not declared, and parameters that are missing or unknown."""
    if declared is None:
        raise Refused(missing)
    wanted = set(declared.parameters)
    wrong = [f"{name} is missing" for name in sorted(wanted - set(parameters))]
    wrong += [f"{name} is not known" for name in sorted(set(parameters) - wanted)]
    if wrong:
        raise Refused("parameters: " + ", ".join(wrong))

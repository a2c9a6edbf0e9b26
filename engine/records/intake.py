"""One record type's door: a row comes in, and is a record to be kept, or refused with every fault in it.

Nearly all rows are sound, so a quick validator (jsonschema-rs) says which; the rest are shown to jsonschema, whose
words people know. Patterns mean the same to both, what JSON Schema takes from ECMA 262, where `\\d` is 0 to 9 and `$`
is the very end; and so do parts of numbers, for both reckon in decimals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, localcontext
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import msgspec

from engine.faults import Fault, dotted, shown
from engine.record_types import RecordType
from engine.records.content import digest, version_text, written
from engine.records.person import Person, is_zone, plain
from engine.records.rows import Row

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

LONGEST_KEY = 200
MOST_BYTES = 64 * 1024
MAX_DEPTH = 50
MOST_FAULTS = 20
"""Faults of one row that are told."""
MESSAGES = {
    "must be an object (is {value})", "{reason}", "must be text or a whole number (is {value})", "is empty",
    "at most {limit} characters (is {value})", "no control characters (is {value})", "text that is not Unicode",
    "{value} is no time zone such as Asia/Shanghai", "larger than {limit} bytes (is {value})",
    "nested deeper than {limit} levels", "cannot be kept: {reason}",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class Entry(msgspec.Struct, kw_only=True):
    """A row that is to be kept."""

    number: int
    """Its place among the rows that came, from 0."""
    key: str
    data: dict[str, Any]
    body: str
    hash: bytes
    source_version: str | None
    person: str | None
    fields: dict[str, str]
    deleted: bool = False


class Intake:
    """The door of one record type."""

    def __init__(self, name: str, kind: RecordType) -> None:
        self.name = name
        self.kind = kind
        self.person = Person(name, kind)
        self._key = kind.key
        self._version = kind.source_version
        self._zone = kind.time_zone
        self._accepts = quick(kind.fields).is_valid

    def read(self, number: int, row: Row) -> Entry | list[Fault]:
        """What is to be kept of a row, or every fault in it."""
        data = row.data
        if data.__class__ is not dict:
            return [Fault("", "must be an object (is {value})", {"value": shown(data)})]
        key = data.get(self._key)
        if key.__class__ is not str or not key.isprintable() or not 0 < len(key) <= LONGEST_KEY or key != key.strip():
            key = plain(key)
            if key is None or len(key) > LONGEST_KEY or not key.isprintable():
                return [self._no_key(data.get(self._key, "")), *([] if row.deleted else self.faults(data))]
        if row.deleted:
            return self._entry(number, row, key, b"{}")
        try:
            sound = self._accepts(data)
            body = written(data)
        except UnicodeEncodeError:
            return [Fault("", "text that is not Unicode")]
        except RecursionError:
            return [Fault("", "nested deeper than {limit} levels", {"limit": MAX_DEPTH})]
        except (TypeError, ValueError, OverflowError) as error:
            return [Fault("", "cannot be kept: {reason}", {"reason": str(error)[:200]})]
        if not sound and (faults := self.faults(data)):
            return faults
        if len(body) > MOST_BYTES:
            return [Fault("", "larger than {limit} bytes (is {value})", {"limit": MOST_BYTES, "value": len(body)})]
        entry = self._entry(number, row, key, body)
        return list(self._odd(entry)) or entry if self._may_be_odd(entry, body) else entry

    def faults(self, data: dict[str, Any]) -> list[Fault]:
        """What is wrong with a record's fields, in jsonschema's words."""
        found = []
        for error in self._exact.iter_errors(data):
            reason = error.message if len(error.message) <= 200 else error.message[:199] + "…"
            found.append(Fault(dotted(*error.absolute_path), "{reason}", {"reason": reason}))
            if len(found) == MOST_FAULTS:
                break
        return found

    @cached_property
    def _exact(self) -> Validator:
        return exact(self.kind.fields)

    def _entry(self, number: int, row: Row, key: str, body: bytes) -> Entry:
        data: dict[str, Any] = row.data
        given = row.source_version
        if given is None and self._version is not None:
            given = data.get(self._version)
        return Entry(
            number=number, key=key, data=data, body=body.decode(), hash=digest(body), deleted=row.deleted,
            source_version=None if given is None else version_text(given), person=self.person.key(data, key),
            fields=self.person.fields(data),
        )  # fmt: skip

    def _may_be_odd(self, entry: Entry, body: bytes) -> bool:
        """A quick look that lets nearly all records pass: no time zone, nothing nested, a plain person key."""
        person = entry.person
        plainly = person is None or (len(person) <= LONGEST_KEY and person.isprintable())
        return self._zone is not None or not plainly or body.count(b"{") > 1 or b"[" in body

    def _odd(self, entry: Entry) -> Iterator[Fault]:
        """What no schema says, and what cannot be kept all the same."""
        person, zone = entry.person, entry.fields.get("time_zone")
        if person is not None and (len(person) > LONGEST_KEY + 80 or not person.isprintable()):
            yield _no_name(self.kind.contact or self._key, person)
        if zone is not None and not is_zone(zone):
            yield Fault(self._zone or "", "{value} is no time zone such as Asia/Shanghai", {"value": shown(zone)})
        for value in entry.data.values():
            if (value.__class__ is dict or value.__class__ is list) and _deeper(value, MAX_DEPTH - 1):
                yield Fault("", "nested deeper than {limit} levels", {"limit": MAX_DEPTH})
                return

    def _no_key(self, given: Any) -> Fault:
        key = plain(given)
        if key is None:
            if given == "" or given is None:
                return Fault(self._key, "is empty")
            return Fault(self._key, "must be text or a whole number (is {value})", {"value": shown(given)})
        return _no_name(self._key, key)


def quick(schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """The validator that only says whether; ValueError for a schema that it cannot take."""
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=False)


def exact(schema: dict[str, Any]) -> Validator:
    """The validator that says what is wrong."""
    validator: Validator = _exact_kind()(schema)
    return validator


@cache
def _exact_kind() -> Any:
    from jsonschema import Draft202012Validator, ValidationError, validators  # large, and only refused rows ask

    def pattern(_validator: Any, wanted: str, instance: Any, _schema: Any) -> Iterator[Any]:
        if isinstance(instance, str) and not ecma(wanted).search(instance):
            yield ValidationError(f"{instance!r} does not match {wanted!r}")

    def pattern_properties(validator: Any, wanted: dict[str, Any], instance: Any, _schema: Any) -> Iterator[Any]:
        for each, inner in wanted.items() if isinstance(instance, dict) else ():
            for name, value in instance.items():
                if ecma(each).search(name):
                    yield from validator.descend(value, inner, path=name, schema_path=each)

    def multiple_of(_validator: Any, step: Any, instance: Any, _schema: Any) -> Iterator[Any]:
        """In decimals, so that 0.3 is a multiple of 0.1."""
        if isinstance(instance, int | float) and not isinstance(instance, bool):
            with localcontext(prec=400):
                rest = Decimal(str(instance)) % Decimal(str(step))
            if rest:
                yield ValidationError(f"{instance!r} is not a multiple of {step}")

    said = {"pattern": pattern, "patternProperties": pattern_properties, "multipleOf": multiple_of}
    return validators.extend(Draft202012Validator, said)  # type: ignore[no-untyped-call]


@cache
def ecma(pattern: str) -> re.Pattern[str]:
    """A pattern as JSON Schema means it: classes are of ASCII, and `$` is the end, not a line feed before it."""
    found: list[str] = []
    inside, place = False, 0
    while place < len(pattern):
        letter = pattern[place]
        if letter == "\\":
            found.append(pattern[place : place + 2])
            place += 2
            continue
        inside = letter == "[" or (inside and letter != "]")
        found.append(r"\Z" if letter == "$" and not inside else letter)
        place += 1
    return re.compile("".join(found), re.ASCII)


def _no_name(field: str, value: str) -> Fault:
    if len(value) > LONGEST_KEY:
        return Fault(field, "at most {limit} characters (is {value})", {"limit": LONGEST_KEY, "value": shown(value)})
    return Fault(field, "no control characters (is {value})", {"value": shown(ascii(value))})


def _deeper(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True

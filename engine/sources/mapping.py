"""From a row or a message to a record: Liquid templates over `row`, one a field.

A template that is exactly one `{{ }}` keeps its value's kind, so that a number stays a number; one that gives nothing
leaves its field out, so that a missing value is not an empty text. Pure: the time comes in as an argument.
"""

from __future__ import annotations

from collections.abc import Mapping as Names
from datetime import datetime
from math import isfinite
from typing import Annotated, Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from engine.data_fields import FieldName, Value
from engine.faults import Fault
from engine.fields import Condition, Template
from engine.sources.source import FeedName, PlainRow

RecordTypeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
MESSAGES = {"{value} cannot be part of a record", "is no version (is {value})"}
"""Sentences of this module; each has its translation."""

_PLAIN = (str, int, float, bool, type(None))


class MappedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A record as a source has it; `deleted` when it is not there any more."""

    record_type: str
    data: dict[str, Any]
    source_version: str | int | None = None
    deleted: bool = False


class Mapping(BaseModel):
    """How rows of one feed become records of one type."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: FeedName | None = Field(None, title="Feed", description="Which rows; all of the source's if empty.")
    when: Condition | None = Field(None, title="Only when", description="Such as row.event == 'A04'.")
    record_type: RecordTypeName = Field(title="Record type")
    fields: dict[FieldName, Value] = Field(
        title="Fields", min_length=1, max_length=500,
        description="A template over `row` for each. A value that is exactly one {{ }} keeps its kind.",
    )  # fmt: skip
    source_version: Value | None = Field(
        None, title="Version", description="Grows with each change at the source: an older one overwrites no newer one."
    )
    deleted_when: Condition | None = Field(None, title="Gone when")


def mapped(mapping: Mapping, row: PlainRow, *, at: datetime) -> MappedRow | list[Fault] | None:
    """The record that a row gives, every fault in it, or None where the mapping is not about such a row."""
    scope = {"row": row, "message": row, "now": at}
    if mapping.when is not None and not mapping.when.test(scope):
        return None
    return filled(mapping, scope)


def filled(mapping: Mapping, scope: Names[str, Any]) -> MappedRow | list[Fault]:
    """The record that a mapping makes of what is in the scope."""
    data: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, template in mapping.fields.items():
        value = template.value(scope)
        if value is None:
            continue
        if _is_plain(value):
            data[name] = value
        else:
            faults.append(Fault(f"fields.{name}", "{value} cannot be part of a record", {"value": type(value).__name__}))
    version = _version(mapping.source_version, scope)
    if isinstance(version, Fault):
        faults.append(version)
    if faults:
        return faults
    assert not isinstance(version, Fault)
    deleted = mapping.deleted_when is not None and mapping.deleted_when.test(scope)
    return MappedRow(record_type=mapping.record_type, data=data, source_version=version, deleted=deleted)


def _version(template: Template | None, scope: Names[str, Any]) -> str | int | Fault | None:
    if template is None:
        return None
    value = template.value(scope)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)) or len(str(value)) > 200:
        return Fault("source_version", "is no version (is {value})", {"value": str(value)[:60]})
    return value


def _is_plain(value: Any, depth: int = 20) -> bool:
    if isinstance(value, list):
        return depth > 0 and all(_is_plain(entry, depth - 1) for entry in value)
    if isinstance(value, dict):
        return depth > 0 and all(isinstance(k, str) and _is_plain(v, depth - 1) for k, v in value.items())
    return isinstance(value, _PLAIN) and (not isinstance(value, float) or isfinite(value))

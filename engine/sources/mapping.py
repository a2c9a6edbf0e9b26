"""From a row or a message to a record: Liquid templates over `row`, one a field.

A template that is exactly one `{{ }}` keeps its value's kind, so that a number stays a number; one that gives nothing
leaves its field out, so that a missing value is not an empty text. Pure: the time comes in as an argument.
"""

from __future__ import annotations

from collections.abc import Mapping as Names
from datetime import datetime
from math import isfinite
from typing import Annotated, Any, Self

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from engine.data_fields import FieldName, Value
from engine.expressions.template import text
from engine.faults import Fault
from engine.fields import Condition, Template, fault
from engine.sources.source import FeedName, PlainRow

RecordTypeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
PartName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
_TAKEN = {"row", "message", "now"}
KEY_CHARACTERS = 200
MESSAGES = {
    "{value} cannot be part of a record", "is no version (is {value})",
    "several rows of one key need `own`, one alone has none", "a joined record says `feed` and `when` in its parts",
    "the main part is one row, found by its own key", "a part cannot be called {value}",
}  # fmt: skip
"""Sentences of this module; each has its translation."""

_PLAIN = (str, int, float, bool, type(None))


class MappedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A record as a source has it; `deleted` when it is not there any more."""

    record_type: str
    data: dict[str, Any]
    source_version: str | int | None = None
    deleted: bool = False


class Part(BaseModel):
    """One of several tables or messages that make a record together.

    The first part is the main one: each of its rows is a record. The others are found by `match`, worked out over the
    main row; without it they have the main row's key.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: FeedName | None = Field(None, title="Feed", description="Which rows; all of the source's if empty.")
    when: Condition | None = Field(None, title="Only when")
    key: Value = Field(title="Key", description="Over this part's `row`: what others find it by.")
    match: Value | None = Field(None, title="Found by", description="Over the main part's `row`; its key if empty.")
    many: bool = Field(False, title="Several", description="All rows of the key, as a list, told apart by `own`.")
    own: Value | None = Field(None, title="Own key", description="Over this part's `row`, where there are several.")
    needed: bool = Field(True, title="Needed", description="Without it the record is not complete, and waits.")
    gone_when: Condition | None = Field(None, title="Gone when")

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if self.many != (self.own is not None):
            raise fault("several rows of one key need `own`, one alone has none")
        return self


class Mapping(BaseModel):
    """How rows of one feed become records of one type, or rows of several, joined by keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: FeedName | None = Field(None, title="Feed", description="Which rows; all of the source's if empty.")
    when: Condition | None = Field(None, title="Only when", description="Such as row.event == 'A04'.")
    parts: dict[PartName, Part] | None = Field(
        None, title="Joined of", min_length=2, max_length=20,
        description="Rows of several feeds, the main one first; their names stand in the templates beside `row`.",
    )  # fmt: skip
    record_type: RecordTypeName = Field(title="Record type")
    fields: dict[FieldName, Value] = Field(
        title="Fields", min_length=1, max_length=500,
        description="A template over `row` for each. A value that is exactly one {{ }} keeps its kind.",
    )  # fmt: skip
    source_version: Value | None = Field(
        None, title="Version", description="Grows with each change at the source: an older one overwrites no newer one."
    )
    deleted_when: Condition | None = Field(None, title="Gone when")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.parts is not None and (self.feed is not None or self.when is not None):
            raise fault("a joined record says `feed` and `when` in its parts")
        for name in sorted(_TAKEN & set(self.parts or ())):
            raise fault("a part cannot be called {value}", value=name)
        if self.parts is not None and (main := next(iter(self.parts.values()))) and (main.many or main.match):
            raise fault("the main part is one row, found by its own key")
        return self

    def is_about(self, feed: str) -> bool:
        """Whether rows of a feed may go into its records."""
        wanted = [self.feed] if self.parts is None else [part.feed for part in self.parts.values()]
        return None in wanted or feed in wanted


def key_text(template: Template, scope: Names[str, Any]) -> str:
    """What a template of a key gives, as text; empty where it gives nothing."""
    return text(template.value(scope)).strip()[:KEY_CHARACTERS]


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
            message = "{value} cannot be part of a record"
            faults.append(Fault(f"fields.{name}", message, {"value": type(value).__name__}))
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

"""What the user names and the flow leaves by: cases of a branch, phrases to listen for, answers to a text.

An outlet's id is the `id` if there is one, else the name (DECISIONS 19): the editor writes ids, so that another name
does not cut the edge, and who writes a document by hand needs none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from engine.fields import Field, Name, OutletId, fault

RESERVED = {"else", "other", "failed", "hung_up", "timed_out", "no_input", "no_match"}
MESSAGES = {"{value} is kept for the engine: choose another name", "the name {value} stands twice"}


class Labelled(BaseModel):
    """An entry with a name and an outlet of its own."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)

    id: OutletId | None = Field(None, title="Outlet", json_schema_extra={"widget": "hidden"})
    label: Name = Field(title="Name")

    @property
    def outlet(self) -> str:
        return self.id or self.label


Entry = TypeVar("Entry", bound=Labelled)


def distinct(entries: list[Entry]) -> list[Entry]:
    """The entries, if each has an outlet of its own; a fault otherwise."""
    outlets = [entry.outlet for entry in entries]
    for outlet in outlets:
        if outlet in RESERVED:
            raise fault("{value} is kept for the engine: choose another name", value=outlet)
    once(outlets)
    return entries


def once(names: Iterable[str]) -> None:
    """A fault if a name stands twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise fault("the name {value} stands twice", value=name)
        seen.add(name)

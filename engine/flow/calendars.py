"""The calendars that a flow names: that there are such, and that they are sound."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from engine.calendars import Calendar
from engine.faults import Fault, from_validation, shown
from engine.flow.build import Checked


def calendars_are_known(nodes: Mapping[str, Checked], known: Collection[str]) -> Iterator[Fault]:
    """A fault for each calendar that is named by a node and not kept."""
    for id, checked in nodes.items():
        name = getattr(checked.node.config, "calendar", None) if checked.node is not None else None
        if isinstance(name, str) and name not in known:
            yield Fault(f"nodes.{id}.config.calendar", "there is no calendar {value}", {"value": shown(name)})


def read_calendars(calendars: Mapping[str, Any]) -> tuple[dict[str, Calendar], list[Fault]]:
    """Calendars by name, as plain data or read already; and every fault in them."""
    read, faults = {}, []
    for name, calendar in calendars.items():
        try:
            read[name] = calendar if isinstance(calendar, Calendar) else Calendar.model_validate(calendar)
        except ValidationError as error:
            faults.extend(from_validation(error, f"calendars.{name}"))
    return read, faults

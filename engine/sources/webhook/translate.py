"""From a request to the rows that mappings read, and what makes each the same when it is sent again. Pure.

A row is an object of the JSON that was sent, as it is: `row.patient.name`. A form is one row of its fields, where a
field that stands several times is a list. What `also` names stands in each row besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from engine.adapters.sms_http.asked import Asked
from engine.adapters.sms_http.json_places import at_place
from engine.faults import Fault, shown
from engine.sources.source import Arrival, PlainRow
from engine.sources.webhook.config import WebhookConfig

MESSAGES = {
    "is neither JSON nor a form", "is no list", "at most {limit} rows (has {actual})", "must be an object (is {value})",
}  # fmt: skip
"""Sentences of this module; each has its translation."""
LONGEST_ID = 500


def arrivals(config: WebhookConfig, asked: Asked) -> list[Arrival] | Fault:
    """The rows of a request, each to be kept or rejected by itself; or why there are none."""
    rows = _rows(config, asked)
    if isinstance(rows, Fault):
        return rows
    if len(rows) > config.most_rows:
        limit = {"limit": config.most_rows, "actual": len(rows)}
        return Fault(config.rows or "body", "at most {limit} rows (has {actual})", limit)
    besides = {name: _text(asked, place, None) for name, place in config.also.items() if not place.startswith("each.")}
    of_each = {name: place for name, place in config.also.items() if place.startswith("each.")}
    found: list[Arrival] = []
    for number, row in enumerate(rows):
        id = _id(config, asked, row, number)
        written = msgspec.json.encode(row).decode()
        if isinstance(row, dict):
            more = besides | {name: _text(asked, place, row) for name, place in of_each.items()}
            kept: PlainRow = row | {name: value for name, value in more.items() if value is not None}
            found.append(Arrival(rows=[kept], id=id, text=written))
        else:
            fault = Fault("", "must be an object (is {value})", {"value": shown(row)})
            found.append(Arrival(id=id, text=written, faults=(fault,)))
    return found


def sampled(config: WebhookConfig, text: str) -> list[Arrival]:
    """What a body would give that somebody has copied, in JSON; who sends it is not asked."""
    asked = Asked(method="POST", base="", target="/", headers={}, body=text.encode("utf-8", "replace"), address="")
    found = arrivals(config, asked)
    return [Arrival(text=text, faults=(found,))] if isinstance(found, Fault) else found


def _rows(config: WebhookConfig, asked: Asked) -> list[Any] | Fault:
    if asked.form:
        return [dict(_fields(asked))]
    if asked.data is None:
        return Fault("body", "is neither JSON nor a form")
    found = asked.data if config.rows is None else at_place(asked.data, config.rows.partition(".")[2])
    if isinstance(found, list):
        return found
    if config.rows is None:
        return [found]
    return Fault(config.rows, "is no list")


def _fields(asked: Asked) -> Iterator[tuple[str, Any]]:
    together: dict[str, list[str]] = {}
    for name, value in asked.form:
        together.setdefault(name.decode("utf-8", "replace"), []).append(value.decode("utf-8", "replace"))
    for field, values in together.items():
        yield field, values[0] if len(values) == 1 else values


def _id(config: WebhookConfig, asked: Asked, row: Any, number: int) -> str:
    """The row's id: its own, or the request's and its number."""
    if config.id is None:
        return ""
    found = _text(asked, config.id, row)
    if not found:
        return ""
    if config.id.startswith("each."):
        return found[:LONGEST_ID]
    return f"{found[:LONGEST_ID]} {number}"


def _text(asked: Asked, place: str, row: Any) -> str | None:
    octets = asked.at(place, row)
    return None if octets is None else octets.decode("utf-8", "replace")

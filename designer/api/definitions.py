"""What the resources have in common that keep a definition under a name: calendars, record types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa
from flask import Response, request

from designer.access.identity import store
from designer.api.paging import PageQuery, page
from designer.api.replies import reply
from designer.bodies import JsonRequest, decode
from designer.problems import Problem
from engine.faults import Fault, shown
from engine.store import definitions, from_micros, now_micros
from engine.store.definitions import Definition

_OURS = ("created_at", "updated_at")
"""Fields of an answer that may be sent back, and mean nothing then."""


def given(named: str, name: str) -> dict[str, Any]:
    """The definition in the body; what GET answered is one, too. `named` is the field that repeats the name."""
    data = decode(cast(JsonRequest, request).body_bytes() or b"{}")
    if not isinstance(data, dict):
        raise Problem(
            422,
            "The request does not fit.",
            errors=[Fault("", "must be an object (is {value})", {"value": shown(data)})],
        )
    if data.get(named, name) != name:
        wrong = Fault(
            named, "the address says {expected} (is {value})", {"expected": name, "value": shown(data[named])}
        )
        raise Problem(422, "The request does not fit.", errors=[wrong])
    return {key: value for key, value in data.items() if key not in (named, *_OURS)}


def keep(table: sa.Table, named: str, name: str, definition: dict[str, Any]) -> Response:
    """Keep a definition that has been checked: 201 for a new one, 200 in place of another."""
    with store().begin() as connection:
        is_new = definitions.put(connection, table, name, definition, at=now_micros())
        kept = definitions.get(connection, table, name)
    assert kept is not None
    return reply(_data(kept, named), 201 if is_new else 200)


def listed(table: sa.Table, named: str, query: PageQuery) -> Response:
    """A page of definitions, by name."""
    with store().read() as connection:
        rows = definitions.page(connection, table, after=query.after(str), limit=query.limit + 1)
    return reply(page(rows, query.limit, lambda row: row.name, lambda row: _data(row, named)))


def one(table: sa.Table, named: str, name: str, detail: str) -> Response:
    """One definition; 404 with `detail` if there is none."""
    with store().read() as connection:
        row = definitions.get(connection, table, name)
    if row is None:
        raise Problem(404, detail)
    return reply(_data(row, named))


def _data(row: Definition, named: str) -> Mapping[str, Any]:
    times = {"created_at": from_micros(row.created_at), "updated_at": from_micros(row.updated_at)}
    return {named: row.name} | row.definition | times

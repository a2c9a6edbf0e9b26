"""`/sessions/{id}/scenario`: what really happened to somebody, as a scenario that can be played."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response

from designer.access.identity import store
from designer.access.rights import needs
from designer.access.sight import sight
from designer.access.veils import veils
from designer.api.replies import reply, resource
from designer.api.sessions import SessionPath
from designer.api.shapes.sessions import ScenarioShape
from designer.named_calendars import calendars_of
from designer.problems import Problem
from engine.scenarios.export import scenario, steps_of_journal
from engine.scenarios.scenario import STEPS_AT_MOST
from engine.store import flows, from_micros, history, journal

api = resource("scenarios", 404, 409)


@api.get("/sessions/<session>/scenario", responses={200: ScenarioShape})
@needs("sessions.read")
def get_session_scenario(path: SessionPath) -> Response:
    """A session as a scenario of its flow: every event, and the commands and outlets that came of it."""
    with store().read() as connection:
        row = history.session_row(connection, path.id)
        if row is None:
            raise Problem(404, "There is no such session.")
        entries = journal.page(connection, path.id, limit=STEPS_AT_MOST + 1)
        name = flows.get(connection, row.flow_id).name
        found = flows.version_document(connection, row.flow_id, row.version)
        veil = veils(connection, sight())(row)
    if len(entries) > STEPS_AT_MOST:
        raise Problem(409, "A scenario has at most {limit} steps, this session has more.", {"limit": STEPS_AT_MOST})
    begun = entries[0].at if entries else row.started_at
    made = scenario(
        name, at=from_micros(begun), contact=_given(row.contact), record=_given(row.record), mocks={},
        calendars=calendars_of(store(), [] if found is None else [msgspec.json.decode(found[1])]),
        steps=steps_of_journal(entry.body for entry in entries),
    )  # fmt: skip
    return reply(veil.over(made))


def _given(packed: bytes | None) -> dict[str, Any]:
    return {} if packed is None else msgspec.msgpack.decode(packed)

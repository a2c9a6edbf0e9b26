"""`/tasks`: what waits for a person, and his decision, with which the session goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from flask import Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.access.veils import veils
from designer.api.once import once
from designer.api.paging import PageQuery, identity, page
from designer.api.replies import reply, resource
from designer.api.shapes.tasks import TaskShape, TasksShape
from designer.parts import parts
from designer.problems import Problem
from engine import forms
from engine.events import TaskDecided
from engine.faults import Fault, shown
from engine.records.seeing import Veil
from engine.store import from_micros, history, id_text, inbox, now_micros, tasks, trials
from engine.store.inbox import Posted
from engine.store.tasks import State, TaskRow

api = resource("tasks", 404, 409)
NO_TASK = "There is no such task."
GONE = "This task was decided, or withdrawn, in the meantime."
MESSAGES = {NO_TASK, GONE, "must be one of {expected} (is {value})"}
"""Sentences of this module; each has its translation."""


class TasksQuery(PageQuery):
    state: State = Field("open")
    role: str | None = Field(None, max_length=200, description="For this role only.")
    trials: bool = Field(True, description="Also those of drafts on trial, which `/figures/now` does not count.")


class TaskPath(BaseModel):
    task: str = Field(max_length=64)

    @property
    def id(self) -> bytes:
        """The task's id; raises Problem 404 if it cannot be one."""
        return identity(self.task, NO_TASK)


class DecideBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    decision: str = Field(max_length=200, description="The id of one of the task's decisions.")
    form: dict[str, JsonValue] = Field({}, max_length=30, description="What was filled in.")


@api.get("/tasks", responses={200: TasksShape})
@needs("tasks.read")
def list_tasks(query: TasksQuery) -> Response:
    """Tasks, the newest first; those that are open, if nothing else is asked for."""
    with store().read() as connection:
        rows = tasks.page(
            connection, state=query.state, role=query.role, before=query.after(bytes), limit=query.limit + 1,
            unseen=flow_rights.listed(connection, who(), with_trials=query.trials),
        )  # fmt: skip
        covered, tried = _covers(connection, rows[: query.limit]), trials.every(connection)
    return reply(page(rows, query.limit, lambda row: row.id, lambda row: _data(row, tried, *covered[row.session_id])))


@api.get("/tasks/<task>", responses={200: TaskShape})
@needs("tasks.read")
def get_task(path: TaskPath) -> Response:
    """One task."""
    with store().read() as connection:
        return reply(_one(connection, path.id))


@api.post("/tasks/<task>/decide", responses={202: TaskShape})
@once
@needs("tasks.decide")
def decide_task(path: TaskPath, body: DecideBody) -> Response:
    """Decide a task; 409 if somebody has, or if its session does not wait for it any more."""
    here, at = store(), now_micros()
    with here.begin() as connection:
        row = _there(connection, path.id)
        if row.state == "open":
            _fits(row, body)
        if not tasks.decide(connection, row.id, decision=body.decision, by=who().name, at=at):
            raise Problem(409, GONE)
        event = TaskDecided(
            command_id=row.command_id, at=datetime.now(UTC), decision=body.decision, by=who().name,
            form={name: value for name, value in body.form.items() if value is not None and value != ""},
        )  # fmt: skip
        inbox.put(
            connection, session_id=row.session_id, source="api.task", external_id=path.task,
            posted=Posted(event=event), at=at,
        )  # fmt: skip
        decided = _one(connection, path.id)
    parts().hint(who().tenant)
    return reply(decided, 202)


def _fits(row: TaskRow, body: DecideBody) -> None:
    """Refuse a decision that the task does not have, and a form that is not filled in as it should be."""
    wrong_fields = forms.faults(row.task.form, body.form)
    errors = [Fault(f"form.{fault.path}", fault.message, fault.params) for fault in wrong_fields]
    if body.decision not in row.task.decisions:
        expected = ", ".join(row.task.decisions)
        wrong = {"expected": expected, "value": shown(body.decision)}
        errors.insert(0, Fault("decision", "must be one of {expected} (is {value})", wrong))
    if errors:
        raise Problem(422, "The request does not fit.", errors=errors)


def _there(connection: sa.Connection, wanted: bytes) -> TaskRow:
    row = tasks.get(connection, wanted)
    if row is None:
        raise Problem(404, NO_TASK)
    return row


def _one(connection: sa.Connection, wanted: bytes) -> dict[str, Any]:
    row = _there(connection, wanted)
    return _data(row, trials.every(connection), *_covers(connection, [row])[row.session_id])


def _covers(connection: sa.Connection, rows: list[TaskRow]) -> dict[bytes, tuple[Veil, dict[str, Any]]]:
    """By session: what covers it for the one who asks, and its contact."""
    veil_of, nothing = veils(connection, sight()), Veil(sight(), contact={}, record={}, kind=None)
    found: dict[bytes, tuple[Veil, dict[str, Any]]] = {row.session_id: (nothing, {}) for row in rows}
    for session in history.of_ids(connection, list(found)):
        contact = {} if session.contact is None else msgspec.msgpack.decode(session.contact) or {}
        found[session.id] = veil_of(session), contact
    return found


def _data(row: TaskRow, tried: set[bytes], veil: Veil, contact: dict[str, Any]) -> dict[str, Any]:
    task = row.task
    decided = row.state == "decided"
    return {
        "id": id_text(row.id), "title": veil.over(task.title), "role": task.role, "state": row.state,
        "decisions": [{"id": each, "label": task.labels.get(each, "")} for each in task.decisions], "form": task.form,
        "session": id_text(row.session_id), "flow": None if row.flow_id is None else id_text(row.flow_id),
        "trial": row.flow_id in tried,
        "node": row.node if row.state == "open" else None, "contact": veil.over(contact),
        "created_at": from_micros(row.created_at), "due_at": task.due or None,
        "decision": row.decision if decided else None, "decided_by": row.decided_by if decided else None,
        "decided_at": from_micros(row.decided_at) if decided and row.decided_at is not None else None,
    }  # fmt: skip

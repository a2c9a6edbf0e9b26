"""`/lists`: people that are kept under a name, for campaigns to come."""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access.identity import store
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.once import once
from designer.api.paging import PageQuery, page
from designer.api.replies import reply, resource
from designer.api.shapes.campaigns import EntriesOfListShape, ListShape, ListsShape
from designer.problems import Problem
from engine.host import sleeping
from engine.host.campaigns.audience import Named
from engine.records.seeing import seen_contact
from engine.store import from_micros, now_micros, saved_lists
from engine.store.saved_lists import BATCH, Entry, SavedList

api = resource("lists", 404)
NO_LIST = "There is no such list."
MESSAGES = {NO_LIST}
"""Sentences of this module; each has its translation."""
NAME = r"^[^\s\x00-\x1f/\\](?:[^\x00-\x1f/\\]{0,62}[^\s\x00-\x1f/\\])?$"


class ListPath(BaseModel):
    name: str = Field(max_length=64, pattern=NAME)


class PeopleBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    contacts: list[Named] = Field(max_length=10_000, description="More of them by POST, as often as you like.")


@api.get("/lists", responses={200: ListsShape})
@needs("contacts.read")
def list_lists(query: PageQuery) -> Response:
    """Saved lists, by name."""
    with store().read() as connection:
        rows = saved_lists.page(connection, after=query.after(str), limit=query.limit + 1)
    return reply(page(rows, query.limit, lambda row: row.name, _data))


@api.get("/lists/<name>", responses={200: ListShape})
@needs("contacts.read")
def get_list(path: ListPath) -> Response:
    """One list, without its people."""
    return reply(_data(_found(path)))


@api.put("/lists/<name>", responses={200: ListShape, 201: ListShape})
@needs("campaigns.edit")
def put_list(path: ListPath, body: PeopleBody) -> Response:
    """Keep these people under this name, in place of those that were there."""
    with store().begin() as connection:
        is_new = saved_lists.clear(connection, path.name, at=now_micros())
    _append(path.name, body)
    return reply(_data(_found(path)), 201 if is_new else 200)


@api.post("/lists/<name>/contacts", responses={200: ListShape})
@once
@needs("campaigns.edit")
def add_to_list(path: ListPath, body: PeopleBody) -> Response:
    """Put more people at the end of a list."""
    _found(path)
    _append(path.name, body)
    return reply(_data(_found(path)))


@api.get("/lists/<name>/contacts", responses={200: EntriesOfListShape})
@needs("contacts.read")
def list_people(path: ListPath, query: PageQuery) -> Response:
    """The people of a list."""
    _found(path)
    after = query.after(int)
    with store().read() as connection:
        rows = saved_lists.entries(
            connection, path.name, after=-1 if after is None else after, limit=query.limit + 1
        )
    return reply(page(rows, query.limit, lambda row: row.place, _entry))


@api.delete("/lists/<name>", responses={204: None})
@needs("campaigns.edit")
def delete_list(path: ListPath) -> Response:
    """Remove a list; campaigns that were started with it keep their people."""
    with store().begin() as connection:
        if not saved_lists.remove(connection, path.name):
            raise Problem(404, NO_LIST)
    return Response(status=204)


def _append(name: str, body: PeopleBody) -> None:
    """In batches: a call's commit is not to wait for ten thousand rows."""
    people: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for one in body.contacts:
        contact = one.model_dump(exclude_none=True)
        people.append((contact, contact.pop("record", {})))
    for first in range(0, len(people), BATCH):
        with store().begin() as connection:
            saved_lists.append(connection, name, people[first : first + BATCH], at=now_micros())
        sleeping.pause(store())


def _found(path: ListPath) -> SavedList:
    with store().read() as connection:
        there = saved_lists.get(connection, path.name)
    if there is None:
        raise Problem(404, NO_LIST)
    return there


def _data(row: SavedList) -> dict[str, Any]:
    return {
        "name": row.name, "total": row.total, "created_at": from_micros(row.created_at),
        "updated_at": from_micros(row.updated_at),
    }  # fmt: skip


def _entry(row: Entry) -> dict[str, Any]:
    return {"contact": seen_contact(row.contact, sight()), "record": row.record}

"""`/flows/{id}/permissions` and `/flows/{id}/links`: who may what with a flow, who may look without sign-in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from designer.access.identity import store, who
from designer.access.rights import ROLES, needs
from designer.access.witness import changed
from designer.api.flows import FlowPath
from designer.api.paging import identity
from designer.api.replies import reply, resource
from designer.api.shapes.rights import FlowLinksShape, NewFlowLinkShape, PeopleShape, PermissionsShape
from designer.parts import parts
from designer.problems import Problem
from engine.fields import fault
from engine.store import flow_links, flow_permissions, flows, from_micros, id_bytes, id_text, keys, now_micros, users
from engine.store.flow_links import FlowLink
from engine.store.flow_permissions import DEEDS, Circle, Permissions
from engine.store.times import SECOND

api = resource("flow_sharing", 404)
DAY = 24 * 3600 * SECOND
MOST_LINKS = 100
MOST_KEYS = 500
NO_LINK = "There is no such link."
TOO_MANY = "This flow has {limit} links: end one."
MESSAGES = {NO_LINK, TOO_MANY, "must be one of {expected} (is {value})", "{value} is no id"}
"""Sentences of this module; each has its translation."""


class CircleBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    roles: list[str] = Field(default_factory=list, max_length=20, description="Everybody of these roles.")
    people: list[str] = Field(default_factory=list, max_length=500, description="These users and keys, by their ids.")

    @field_validator("people")
    @classmethod
    def _are_ids(cls, written: list[str]) -> list[str]:
        for each in written:
            if id_bytes(each) is None:
                raise fault("{value} is no id", value=repr(each))
        return written

    @field_validator("roles")
    @classmethod
    def _are_roles(cls, written: list[str]) -> list[str]:
        for each in written:
            if each not in ROLES:
                raise fault("must be one of {expected} (is {value})", expected=", ".join(ROLES), value=repr(each))
        return written


class PermissionsBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    edit: CircleBody | None = Field(None, description="Who alone may change it; all whose role allows it if not given.")
    publish: CircleBody | None = Field(None, description="Who alone may publish, pause for good and delete it.")
    follow: CircleBody | None = Field(None, description="Who alone may see its sessions.")


class LinkBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field("", max_length=200, description="For whom it is, as lists show it.")
    days: int = Field(30, ge=1, le=366, description="It ends after so many days.")


class LinkPath(FlowPath):
    link: str = Field(max_length=64)


@api.get("/flows/<flow>/permissions", responses={200: PermissionsShape})
@needs("flows.share")
def get_permissions(path: FlowPath) -> Response:
    """Who alone may edit, publish and follow this flow; null where everybody may whose role allows it."""
    with store().read() as connection:
        flows.get(connection, path.id)
        return reply(_data(flow_permissions.get(connection, path.id)))


@api.put("/flows/<flow>/permissions", responses={200: PermissionsShape})
@needs("flows.share")
def put_permissions(path: FlowPath, body: PermissionsBody) -> Response:
    """Keep this flow for these people, or let everybody at it again. Administrators always may."""
    wanted = Permissions(**{deed: _circle(getattr(body, deed)) for deed in DEEDS})
    with store().begin() as connection:
        flows.get(connection, path.id)
        before = flow_permissions.get(connection, path.id)
        flow_permissions.put(connection, path.id, wanted, at=now_micros())
        changed("flows", path.flow, before=_data(before), after=_data(wanted))
    return reply(_data(wanted))


@api.get("/flows/<flow>/people", responses={200: PeopleShape})
@needs("flows.share")
def list_people(path: FlowPath) -> Response:
    """Whom a flow can be kept for: the organisation's users, and its keys that are valid."""
    at, tenant = now_micros(), who().tenant
    with store().read() as connection:
        flows.get(connection, path.id)
    with parts().stores.control.read() as connection:
        named, kept = users.every(connection, tenant), keys.page(connection, tenant, before=None, limit=MOST_KEYS)
        found = [_person(each.id, each.name or each.login, each.role, "user") for each in named]
        found += [
            _person(each.id, each.name, each.role, "key")
            for each in kept
            if each.revoked_at is None and (each.expires_at is None or each.expires_at > at)
        ]
    return reply({"items": found})


@api.get("/flows/<flow>/links", responses={200: FlowLinksShape})
@needs("flows.share")
def list_links(path: FlowPath) -> Response:
    """The links to this flow that were not ended, the newest first."""
    with store().read() as connection:
        flows.get(connection, path.id)
    with parts().stores.control.read() as connection:
        return reply({"items": [_link_data(each) for each in _links(connection, path)]})


@api.post("/flows/<flow>/links", responses={201: NewFlowLinkShape})
@needs("flows.share")
def create_link(path: FlowPath, body: LinkBody) -> Response:
    """Make a link; its `path` is shown this once. Whoever has it sees the drawing and how many stand where, no more."""
    with store().read() as connection:
        flows.get(connection, path.id)
    secret, at, by = flow_links.new_secret(), now_micros(), who()
    with parts().stores.control.begin() as connection:
        if len(_links(connection, path)) >= MOST_LINKS:
            raise Problem(409, TOO_MANY, {"limit": MOST_LINKS})
        made = flow_links.add(
            connection, secret, tenant=by.tenant, flow_id=path.id, name=body.name, made_by=by.name, at=at,
            expires_at=at + body.days * DAY,
        )  # fmt: skip
        after = {"link": id_text(made.id), "name": body.name, "days": body.days}
        changed("flows", path.flow, after=after)
    # behind the #, a browser sends it to nobody: it stands in no log, and no other site hears it
    return reply(_link_data(made) | {"path": f"/shared#{secret}"}, 201)


@api.delete("/flows/<flow>/links/<link>", responses={204: None})
@needs("flows.share")
def end_link(path: LinkPath) -> Response:
    """End a link at once."""
    wanted = identity(path.link, NO_LINK)
    with parts().stores.control.begin() as connection:
        if not flow_links.revoke(connection, who().tenant, path.id, wanted, at=now_micros()):
            raise Problem(404, NO_LINK)
        changed("flows", path.flow, before={"link": path.link})
    return Response(status=204)


def _links(connection: sa.Connection, path: FlowPath) -> list[FlowLink]:
    return flow_links.of_flow(connection, who().tenant, path.id)


def _circle(body: CircleBody | None) -> Circle | None:
    if body is None:
        return None
    return Circle(roles=tuple(sorted(set(body.roles))), people=tuple(sorted(set(body.people))))


def _data(permissions: Permissions) -> dict[str, Any]:
    return {
        deed: None if (circle := permissions.of(deed)) is None
        else {"roles": list(circle.roles), "people": list(circle.people)}
        for deed in DEEDS
    }  # fmt: skip


def _person(identity: bytes, name: str, role: str, kind: str) -> dict[str, str]:
    return {"id": id_text(identity), "name": name, "role": role, "kind": kind}


def _link_data(row: FlowLink) -> dict[str, Any]:
    return {
        "id": id_text(row.id), "name": row.name, "made_by": row.made_by, "created_at": from_micros(row.created_at),
        "expires_at": from_micros(row.expires_at), "state": "valid" if row.expires_at > now_micros() else "expired",
        "used_at": None if row.used_at is None else from_micros(row.used_at),
    }  # fmt: skip

"""`/api-keys`: keys for programs, each with a role, narrowed to some of its rights, for a time; shown once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from flask import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from designer.access.identity import who
from designer.access.rights import ADMINISTRATOR, EVERY, ROLES, Right, needs, rights_of
from designer.access.witness import changed
from designer.api.paging import PageQuery, identity, page
from designer.api.replies import reply, resource
from designer.api.shapes.rights import ApiKeyShape, ApiKeysShape, NewApiKeyShape, RolesShape
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault
from engine.store import from_micros, id_text, keys, now_micros, to_micros
from engine.store.keys import ApiKey
from engine.store.times import SECOND

api = resource("api_keys", 404, 409)
HOUR = 3600 * SECOND
UNKNOWN = "There is no such key."
MORE = "You cannot give a key what you may not do yourself."
BOOTSTRAP = "This key stands in the settings (CALLWEAVE_BOOTSTRAP_KEY): it can be changed there alone."
ENDED = "This key has ended."
MESSAGES = {UNKNOWN, MORE, BOOTSTRAP, ENDED, "must be in the future"}
"""Sentences of this module; each has its translation."""


class KeyPath(BaseModel):
    key: str = Field(max_length=64)

    @property
    def id(self) -> bytes:
        """The key's id; raises Problem 404 if it cannot be one."""
        return identity(self.key, UNKNOWN)


class KeyBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, description="What it is for, as lists show it.")
    role: Literal["administrator", "designer", "operator", "auditor"]
    scopes: list[Right] | None = Field(
        None, min_length=1, max_length=len(EVERY), description="Only these of the role's rights; all if not given."
    )
    expires_at: AwareDatetime | None = Field(None, description="When it ends; never if not given.")


class RotateBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    overlap_hours: int = Field(24, ge=0, le=720, description="For how long the old key is valid beside the new one.")


@api.get("/roles", responses={200: RolesShape})
@needs("own")
def list_roles() -> Response:
    """What each role may."""
    may = {role: rights_of(role) for role in ROLES}
    return reply({
        "rights": list(EVERY),
        "roles": {role: [right for right in EVERY if right in may[role]] for role in ROLES},
    })  # fmt: skip


@api.get("/api-keys", responses={200: ApiKeysShape})
@needs("keys.manage")
def list_keys(query: PageQuery) -> Response:
    """Every key, the newest first, also those that have ended; connectors' keys are with the connectors."""
    with parts().stores.control.read() as connection:
        rows = keys.page(connection, who().tenant, before=query.after(bytes), limit=query.limit + 1)
    return reply(page(rows, query.limit, lambda row: row.id, _data))


@api.get("/api-keys/<key>", responses={200: ApiKeyShape})
@needs("keys.manage")
def get_key(path: KeyPath) -> Response:
    """One key, without its text."""
    with parts().stores.control.read() as connection:
        return reply(_data(_there(connection, path)))


@api.post("/api-keys", responses={201: NewApiKeyShape})
@needs("keys.manage")
def create_key(body: KeyBody) -> Response:
    """Make a key; its text is shown this once and kept nowhere."""
    at, ends = now_micros(), _moment(body.expires_at)
    if ends is not None and ends <= at:
        raise Problem(422, "The request does not fit.", errors=[Fault("expires_at", "must be in the future")])
    _no_more_than_mine(body.role, body.scopes)
    secret, by = keys.new_secret(), who()
    with parts().stores.control.begin() as connection:
        made = keys.add(
            connection, secret, tenant=by.tenant, name=body.name, role=body.role, at=at, expires_at=ends,
            scopes=body.scopes, made_by=by.name,
        )  # fmt: skip
        row = keys.get(connection, by.tenant, made)
        assert row is not None
        changed("api_keys", id_text(made), after=_words(row))
    return reply(_data(row) | {"key": secret}, 201, Location=f"/api/v1/api-keys/{id_text(made)}")


@api.post("/api-keys/<key>/rotate", responses={201: NewApiKeyShape})
@needs("keys.manage")
def rotate_key(path: KeyPath, body: RotateBody) -> Response:
    """Make a new key like this one; the old one ends a while later. What was to last a year lasts a year again."""
    at, secret, by = now_micros(), keys.new_secret(), who()
    with parts().stores.control.begin() as connection:
        old = _living(connection, path, at)
        _no_more_than_mine(old.role, old.scopes)
        ends = None if old.expires_at is None else at + old.expires_at - old.created_at
        made = keys.add(
            connection, secret, tenant=by.tenant, name=old.name, role=old.role, at=at, expires_at=ends,
            scopes=old.scopes, made_by=by.name,
        )  # fmt: skip
        last = at + body.overlap_hours * HOUR
        keys.end_at(connection, old.id, at=last)
        row = keys.get(connection, by.tenant, made)
        assert row is not None
        changed(
            "api_keys", path.key, before=_words(old),
            after=_words(old) | {"ends": from_micros(last), "replaced_by": id_text(made)},
        )  # fmt: skip
    return reply(_data(row) | {"key": secret}, 201, Location=f"/api/v1/api-keys/{id_text(made)}")


@api.delete("/api-keys/<key>", responses={204: None})
@needs("keys.manage")
def revoke_key(path: KeyPath) -> Response:
    """End a key at once, and the sessions that were opened with it; it stays in the list."""
    at = now_micros()
    with parts().stores.control.begin() as connection:
        old = _living(connection, path, at)
        changed("api_keys", path.key, before=_words(old))
        keys.revoke(connection, old.id, at=at)
    return Response(status=204)


def _there(connection: sa.Connection, path: KeyPath) -> ApiKey:
    row = keys.get(connection, who().tenant, path.id)
    if row is None:
        raise Problem(404, UNKNOWN)
    return row


def _living(connection: sa.Connection, path: KeyPath, at: int) -> ApiKey:
    row = _there(connection, path)
    if row.bootstrap:
        raise Problem(409, BOOTSTRAP)
    if _state(row, at) != "valid":
        raise Problem(409, ENDED)
    return row


def _no_more_than_mine(role: str, scopes: list[Right] | list[str] | None) -> None:
    """Nobody makes a key that opens what is closed to himself."""
    asked = rights_of(role, None if scopes is None else frozenset(scopes))
    mine = rights_of(who().role, who().scopes)
    if not asked <= mine or (role == ADMINISTRATOR and who().role != ADMINISTRATOR):
        raise Problem(403, MORE)


def _moment(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)


def _state(row: ApiKey, at: int) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at is not None and row.expires_at <= at else "valid"


def _words(row: ApiKey) -> dict[str, Any]:
    ends = None if row.expires_at is None else from_micros(row.expires_at)
    return {"name": row.name, "role": row.role, "scopes": row.scopes, "ends": ends}


def _data(row: ApiKey) -> dict[str, Any]:
    scopes = None if row.scopes is None else frozenset(row.scopes)
    rights = rights_of(row.role, scopes)
    moments = {
        name: None if (at := getattr(row, name)) is None else from_micros(at)
        for name in ("created_at", "expires_at", "used_at", "revoked_at")
    }
    return moments | {
        "id": id_text(row.id), "name": row.name, "role": row.role, "scopes": row.scopes,
        "rights": [right for right in EVERY if right in rights], "state": _state(row, now_micros()),
        "bootstrap": row.bootstrap, "made_by": row.made_by,
    }  # fmt: skip

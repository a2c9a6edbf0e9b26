"""`/trunks`: the lines by which calls leave and come in, with their limits, and how each is just now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from flask import Response
from pydantic import BaseModel, Field, StringConstraints

from designer.access.identity import store, who
from designer.access.rights import needs
from designer.api.paging import PageQuery, page
from designer.api.replies import reply, resource
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault, shown
from engine.store import from_micros, now_micros, trunks
from engine.store.sealing import seal_of
from engine.store.trunks import TrunkRow
from engine.trunks.config import LOCAL, NAME, TrunkConfig
from engine.trunks.routes import Trunk

api = resource("trunks", 404, 409)
UNKNOWN = "There is no such trunk."
BUILT_IN = "The trunk {name} is built in: it calls this machine."
TAKEN = "There is a trunk {name} already."
MESSAGES = {UNKNOWN, BUILT_IN, TAKEN}
"""Sentences of this module; each has its translation."""

Password = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=128)]


class TrunkBody(TrunkConfig):
    """A trunk as it is put in. A password that is not given stays as it was."""

    position: int = Field(0, ge=0, le=1000, description="Trunks of a lower position are tried first.")
    at_once: int | None = Field(None, ge=1, le=100_000, description="Calls at once. Empty: no limit.")
    per_second: float | None = Field(None, gt=0, le=1000, description="New calls a second. Empty: no limit.")
    enabled: bool = True
    password: Password | None = Field(None, description="Never shown again.")


class NewTrunkBody(TrunkBody):
    name: str = Field(pattern=NAME)


class TrunkPath(BaseModel):
    name: str = Field(max_length=64)


class TrunkShape(BaseModel):
    name: str
    host: str
    port: int
    transport: str
    endpoint: str
    username: str
    register_: bool = Field(alias="register")
    from_domain: str
    number: str
    codecs: list[str]
    t38: bool
    srtp: bool
    record_early: bool
    from_networks: list[str]
    calls_in_per_second: float
    patterns: list[str]
    allow: list[str]
    loop_number: str
    check_seconds: int
    position: int
    at_once: int | None
    per_second: float | None
    enabled: bool
    has_password: bool
    in_use: int
    registered: str | None
    reachable: str | None
    seen_at: datetime | None


class TrunksShape(BaseModel):
    items: list[TrunkShape]
    next: str | None


@api.get("/trunks", responses={200: TrunksShape})
@needs("lines.read")
def list_trunks(query: PageQuery) -> Response:
    """Every trunk, in the order in which they are tried."""
    after = query.after(tuple[int, str])
    with parts().stores.control.read() as connection:
        rows = trunks.of_tenant(connection, who().tenant)
        used = trunks.in_use(connection, who().tenant)
    rows = [row for row in rows if after is None or _key(row) > after][: query.limit + 1]
    return reply(page(rows, query.limit, _key, lambda row: _data(row, used)))


@api.post("/trunks", responses={201: TrunkShape})
@needs("lines.edit")
def create_trunk(body: NewTrunkBody) -> Response:
    """Declare a trunk; Asterisk knows it a second later."""
    _not_local(body.name)
    if _found(body.name) is not None:
        raise Problem(409, TAKEN, {"name": body.name})
    _put(body.name, body)
    return reply(_one(body.name), 201, Location=f"/api/v1/trunks/{body.name}")


@api.get("/trunks/<name>", responses={200: TrunkShape})
@needs("lines.read")
def get_trunk(path: TrunkPath) -> Response:
    """One trunk. `registered` and `reachable` are what Asterisk said last, null where it is not asked."""
    return reply(_one(path.name))


@api.put("/trunks/<name>", responses={200: TrunkShape})
@needs("lines.edit")
def put_trunk(path: TrunkPath, body: TrunkBody) -> Response:
    """Change a trunk; calls that are on it go on."""
    _not_local(path.name)
    if _found(path.name) is None:
        raise Problem(404, UNKNOWN)
    _put(path.name, body)
    return reply(_one(path.name))


@api.delete("/trunks/<name>", responses={204: None})
@needs("lines.edit")
def delete_trunk(path: TrunkPath) -> Response:
    """Remove a trunk; calls that are on it go on."""
    with parts().stores.control.begin() as connection:
        if not trunks.remove(connection, who().tenant, path.name):
            raise Problem(404, UNKNOWN)
    return Response(status=204)


def _not_local(name: str) -> None:
    if name == LOCAL:
        wrong = Fault("name", BUILT_IN, {"name": shown(name)})
        raise Problem(409, BUILT_IN, {"name": name}, errors=[wrong])


def _found(name: str) -> TrunkRow | None:
    with parts().stores.control.read() as connection:
        return trunks.get(connection, who().tenant, name)


def _put(name: str, body: TrunkBody) -> None:
    secret = None
    if body.password:
        with store().read() as connection:
            secret = seal_of(connection).close(body.password.encode())
    config = TrunkConfig.model_validate(
        {key: value for key, value in body.model_dump(by_alias=True).items() if key in _FIELDS}
    )
    wanted = Trunk(
        id=b"", tenant=who().tenant, name=name, position=body.position, config=config, at_once=body.at_once,
        per_second=body.per_second, enabled=body.enabled,
    )  # fmt: skip
    with parts().stores.control.begin() as connection:
        trunks.put(connection, wanted, secret=secret, keep_secret=body.password is None, at=now_micros())


_FIELDS = {field.alias or name for name, field in TrunkConfig.model_fields.items()}


def _one(name: str) -> dict[str, Any]:
    with parts().stores.control.read() as connection:
        row = trunks.get(connection, who().tenant, name)
        if row is None:
            raise Problem(404, UNKNOWN)
        return _data(row, trunks.in_use(connection, who().tenant))


def _key(row: TrunkRow) -> tuple[int, str]:
    return row.trunk.position, row.trunk.name


def _data(row: TrunkRow, used: dict[bytes, int]) -> dict[str, Any]:
    trunk = row.trunk
    return {
        "name": trunk.name, **trunk.config.model_dump(by_alias=True), "position": trunk.position,
        "at_once": trunk.at_once, "per_second": trunk.per_second, "enabled": trunk.enabled,
        "has_password": row.secret is not None, "in_use": used.get(trunk.id, 0), "registered": row.registered,
        "reachable": row.reachable, "seen_at": None if row.seen_at is None else from_micros(row.seen_at),
    }  # fmt: skip

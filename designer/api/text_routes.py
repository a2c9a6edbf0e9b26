"""`/text-routes`: by which gateways texts go, by how a number begins, and when the next one takes over."""

from __future__ import annotations

from typing import Annotated

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from designer.access.identity import store
from designer.access.rights import needs
from designer.api.replies import reply, resource
from designer.problems import Problem
from engine.faults import Fault, shown
from engine.host.outbox.handing_on import ROUTES
from engine.store import gateways, now_micros, own_settings
from engine.texting.routes import FIRST, Route, TextRoutes, family

api = resource("text_routes")

Prefix = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{1,15}$")]
GatewayName = Annotated[str, StringConstraints(pattern=r"^sms(-[a-z0-9]+)*$", max_length=40)]


class RouteShape(BaseModel):
    """One route; the first gateway is the first choice."""

    model_config = ConfigDict(extra="forbid")

    prefixes: list[Prefix] = Field(
        [], max_length=1_000, description="How numbers begin, in E.164: `+86138`. All others if empty."
    )
    gateways: list[GatewayName] = Field(min_length=1, max_length=20)


class TextRoutesShape(BaseModel):
    """All routes; without any, texts go by the gateway `sms`."""

    model_config = ConfigDict(extra="forbid")

    routes: list[RouteShape] = Field([], max_length=1_000)
    patience: int = Field(
        30, ge=1, le=86_400, description="A gateway that takes nothing for so many seconds hands its texts on."
    )


@api.get("/text-routes", responses={200: TextRoutesShape})
@needs("lines.read")
def get_text_routes() -> Response:
    """The routes."""
    with store().read() as connection:
        return reply(own_settings.get(connection, ROUTES, TextRoutes))


@api.put("/text-routes", responses={200: TextRoutesShape})
@needs("lines.edit")
def put_text_routes(body: TextRoutesShape) -> Response:
    """Set all routes; what waits goes by them from now on."""
    routes = TextRoutes(
        routes=tuple(Route(prefixes=tuple(each.prefixes), gateways=tuple(each.gateways)) for each in body.routes),
        patience=body.patience,
    )
    with store().begin() as connection:
        there = {row.name for row in gateways.every(connection) if family(row.name) == FIRST}
        faults = _faults(body, there)
        if faults:
            raise Problem(422, "The request does not fit.", errors=faults)
        own_settings.put(connection, ROUTES, routes, at=now_micros())
    return reply(routes)


def _faults(body: TextRoutesShape, there: set[str]) -> list[Fault]:
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for number, route in enumerate(body.routes):
        for place, name in enumerate(route.gateways):
            at = f"routes.{number}.gateways.{place}"
            if name not in there:
                faults.append(Fault(at, "the gateway {value} is not set up", {"value": shown(name)}))
            elif name in route.gateways[:place]:
                faults.append(Fault(at, "stands here twice"))
        for place, prefix in enumerate(route.prefixes or [""]):
            if seen.setdefault(prefix, number) != number:
                at = f"routes.{number}.prefixes" + (f".{place}" if prefix else "")
                faults.append(Fault(at, "another route has the same"))
    return faults

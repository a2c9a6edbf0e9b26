"""`/gateways`: how texts and requests leave the house. What is secret in a set-up is never shown again."""

from __future__ import annotations

import asyncio
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from designer.access.identity import store
from designer.access.rights import needs
from designer.api.once import once
from designer.api.paging import PageQuery, cut
from designer.api.replies import reply, resource
from designer.api.shapes.gateways import GatewayShape, GatewaysShape, GatewayTrialShape
from designer.parts import parts
from designer.problems import Problem
from designer.secrets_kept import with_known_secrets, without_secrets
from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.commands import SendMail, SendSms
from engine.faults import Fault, from_validation, shown
from engine.host.outbox.handing_on import ROUTES
from engine.host.outbox.opening import KINDS, KINDS_OF, WITHOUT_SET_UP, Opened, Opening, kinds_of
from engine.secret import MASK
from engine.store import from_micros, gateways, id_text, new_id, now_micros, outbox, own_settings
from engine.store.gateways import GatewayRow
from engine.store.sealing import CannotOpen
from engine.texting.outgoing import outgoing
from engine.texting.routes import TextRoutes, family

api = resource("gateways", 404, 409)
TRIAL_SUBJECT = "Callweave"


class GatewayPath(BaseModel):
    gateway: str = Field(max_length=64, description="`sms` sends texts, `mail` sends mail, `http` makes requests.")


class GatewayBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=40, description="As `GET /gateways` lists them: `sms_http`, `sms_smpp`, `smtp`.")
    config: dict[str, Any] = Field(
        default_factory=dict, description=f"As its kind wants it. A secret that is `{MASK}` stays as it was."
    )


class GatewayTrialBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: str = Field(
        min_length=1, max_length=255, pattern=r"^(\+?[0-9]{1,32}|[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,190})$",
        description="A number for `sms`, an address for `mail`.",
    )  # fmt: skip
    text: str = Field(min_length=1, max_length=500)


@api.get("/gateways", responses={200: GatewaysShape})
@needs("lines.read")
def list_gateways(query: PageQuery) -> Response:
    """Every gateway that there can be, set up or not, with the config that each of its kinds wants."""
    with store().read() as connection:
        there = {row.name: row for row in _opened(lambda: gateways.every(connection))}
    names = list(dict.fromkeys((*KINDS_OF, *there)))
    return reply(cut(names, query, lambda name: f"{names.index(name):05}", lambda name: _data(name, there.get(name))))


@api.get("/gateways/<gateway>", responses={200: GatewayShape})
@needs("lines.read")
def get_gateway(path: GatewayPath) -> Response:
    """One gateway."""
    name = _known(path.gateway)
    with store().read() as connection:
        row = _opened(lambda: gateways.get(connection, name))
    return reply(_data(name, row))


@api.put("/gateways/<gateway>", responses={200: GatewayShape})
@needs("lines.edit")
def put_gateway(path: GatewayPath, body: GatewayBody) -> Response:
    """Set a gateway up; what waits for it leaves by it from now on."""
    name = _known(path.gateway)
    if body.kind not in kinds_of(name):
        kinds = ", ".join(kinds_of(name))
        wrong = Fault("kind", "must be one of {expected} (is {value})", {"expected": kinds, "value": shown(body.kind)})
        raise Problem(422, "The request does not fit.", errors=[wrong])
    with store().begin() as connection:
        before = _opened(lambda: gateways.get(connection, name))
        config = with_known_secrets(body.config, {} if before is None else before.config)
        try:
            KINDS[body.kind].config.model_validate(config)
        except ValidationError as error:
            faults = from_validation(error, "config")
            raise Problem(422, "The request does not fit.", errors=faults) from None
        row = gateways.put(connection, name, kind=body.kind, config=config, at=now_micros())
    return reply(_data(name, row))


@api.delete("/gateways/<gateway>", responses={204: None})
@needs("lines.edit")
def delete_gateway(path: GatewayPath) -> Response:
    """Take a gateway's set-up away; what is meant for it is refused from now on.

    A further gateway for texts (`sms-…`) goes when no route names it and nothing is on its way; what waits at it goes
    back to be routed.
    """
    name = _known(path.gateway)
    with store().begin() as connection:
        if name in own_settings.get(connection, ROUTES, TextRoutes).named():
            raise Problem(409, "A route for texts names this gateway.")
        if family(name) != name:
            if outbox.is_on_its_way(connection, name):
                raise Problem(409, "Something is on its way by this gateway. Try again in a minute.")
            outbox.hand_back(connection, name, family(name), at=now_micros())
        if not gateways.remove(connection, name):
            raise Problem(404, "This gateway is not set up.")
    return Response(status=204)


@api.post("/gateways/<gateway>/test", responses={200: GatewayTrialShape})
@once
@needs("lines.edit")
def try_gateway(path: GatewayPath, body: GatewayTrialBody) -> Response:
    """Send one text or mail by the gateway as it is set up, and say what became of it; 409 if it is not set up."""
    name = _known(path.gateway)
    if family(name) not in ("sms", "mail"):
        raise Problem(409, "Only a gateway for texts or mail can be tried.")
    if ("@" in body.to) != (name == "mail"):
        wrong = Fault("to", "is no address of this medium (is {value})", {"value": shown(body.to)})
        raise Problem(422, "The request does not fit.", errors=[wrong])
    with store().read() as connection:
        by_default = name == "mail" and parts().settings.smtp_url
        if not by_default and gateways.revision(connection, name) == gateways.NONE:
            raise Problem(409, "This gateway is not set up.")
        opened = Opening(parts().settings).open(connection, store(), name, lambda: True)
    if name == "mail":
        return reply(asyncio.run(_tried(opened, SendMail(id="0", to=body.to, subject=TRIAL_SUBJECT, text=body.text))))
    made = outgoing(body.text, opened.rules)
    if made.wrong:
        return reply({"state": "refused", "reason": made.wrong, "reference": None})
    return reply(asyncio.run(_tried(opened, SendSms(id="0", to=body.to, text=made.text))))


async def _tried(opened: Opened, command: SendSms | SendMail) -> dict[str, Any]:
    answer: dict[str, Any] = {"state": "sent", "reason": None, "reference": None}
    try:
        carried = await opened.gateway.carry_out(command, f"test-{id_text(new_id())}")
    except NotNow as error:
        answer |= {"state": "not_now", "reason": error.reason}
    except Refused as error:
        answer |= {"state": "refused", "reason": error.reason}
    except Unsure as error:
        answer |= {"state": "unknown", "reason": error.reason}
    else:
        answer["reference"] = carried.reference or None
    finally:
        await opened.gateway.close()
    return answer


def _known(name: str) -> str:
    if not kinds_of(name):
        raise Problem(404, "There is no such gateway.")
    return name


def _opened(read: Any) -> Any:
    try:
        return read()
    except CannotOpen as error:
        raise Problem(503, "The gateways' passwords cannot be read: the key that sealed them is not here.") from error


def _data(name: str, row: GatewayRow | None) -> dict[str, Any]:
    config = {} if row is None else without_secrets(row.config)
    return {
        "name": name,
        "kind": WITHOUT_SET_UP.get(name) if row is None else row.kind,
        "set_up": row is not None,
        "config": config,
        "kinds": [{"kind": kind, "schema": KINDS[kind].config.model_json_schema()} for kind in kinds_of(name)],
        "updated_at": None if row is None else from_micros(row.updated_at),
    }

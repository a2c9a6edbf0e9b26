"""`/sources/{name}/in`: records that a system sends by HTTP, to a source of kind `webhook`.

Who has an API key of the organisation sends to this address. Who cannot send one is known by the signature or secret
that the source declares, and sends to `/inbound/{tenant}/{source}`. Both are answered when the rows are kept.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
import structlog
from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field

from designer.access.identity import store as own_store
from designer.access.rights import DOOR, needs
from designer.access.suspension import not_while_suspended
from designer.api.replies import json_body, resource
from designer.api.shapes.webhook import RowsTakenShape
from designer.asking import as_asked
from designer.parts import parts
from designer.problems import Problem
from designer.webhooks import Webhook
from engine.faults import Fault
from engine.host.metrics import INBOUND_REFUSED
from engine.sources.webhook.adapter import FEED
from engine.sources.webhook.receiving import Refusal, received, reply
from engine.store import Store, TenantUnknown
from engine.store.sealing import CannotOpen

log = structlog.get_logger()

api = resource("source_in", 404, 429)
door = resource("webhook", 401, 403, 404, 429, 503, open_to_all=True)
AGAIN = {"Retry-After": "5"}
_BODY = json_body({"oneOf": [{"type": "object"}, {"type": "array"}]}, "Rows as the source is set up to find them.")


class InPath(BaseModel):
    source: str = Field(max_length=64)


class DoorPath(BaseModel):
    tenant: str = Field(max_length=64)
    source: str = Field(max_length=64)


class InQuery(BaseModel):
    """Whatever the sender writes into the address."""

    model_config = ConfigDict(extra="allow")


@api.post("/sources/<source>/in", responses={200: RowsTakenShape}, openapi_extensions=_BODY)
@needs("records.write")
def sent_with_a_key(path: InPath, query: InQuery) -> Response:
    """Rows of somebody who has an API key."""
    store = own_store()
    return _taken(store, path.source, _found(store, path.source))


@door.post("/inbound/<tenant>/<source>", responses={200: RowsTakenShape}, openapi_extensions=_BODY)
@needs(DOOR)
def sent_with_a_signature(path: DoorPath, query: InQuery) -> Response:
    """Rows of somebody whom the source knows by a secret or a signature."""
    try:
        store = parts().stores.tenant(path.tenant)
    except TenantUnknown:
        raise _nothing() from None
    webhook = _found(store, path.source)
    if webhook.config.known_by is None:
        raise _nothing()
    not_while_suspended(store.name)
    return _taken(store, path.source, webhook)


def _found(store: Store, name: str) -> Webhook:
    try:
        webhook = parts().webhooks.find(store, name)
    except CannotOpen as error:
        log.error("source cannot be opened", tenant=store.name, source=name, reason=str(error))
        raise _not_now() from error
    if webhook is None:
        raise _nothing()
    return webhook


def _taken(store: Store, name: str, webhook: Webhook) -> Response:
    config = webhook.config
    asked = as_asked(config.public_url, most_bytes=config.most_bytes)
    found = received(config, asked, datetime.now(UTC))
    if isinstance(found, Refusal) and found.doubt is not None:
        _refused(store, name, found.doubt)
        raise Problem(found.status, "This is not from the sender that is set up.")
    if not parts().declared.may_tell(store.name, f"source {name}", "", config.rate):
        _refused(store, name, "rate")
        raise Problem(429, "Too many at once. Try again in a second.", headers={"Retry-After": "1"})
    if isinstance(found, Refusal):
        _refused(store, name, "garbled")
        raise Problem(found.status, "The request does not fit.", errors=list(found.errors))
    try:
        faults: list[list[Fault]] = webhook.keeper.keep_arrivals(FEED, found)
    except sa.exc.SQLAlchemyError as error:
        log.error("rows of a webhook were not kept", tenant=store.name, source=name, reason=str(error))
        raise _not_now() from error
    said = reply(config, faults)
    return Response(said.body, said.status, content_type=said.content_type)


def _nothing() -> Problem:
    return Problem(404, "There is nothing at this address.")


def _not_now() -> Problem:
    return Problem(503, "It cannot be kept now. Tell us again.", headers=AGAIN)


def _refused(store: Store, name: str, why: str) -> None:
    INBOUND_REFUSED.labels(name, why).inc()
    if parts().declared.may_log(store.name, f"source {name}", why):
        log.warning("a webhook was refused", tenant=store.name, source=name, why=why, address=request.remote_addr)

"""`/sign-in/openid/{provider}`: a browser is sent to the organisation's own sign-in, and comes back signed in.

A browser walks here by itself, so refusals lead back to the door with a word; what lies behind them is in the log.
"""

from __future__ import annotations

import re

import msgspec
import sqlalchemy as sa
import structlog
from flask import Response, redirect
from pydantic import BaseModel, ConfigDict, Field

from designer.access import audit_sign_ins, openid, sign_in, user_sessions
from designer.access.identity import of_session
from designer.access.openid import Asked, NotLetIn, Person
from designer.access.rights import DOOR, needs
from designer.access.user_sessions import Way
from designer.api.replies import resource
from designer.parts import parts
from designer.problems import Problem
from engine.adapters.guard import Allowed
from engine.host.openid_provider import OpenIdProvider
from engine.store import now_micros, outside_identities, users
from engine.store.user_sessions import OPEN, Session, end_all, put_data
from engine.store.users import User

door = resource("openid", 403, 404, open_to_all=True)
log = structlog.get_logger()
STAGE = "openid"
UNKNOWN = "There is no such provider."
MESSAGES = {UNKNOWN}
"""Sentences of this module; each has its translation."""
_OUR_PAGE = re.compile(r"/(?![/\\])[\x21-\x7e]*")


class ProviderPath(BaseModel):
    provider: str = Field(max_length=40)


class BeginQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: str = Field("/flows", max_length=1_000, description="The page to which one wants to go.")


class BackQuery(BaseModel):
    """What a provider sends along; others than these are left alone."""

    code: str = Field("", max_length=4_000)
    state: str = Field("", max_length=400)
    error: str = Field("", max_length=400)
    iss: str = Field("", max_length=400, description="Who answers (RFC 9207).")


@door.get("/sign-in/openid/<provider>", responses={302: None})
@needs(DOOR)
def begin(path: ProviderPath, query: BeginQuery) -> Response:
    """Send the browser to the provider."""
    provider = _provider(path)
    to = query.to if _OUR_PAGE.fullmatch(query.to) else "/flows"
    if of_session() is not None:
        return _to(to)  # who is in stays in: another site may have sent him here
    try:
        url, asked = openid.ask(path.provider, provider, back=back_to(path.provider), to=to, allowed=reach())
    except NotLetIn as error:
        log.warning("the OpenID provider cannot be asked", provider=path.provider, reason=str(error))
        return _refused("failed")
    way = Way(tenant=provider.tenant, way=path.provider)
    with parts().stores.control.begin() as connection:
        sealed = sign_in.sealed_for(provider.tenant, msgspec.json.encode(asked).decode())
        user_sessions.open_part(connection, way, STAGE, sealed)
    return _to(url)


@door.get("/sign-in/openid/<provider>/back", responses={302: None})
@needs(DOOR)
def come_back(path: ProviderPath, query: BackQuery) -> Response:
    """Take the provider's answer, once, and let in whom it names."""
    provider = _provider(path)
    held, asked = _asked()
    if held is None or asked is None:
        return _refused("again")
    try:
        if asked.provider != path.provider or query.error or not query.code:
            raise NotLetIn(query.error or "no code")
        if query.iss not in ("", provider.issuer):
            raise NotLetIn(f"{query.iss} answers in its place")
        person = openid.answered(
            provider, asked, code=query.code, state=query.state, back=back_to(path.provider), allowed=reach()
        )
    except NotLetIn as error:
        log.warning("the OpenID provider lets nobody in", provider=path.provider, reason=str(error))
        audit_sign_ins.refused("openid")
        return _to(f"{asked.to}?refused=failed") if held.stage == OPEN else _refused("failed")
    if held.stage == OPEN:
        return _to(f"{asked.to}?{_link(provider, held, person)}={path.provider}")
    with parts().stores.control.begin() as connection:
        user = _user(connection, provider, person)
        if user is None or user.disabled_at is not None:
            audit_sign_ins.refused("openid")
            return _refused("unknown")
        sign_in.let_in(connection, user, Way(tenant=user.tenant, way=path.provider, user=user.id))
    return _to(asked.to)


def _asked() -> tuple[Session | None, Asked | None]:
    """What was asked of a provider in this browser, by who comes in or, to link it, by who is in; it is taken once."""
    with parts().stores.control.begin() as connection:
        held = user_sessions.current(connection, STAGE)
        if held is not None:
            user_sessions.close(connection)
        else:
            held = user_sessions.current(connection)
            if held is not None and held.data is not None:
                put_data(connection, held.id, None)
    if held is None or held.data is None:
        return None, None
    try:
        return held, msgspec.json.decode(sign_in.opened_for(held.tenant, held.data), type=Asked)
    except msgspec.MsgspecError:  # something else was begun in this session, such as a second factor
        return held, None


def _link(provider: OpenIdProvider, held: Session, person: Person) -> str:
    """Let who is signed in come in by this provider, too; how that went."""
    with parts().stores.control.begin() as connection:
        user = None if held.user_id is None else users.get(connection, held.tenant, held.user_id)
        known = outside_identities.user_of(connection, provider.tenant, person.issuer, person.subject)
        if user is None or user.disabled_at is not None or user.tenant != provider.tenant:
            return "refused"
        if known is not None:
            return "linked" if known == user.id else "taken"
        _keep(connection, provider, person, user)
    return "linked"


def _user(connection: sa.Connection, provider: OpenIdProvider, person: Person) -> User | None:
    """The user whom a provider has named: known by it, or by his verified address, or new, as the settings allow."""
    role, at = openid.role_for(provider, person), now_micros()
    known = outside_identities.user_of(connection, provider.tenant, person.issuer, person.subject)
    was_known, made = known is not None, False
    if known is None and person.email is not None:
        same = users.by_login(connection, person.email, provider.tenant)
        if same and not provider.link_by_email:
            return None
        if same:
            known = same[0].id
    if known is None and provider.new_users and role is not None:
        login = person.email or f"{person.subject}@{provider.issuer.partition('//')[2]}"[:254]
        known = users.add(
            connection, tenant=provider.tenant, login=login, name=person.name or login, role=role, language=None, at=at
        )
        made = True
    user = None if known is None else users.get(connection, provider.tenant, known)
    if user is None:
        return None
    if made:
        audit_sign_ins.done(connection, user, audit_sign_ins.MADE, login=user.login, role=user.role)
    if not was_known:
        _keep(connection, provider, person, user)
    if provider.role_claim and role is not None and role != user.role:
        users.change(connection, user.id, role=role)
        end_all(connection, user.id)
        change = {"before": {"role": user.role}, "after": {"role": role}}
        audit_sign_ins.done(connection, user, audit_sign_ins.ROLE, **change)
        return users.get(connection, provider.tenant, user.id)
    return user


def _keep(connection: sa.Connection, provider: OpenIdProvider, person: Person, user: User) -> None:
    at = now_micros()
    outside_identities.keep(connection, provider.tenant, person.issuer, person.subject, user.id, at=at)
    audit_sign_ins.done(connection, user, audit_sign_ins.LINKED, issuer=person.issuer)


def _provider(path: ProviderPath) -> OpenIdProvider:
    found = parts().settings.openid.get(path.provider)
    if found is None or found.tenant not in parts().stores.tenant_names():
        raise Problem(404, UNKNOWN)
    return found


def reach() -> Allowed:
    """Whom a provider's addresses may lead to."""
    return Allowed.read(parts().settings.allow_hosts)


def back_to(provider: str) -> str:
    """Where a provider sends the browser back to."""
    return f"{parts().settings.address}/api/v1/sign-in/openid/{provider}/back"


def _refused(why: str) -> Response:
    return _to(f"/sign-in?refused={why}")


def _to(url: str) -> Response:
    response = redirect(url, 302)
    assert isinstance(response, Response)
    return response

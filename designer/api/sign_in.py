"""`/sign-in`: the door, in steps: a password (or a key), then a code where there is a second factor; and links.

A link is an invitation or a reset: it opens once, sets a password, and lets its user in. Its token stands behind the
`#` of its address, so that no server's log and no other page sees it.
"""

from __future__ import annotations

from typing import Self

import redis
import structlog
from flask import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from designer.access import audit_sign_ins, limits, passwords, sign_in
from designer.access.identity import open_key_session, require_own_origin
from designer.access.rights import DOOR, needs
from designer.access.sign_in import Reached
from designer.api.replies import reply, resource
from designer.api.shapes.users import LinkShape, ReachedShape, WaysShape
from designer.parts import parts
from designer.problems import Problem
from engine.host import jobs, user_mail
from engine.store import failed_sign_ins, from_micros, now_micros, user_links, user_sessions, users
from engine.store.user_links import Link
from engine.store.users import User

door = resource("sign-in", 401, 403, 404, 429, open_to_all=True)
log = structlog.get_logger()
USED_UP = "This link does not open anything any more: it was used, or its time is over."
ONE_WAY = "a key, or a login and a password"
MESSAGES = {USED_UP, ONE_WAY}
"""Sentences of this module; each has its translation."""


class SignInBody(BaseModel):
    """A key alone, or a login and a password."""

    model_config = ConfigDict(extra="forbid")

    key: str | None = Field(None, min_length=1, max_length=400)
    login: str | None = Field(None, min_length=1, max_length=254)
    password: str | None = Field(None, min_length=1, max_length=1_000)
    tenant: str | None = Field(None, max_length=48, description="Where one login stands in several organisations.")
    remember: bool = Field(False, description="The session lasts to its end, whether it is used or not.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        by_password = self.login is not None and self.password is not None
        given = self.login is not None or self.password is not None or self.tenant is not None
        if (self.key is None) is not by_password or (self.key is not None and given):
            raise ValueError(ONE_WAY)
        return self


class CodeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=60, description="Six digits of the app, or a recovery code.")


class LookBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=200, description="What stands behind the # of the link.")


class UseLinkBody(LookBody):
    password: str = Field(min_length=1, max_length=1_000)
    name: str | None = Field(None, min_length=1, max_length=200)


class ForgottenBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    login: str = Field(min_length=1, max_length=254)


@door.get("/sign-in", responses={200: WaysShape})
@needs(DOOR)
def ways_in() -> Response:
    """By which ways one can come in here; `began`: somebody has, otherwise than by a key."""
    settings = parts().settings
    with parts().stores.control.read() as connection:
        began = bool(settings.openid) or users.have_begun(connection)
    openid = [{"id": name, "name": provider.name or name} for name, provider in settings.openid.items()]
    return reply({
        "openid": openid, "mail": settings.smtp_url is not None, "hours": settings.session_hours, "began": began,
    })  # fmt: skip


@door.post("/sign-in", responses={200: ReachedShape})
@needs(DOOR)
def begin(body: SignInBody) -> Response:
    """Sign in. `csrf` goes into the header X-CSRF-Token of whatever changes something; or `next` says what is owed."""
    require_own_origin()
    if body.key is not None:
        return reply(Reached(csrf=_by_key(body.key)))
    assert body.login is not None
    assert body.password is not None
    return reply(sign_in.by_password(body.login, body.password, tenant=body.tenant, remember=body.remember))


@door.post("/sign-in/code", responses={200: ReachedShape})
@needs(DOOR)
def with_code(body: CodeBody) -> Response:
    """The second step: a code of the app, or a recovery code; each is taken once."""
    require_own_origin()
    return reply(sign_in.by_code(body.code))


@door.post("/sign-in/set-up", responses={200: ReachedShape})
@needs(DOOR)
def with_set_up(body: CodeBody) -> Response:
    """The second step where a second factor has to be set up: a code of the app that has taken the secret."""
    require_own_origin()
    return reply(sign_in.by_set_up(body.code))


@door.post("/sign-in/link", responses={200: LinkShape})
@needs(DOOR)
def look_at_link(body: LookBody) -> Response:
    """Whose link this is, and what it is for."""
    link, user = _link(body.token)
    return reply({
        "kind": link.kind, "tenant": user.tenant, "login": user.login, "name": user.name,
        "shortest": sign_in.shortest_password(user.tenant), "ends_at": from_micros(link.ends_at),
    })  # fmt: skip


@door.post("/sign-in/link/use", responses={200: ReachedShape})
@needs(DOOR)
def use_link(body: UseLinkBody) -> Response:
    """Set the password by a link, and go on as after a right password; all sessions of before end."""
    require_own_origin()
    _link_user = _link(body.token)[1]
    own = [_link_user.login, body.name or _link_user.name, _link_user.tenant, "callweave"]
    shortest = sign_in.shortest_password(_link_user.tenant)
    if wrong := passwords.faults(body.password, own=own, shortest=shortest):
        raise Problem(422, "The request does not fit.", errors=wrong)
    kept, at = passwords.hashed(body.password), now_micros()
    with parts().stores.control.begin() as connection:
        used = user_links.use(connection, body.token, at=at)
        if used is None:
            raise Problem(404, USED_UP)
        users.set_password(connection, _link_user.id, kept, at=at)
        if body.name is not None:
            users.change(connection, _link_user.id, name=body.name)
        user_sessions.end_all(connection, _link_user.id)
        tries = failed_sign_ins.was_right(connection, {"login": users.login_key(_link_user.login)})
        audit_sign_ins.done(connection, _link_user, audit_sign_ins.BY_LINK, link=used.kind, tries=tries)
    return reply(sign_in.after_first(_link_user, sign_in.PASSWORD, remember=False))


@door.post("/sign-in/forgotten", responses={202: None})
@needs(DOOR)
def forgotten(body: ForgottenBody) -> Response:
    """Have a link mailed to whose login this is, if it is a mail address; the answer is the same if it is nobody's."""
    require_own_origin()
    sign_in.count_try(None)
    settings = parts().settings
    if settings.smtp_url is None:
        raise Problem(404, "No mail is sent here. Ask an administrator for a link.")
    try:
        jobs.enqueue(parts().redis, user_mail.FORGOTTEN, body.login)
    except redis.RedisError as error:
        log.warning("no link is mailed", reason=str(error))
        raise Problem(503, "No mail can be sent now. Try again later.") from None
    return Response(status=202)


def _by_key(key: str) -> str:
    limits.wrong_keys().refuse_too_many()
    csrf = open_key_session(key)
    if csrf is None:
        limits.wrong_keys().count()
        audit_sign_ins.refused("key")
        raise Problem(401, "This key is not known.")
    return csrf


def _link(token: str) -> tuple[Link, User]:
    with parts().stores.control.read() as connection:
        link = user_links.find(connection, token, at=now_micros())
        user = None if link is None else users.by_id(connection, link.user_id)
    if link is None or user is None or user.disabled_at is not None:
        audit_sign_ins.refused("link")
        raise Problem(404, USED_UP)
    return link, user

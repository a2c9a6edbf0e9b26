"""`/users`: the people who sign in here: invited by a link, given a role, disabled, helped when they cannot come in."""

from __future__ import annotations

from typing import Any

import redis
import structlog
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access import sign_in
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sign_in import SignInRules
from designer.api.paging import PageQuery, cut, identity
from designer.api.replies import reply, resource
from designer.api.shapes.users import (
    InvitedShape,
    MadeLinkShape,
    SignInRulesShape,
    UserSessionsShape,
    UserShape,
    UsersShape,
)
from designer.api.user_rows import LANGUAGE, LOGIN, ROLE, made_link, session_rows, user_row
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault
from engine.host import jobs, user_mail
from engine.host.user_mail import can_be_mailed
from engine.store import id_text, now_micros, own_settings, user_links, user_sessions, users
from engine.store.keys import ADMINISTRATOR, CONNECTOR
from engine.store.user_links import INVITATION, RESET
from engine.store.users import User

api = resource("users", 404, 409)
log = structlog.get_logger()
UNKNOWN = "There is no such user."
TAKEN = "There is a user {login} already."
LAST = "This is the last administrator who can sign in: make somebody else one first."
NOT_THERE = "Nobody is signed in there any more."
SELF = "You cannot do this to yourself: ask another administrator."
NO_ROLE = "is for keys of connectors alone"
MESSAGES = {UNKNOWN, TAKEN, LAST, SELF, NO_ROLE, NOT_THERE}
"""Sentences of this module; each has its translation."""


class NewUserBody(BaseModel):
    """Somebody to be invited."""

    model_config = ConfigDict(extra="forbid")

    login: str = Field(min_length=1, max_length=254, pattern=LOGIN, description="A mail address, or a staff number.")
    name: str = Field(min_length=1, max_length=200, pattern=r"\S")
    role: str = Field(pattern=ROLE)
    language: str | None = Field(None, pattern=LANGUAGE)


class UserBody(BaseModel):
    """What is to change; the rest stays."""

    model_config = ConfigDict(extra="forbid")

    login: str | None = Field(None, min_length=1, max_length=254, pattern=LOGIN)
    name: str | None = Field(None, min_length=1, max_length=200, pattern=r"\S")
    role: str | None = Field(None, pattern=ROLE)
    language: str | None = Field(None, pattern=LANGUAGE)
    disabled: bool | None = None


class UserPath(BaseModel):
    user: str


class UserSessionPath(UserPath):
    session: str


class SignInRulesBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    second_factor_required: bool


@api.get("/users", responses={200: UsersShape})
@needs("users.manage")
def list_users(query: PageQuery) -> Response:
    """Everybody who can sign in here, by name."""
    with parts().stores.control.read() as connection:
        rows = users.every(connection, who().tenant)
        opened = users.sessions_open(connection, who().tenant, now_micros())
    return reply(cut(rows, query, _order, lambda user: user_row(user, opened.get(user.id, 0))))


@api.post("/users", responses={201: InvitedShape})
@needs("users.manage")
def invite_user(body: NewUserBody) -> Response:
    """Invite somebody. The link opens once, for seven days, is shown this once, and is mailed where that is set up."""
    at, role = now_micros(), _role(body.role)
    with parts().stores.control.begin() as connection:
        added = users.add(
            connection, tenant=who().tenant, login=body.login, name=body.name.strip(), role=role,
            language=body.language, at=at,
        )  # fmt: skip
        if added is None:
            wrong = Fault("login", TAKEN, {"login": body.login})
            raise Problem(409, TAKEN, {"login": body.login}, errors=[wrong])
        token, ends_at = user_links.make(connection, added, INVITATION, at=at)
    user = _known(UserPath(user=id_text(added)))
    link = made_link(token, INVITATION, ends_at, mailed=_mailed(user))
    return reply(user_row(user, 0) | {name: link[name] for name in ("link", "ends_at", "mailed")}, 201)


@api.get("/users/<user>", responses={200: UserShape})
@needs("users.manage")
def get_user(path: UserPath) -> Response:
    """One user."""
    return reply(_row(_known(path)))


@api.put("/users/<user>", responses={200: UserShape})
@needs("users.manage")
def put_user(path: UserPath, body: UserBody) -> Response:
    """Change a user. With another role, or disabled, he is signed out everywhere."""
    user = _known(path)
    values: dict[str, Any] = {
        name: value for name, value in body.model_dump(exclude_unset=True).items()
        if name == "language" or value is not None
    }  # fmt: skip
    values["role"] = _role(values.get("role", user.role))
    disabled = values.pop("disabled", None)
    if disabled is not None:
        values["disabled_at"] = (user.disabled_at or now_micros()) if disabled else None
    stronger = user.role == ADMINISTRATOR and user.disabled_at is None
    weaker = values["role"] != ADMINISTRATOR or values.get("disabled_at", user.disabled_at) is not None
    if weaker and user.id == who().user and stronger:
        raise Problem(409, SELF)
    with parts().stores.control.begin() as connection:
        if stronger and weaker:
            _not_the_last(connection, user)
        if "login" in values:
            values["login"] = values["login"].strip()
            values["login_key"] = users.login_key(values["login"])
            same = users.by_login(connection, values["login"], user.tenant)
            if any(other.id != user.id for other in same):
                wrong = Fault("login", TAKEN, {"login": values["login"]})
                raise Problem(409, TAKEN, {"login": values["login"]}, errors=[wrong])
        users.change(connection, user.id, **values)
        if values["role"] != user.role or values.get("disabled_at"):
            user_sessions.end_all(connection, user.id)
        if values.get("disabled_at"):
            user_links.withdraw(connection, user.id)
    return reply(_row(_known(path)))


@api.delete("/users/<user>", responses={204: None})
@needs("users.manage")
def remove_user(path: UserPath) -> Response:
    """Remove a user for good; what he has done stays in the log under his name."""
    user = _known(path)
    if user.id == who().user:
        raise Problem(409, SELF)
    with parts().stores.control.begin() as connection:
        _not_the_last(connection, user)
        users.remove(connection, user.id)
    return Response(status=204)


@api.post("/users/<user>/link", responses={201: MadeLinkShape})
@needs("users.manage")
def make_link(path: UserPath) -> Response:
    """A new link by which a user chooses his password; earlier ones open nothing any more."""
    user, at = _known(path), now_micros()
    kind = INVITATION if user.password is None else RESET
    with parts().stores.control.begin() as connection:
        user_links.withdraw(connection, user.id)
        token, ends_at = user_links.make(connection, user.id, kind, at=at)
    return reply(made_link(token, kind, ends_at, mailed=_mailed(user)), 201)


@api.delete("/users/<user>/second-factor", responses={204: None})
@needs("users.manage")
def reset_second_factor(path: UserPath) -> Response:
    """Take a user's second factor away, for his telephone is lost; he is signed out everywhere."""
    user = _known(path)
    with parts().stores.control.begin() as connection:
        users.set_second_factor(connection, user.id, None, step=None)
        user_sessions.end_all(connection, user.id)
    return Response(status=204)


@api.get("/users/<user>/sessions", responses={200: UserSessionsShape})
@needs("users.manage")
def list_sessions(path: UserPath) -> Response:
    """The browsers that a user is signed in with."""
    return reply({"items": session_rows(_known(path).id)})


@api.delete("/users/<user>/sessions/<session>", responses={204: None})
@needs("users.manage")
def end_session(path: UserSessionPath) -> Response:
    """Sign a user out in one browser."""
    user, session = _known(path), identity(path.session, NOT_THERE)
    with parts().stores.control.begin() as connection:
        if not user_sessions.end(connection, session, user=user.id):
            raise Problem(404, NOT_THERE)
    return Response(status=204)


@api.delete("/users/<user>/sessions", responses={204: None})
@needs("users.manage")
def end_sessions(path: UserPath) -> Response:
    """Sign a user out everywhere."""
    user = _known(path)
    with parts().stores.control.begin() as connection:
        user_sessions.end_all(connection, user.id)
    return Response(status=204)


@api.get("/sign-in-rules", responses={200: SignInRulesShape})
@needs("users.manage")
def get_rules() -> Response:
    """What this organisation asks of its users."""
    return reply(sign_in.rules_of(who().tenant))


@api.put("/sign-in-rules", responses={200: SignInRulesShape})
@needs("users.manage")
def put_rules(body: SignInRulesBody) -> Response:
    """Set it. Who has no second factor and needs one sets it up when he signs in the next time."""
    wanted = SignInRules(second_factor_required=body.second_factor_required)
    with store().begin() as connection:
        own_settings.put(connection, sign_in.RULES, wanted, at=now_micros())
    return reply(wanted)


def _known(path: UserPath) -> User:
    with parts().stores.control.read() as connection:
        user = users.get(connection, who().tenant, identity(path.user, UNKNOWN))
    if user is None:
        raise Problem(404, UNKNOWN)
    return user


def _row(user: User) -> dict[str, Any]:
    return user_row(user, len(session_rows(user.id)))


def _not_the_last(connection: Any, user: User) -> None:
    """An organisation keeps somebody who can let others in."""
    able = user.role == ADMINISTRATOR and user.disabled_at is None
    if able and not users.other_administrators(connection, user.tenant, user.id):
        raise Problem(409, LAST)


def _mailed(user: User) -> bool:
    """Have a link mailed, too, where that is set up."""
    if not can_be_mailed(parts().settings, user.login):
        return False
    try:
        jobs.enqueue(parts().redis, user_mail.INVITED, id_text(user.id))
    except redis.RedisError as error:
        log.warning("no link is mailed", reason=str(error))
        return False
    return True


def _role(wanted: str) -> str:
    if wanted == CONNECTOR:
        raise Problem(422, "The request does not fit.", errors=[Fault("role", NO_ROLE)])
    return wanted


def _order(user: User) -> str:
    return f"{user.name.casefold()} {id_text(user.id)}"

"""`/me/…`: what a user sees to himself: his name, password, second factor, and where he is signed in."""

from __future__ import annotations

from typing import Annotated

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access import audit_sign_ins, passwords, second_factor, sign_in, user_sessions, witness
from designer.access.identity import who
from designer.access.rights import needs
from designer.api.paging import identity
from designer.api.replies import reply, resource
from designer.api.shapes.users import AccountShape, RecoveryCodesShape, SetUpShape, UserSessionsShape
from designer.api.user_rows import LANGUAGE, session_rows
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault
from engine.store import from_micros, id_text, now_micros, outside_identities, user_links, users
from engine.store import user_sessions as kept_sessions
from engine.store.users import User

api = resource("account", 404, 409, 429)
NO_USER = "This is a key: only a user has an account."
NOT_THERE = "Nobody is signed in there any more."
NOT_RIGHT = "is not right"
REQUIRED = "Your organisation asks for a second factor."
SET_UP_AGAIN = "Begin to set the second factor up again."
MESSAGES = {NO_USER, NOT_RIGHT, REQUIRED, SET_UP_AGAIN, NOT_THERE}
"""Sentences of this module; each has its translation."""
Password = Annotated[str, Field(max_length=1_000)]


class AccountBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, min_length=1, max_length=200, pattern=r"\S")
    language: str | None = Field(None, pattern=LANGUAGE)


class ShownBody(BaseModel):
    """Shows that it is the user himself; one who comes in by OpenID Connect alone has no password to give."""

    model_config = ConfigDict(extra="forbid")

    password: Password = ""


class NewPasswordBody(ShownBody):
    new: str = Field(min_length=1, max_length=1_000)


class AppCodeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=60)


class SessionPath(BaseModel):
    session: str


@api.get("/me/account", responses={200: AccountShape})
@needs("own")
def get_account() -> Response:
    """How the user who asks comes in."""
    return _account(me())


def _account(user: User) -> Response:
    with parts().stores.control.read() as connection:
        left = user_links.codes_left(connection, user.id)
        issuers = outside_identities.issuers_of(connection, user.id)
    return reply({
        "id": id_text(user.id), "tenant": user.tenant, "login": user.login, "name": user.name, "role": user.role,
        "language": user.language, "has_password": user.password is not None,
        "password_at": None if user.password_at is None else from_micros(user.password_at),
        "shortest": sign_in.shortest_password(user.tenant), "second_factor": user.second_factor is not None,
        "second_factor_required": sign_in.rules_of(user.tenant).second_factor_required, "recovery_codes": left,
        "openid": issuers,
        "providers": [
            {"id": name, "name": provider.name or name, "linked": provider.issuer in issuers}
            for name, provider in parts().settings.openid.items()
            if provider.tenant == user.tenant
        ],
    })  # fmt: skip


@api.put("/me/account", responses={200: AccountShape})
@needs("own")
def put_account(body: AccountBody) -> Response:
    """Change one's name or language."""
    user, values = me(), body.model_dump(exclude_unset=True)
    if values.get("name", "") is None:
        del values["name"]
    if values:
        with parts().stores.control.begin() as connection:
            users.change(connection, user.id, **values)
            old = {name: getattr(user, name) for name in values}
            witness.changed("users", id_text(user.id), before=old, after=values)
    return _account(me())


@api.post("/me/password", responses={204: None})
@needs("own")
def change_password(body: NewPasswordBody) -> Response:
    """Choose another password; all other sessions end."""
    user = shown(body.password)
    own = [user.login, user.name, user.tenant, "callweave"]
    if wrong := passwords.faults(body.new, own=own, shortest=sign_in.shortest_password(user.tenant), path="new"):
        raise Problem(422, "The request does not fit.", errors=wrong)
    kept = passwords.hashed(body.new)
    with parts().stores.control.begin() as connection:
        users.set_password(connection, user.id, kept, at=now_micros())
        user_links.withdraw(connection, user.id)
        witness.changed("users", id_text(user.id))
        kept_sessions.end_all(connection, user.id, but=who().session)
    return Response(status=204)


@api.post("/me/second-factor", responses={200: SetUpShape})
@needs("own")
def begin_second_factor(body: ShownBody) -> Response:
    """A secret for an app, which is not asked for before `PUT` has shown that the app has it."""
    user = shown(body.password)
    secret = second_factor.new_secret()
    with parts().stores.control.begin() as connection:
        kept_sessions.put_data(connection, who().session or b"", sign_in.sealed_for(user.tenant, secret))
        witness.unchanged()
    return reply({"secret": secret, "address": second_factor.address(secret, user.login)})


@api.put("/me/second-factor", responses={200: RecoveryCodesShape})
@needs("own")
def set_second_factor(body: AppCodeBody) -> Response:
    """Take the app's code, and ask for one from now on; gives codes for when the telephone is lost, this once."""
    user = me()
    with parts().stores.control.read() as connection:
        held = user_sessions.current(connection)
    if held is None or held.data is None:
        raise Problem(409, SET_UP_AGAIN)
    in_a_row = sign_in.count_try(user.login)
    secret = sign_in.opened_for(user.tenant, held.data)
    step = second_factor.step_of(secret, body.code, at=now_micros())
    if step is None:
        audit_sign_ins.refused("code", user, in_a_row=in_a_row)
        raise Problem(422, "The request does not fit.", errors=[Fault("code", NOT_RIGHT)])
    with parts().stores.control.begin() as connection:
        sign_in.was_right(connection, user)
        users.set_second_factor(connection, user.id, sign_in.sealed_for(user.tenant, secret), step=step)
        codes = user_links.new_codes(connection, user.id)
        kept_sessions.put_data(connection, held.id, None)
        witness.changed("users", id_text(user.id))
        kept_sessions.end_all(connection, user.id, but=held.id)
    return reply({"recovery_codes": codes})


@api.post("/me/second-factor/remove", responses={204: None})
@needs("own")
def remove_second_factor(body: ShownBody) -> Response:
    """Do without a second factor, where the organisation leaves it to its users."""
    user = shown(body.password)
    if sign_in.rules_of(user.tenant).second_factor_required:
        raise Problem(409, REQUIRED)
    with parts().stores.control.begin() as connection:
        users.set_second_factor(connection, user.id, None, step=None)
        witness.changed("users", id_text(user.id))
        kept_sessions.end_all(connection, user.id, but=who().session)
    return Response(status=204)


@api.post("/me/recovery-codes", responses={200: RecoveryCodesShape})
@needs("own")
def new_recovery_codes(body: ShownBody) -> Response:
    """New recovery codes in place of those of before, shown this once."""
    user = shown(body.password)
    if user.second_factor is None:
        raise Problem(409, SET_UP_AGAIN)
    with parts().stores.control.begin() as connection:
        witness.changed("users", id_text(user.id))
        return reply({"recovery_codes": user_links.new_codes(connection, user.id)})


@api.get("/me/sessions", responses={200: UserSessionsShape})
@needs("own")
def list_sessions() -> Response:
    """Where one is signed in."""
    return reply({"items": session_rows(me().id)})


@api.delete("/me/sessions/<session>", responses={204: None})
@needs("own")
def end_session(path: SessionPath) -> Response:
    """Sign out in one browser."""
    user, session = me(), identity(path.session, NOT_THERE)
    with parts().stores.control.begin() as connection:
        if not kept_sessions.end(connection, session, user=user.id):
            raise Problem(404, NOT_THERE)
    return Response(status=204)


@api.delete("/me/sessions", responses={204: None})
@needs("own")
def end_other_sessions() -> Response:
    """Sign out everywhere but here."""
    user = me()
    with parts().stores.control.begin() as connection:
        kept_sessions.end_all(connection, user.id, but=who().session)
    return Response(status=204)


def me() -> User:
    """The user who asks; Problem 404 if it is a key."""
    asking = who()
    if asking.user is not None:
        with parts().stores.control.read() as connection:
            user = users.get(connection, asking.tenant, asking.user)
        if user is not None:
            return user
    raise Problem(404, NO_USER)


def shown(password: str) -> User:
    """The user who asks, who has shown his password; counted like a sign-in, and Problem 422 if it is not right."""
    user = me()
    if user.password is None:
        return user
    in_a_row = sign_in.count_try(user.login)
    if not passwords.fits(user.password, password):
        audit_sign_ins.refused("password", user, in_a_row=in_a_row)
        raise Problem(422, "The request does not fit.", errors=[Fault("password", NOT_RIGHT)])
    with witness.unseen(), parts().stores.control.begin() as connection:
        sign_in.was_right(connection, user)
    return user

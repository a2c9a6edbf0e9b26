"""`/sign-in`, `/sign-out`, `/me`: the browser's session, opened with a key."""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access import limits, user_sessions
from designer.access.identity import open_key_session, require_own_origin, who
from designer.access.rights import DOOR, EVERY, needs, rights_of
from designer.api.replies import reply, resource
from designer.api.shapes.sessions import MeShape, SignedInShape
from designer.parts import parts
from designer.problems import Problem

door = resource("door", 401, 403, 429, open_to_all=True)
api = resource("me")


class SignInBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: str = Field(min_length=1, max_length=400)


@door.post("/sign-in", responses={200: SignedInShape})
@needs(DOOR)
def sign_in(body: SignInBody) -> Response:
    """Open a cookie session; its token goes into the header X-CSRF-Token of whatever changes something."""
    require_own_origin()
    limits.wrong_keys().refuse_too_many()
    csrf = open_key_session(body.key)
    if csrf is None:
        limits.wrong_keys().count()
        raise Problem(401, "This key is not known.")
    return reply({"csrf": csrf})


@api.post("/sign-out", responses={204: None})
@needs("own")
def sign_out() -> Response:
    """End the cookie session."""
    with parts().stores.control.begin() as connection:
        user_sessions.close(connection)
    return Response(status=204)


@api.get("/me", responses={200: MeShape})
@needs("own")
def get_me() -> Response:
    """Who is signed in, and the CSRF token of this cookie session (empty for a bearer key)."""
    asking = who()
    rights = rights_of(asking.role, asking.scopes)
    return reply({
        "tenant": asking.tenant, "role": asking.role, "name": asking.name, "csrf": user_sessions.csrf(),
        "rights": [right for right in EVERY if right in rights],
    })  # fmt: skip

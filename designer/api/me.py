"""`/sign-out`, `/me`: the end of the browser's session, and who it is."""

from __future__ import annotations

from flask import Response

from designer.access import user_sessions
from designer.access.identity import who
from designer.access.rights import EVERY, needs, rights_of
from designer.api.replies import reply, resource
from designer.api.shapes.sessions import MeShape
from designer.parts import parts
from engine.store import id_text

api = resource("me")


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
        "user": None if asking.user is None else id_text(asking.user),
        "rights": [right for right in EVERY if right in rights],
    })  # fmt: skip

"""`/me/openid/{provider}`: a user lets himself come in by his organisation's OpenID provider, too, or no longer."""

from __future__ import annotations

import msgspec
import structlog
from flask import Response

from designer.access import audit_sign_ins, openid, sign_in, witness
from designer.access.identity import who
from designer.access.openid import NotLetIn
from designer.access.rights import needs
from designer.api.account import ShownBody, shown
from designer.api.openid import UNKNOWN, ProviderPath, back_to, reach
from designer.api.replies import reply, resource
from designer.api.shapes.users import GoThereShape
from designer.parts import parts
from designer.problems import Problem
from engine.host.openid_provider import OpenIdProvider
from engine.store import outside_identities
from engine.store import user_sessions as kept_sessions
from engine.store.users import User

api = resource("linked_openid", 404, 409, 429, 503)
log = structlog.get_logger()
PAGE = "/account"
NOT_BY_KEY = "Only who is signed in to a browser can do this."
AWAY = "The provider cannot be asked now. Try again later."
NOT_LINKED = "You do not come in by this provider."
LAST_WAY = "Without a password this is your only way in. Set a password first."
MESSAGES = {NOT_BY_KEY, AWAY, NOT_LINKED, LAST_WAY}
"""Sentences of this module; each has its translation."""


@api.post("/me/openid/<provider>", responses={200: GoThereShape})
@needs("own")
def link_openid(path: ProviderPath, body: ShownBody) -> Response:
    """Begin to link a provider: where the browser has to go. It comes back to the account's page."""
    user = shown(body.password)
    provider = _of(user, path)
    session = who().session
    if session is None:
        raise Problem(409, NOT_BY_KEY)
    try:
        url, asked = openid.ask(path.provider, provider, back=back_to(path.provider), to=PAGE, allowed=reach())
    except NotLetIn as error:
        log.warning("the OpenID provider cannot be asked", provider=path.provider, reason=str(error))
        raise Problem(503, AWAY) from None
    with parts().stores.control.begin() as connection:
        sealed = sign_in.sealed_for(user.tenant, msgspec.json.encode(asked).decode())
        kept_sessions.put_data(connection, session, sealed)
        witness.unchanged()
    return reply({"address": url})


@api.post("/me/openid/<provider>/remove", responses={204: None})
@needs("own")
def unlink_openid(path: ProviderPath, body: ShownBody) -> Response:
    """Come in by this provider no longer; all other sessions end. 409 if it is the only way in."""
    user = shown(body.password)
    provider = _of(user, path)
    with parts().stores.control.begin() as connection:
        issuers = outside_identities.issuers_of(connection, user.id)
        if provider.issuer not in issuers:
            raise Problem(404, NOT_LINKED)
        if user.password is None and len(issuers) == 1:
            raise Problem(409, LAST_WAY)
        outside_identities.remove(connection, user.id, provider.issuer)
        kept_sessions.end_all(connection, user.id, but=who().session)
        audit_sign_ins.done(connection, user, audit_sign_ins.UNLINKED, issuer=provider.issuer)
        witness.unchanged()
    return Response(status=204)


def _of(user: User, path: ProviderPath) -> OpenIdProvider:
    found = parts().settings.openid.get(path.provider)
    if found is None or found.tenant != user.tenant:
        raise Problem(404, UNKNOWN)
    return found

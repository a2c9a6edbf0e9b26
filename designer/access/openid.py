"""OpenID Connect: the code flow with PKCE (RFC 7636), state and nonce, as a confidential or a public client.

What a browser may not change waits in its session here, is taken once, and is compared with what comes back: so a
stolen or a foreign answer opens nothing (RFC 9700, 2.1 and 4.7). A user is known by issuer and subject. The provider,
and whatever address it names, is asked by the guard that flows' requests go by.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Any, cast

import msgspec
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from engine.adapters.guard import Allowed
from engine.adapters.http.guarded import guard
from engine.host.openid_provider import OpenIdProvider

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"]
"""Signatures by the provider's own key: none by a secret that others share, and never none at all."""
PATIENCE = 10.0
LEEWAY = 60
WELL_KNOWN = "/.well-known/openid-configuration"


class NotLetIn(Exception):
    """What the provider has answered lets nobody in; the reason is for the log."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked of a provider, and waits here for its answer."""

    provider: str
    state: str
    nonce: str
    verifier: str
    to: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the provider has let in, by its signed word."""

    issuer: str
    subject: str
    email: str | None
    name: str | None
    roles: frozenset[str]


def ask(name: str, provider: OpenIdProvider, *, back: str, to: str, allowed: Allowed) -> tuple[str, Asked]:
    """Where the browser has to go, and what is to be remembered of it; NotLetIn."""
    asked = Asked(
        provider=name, state=secrets.token_urlsafe(24), nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48), to=to,
    )  # fmt: skip
    with _client(provider, back, allowed) as client:
        where = _found(client, provider)["authorization_endpoint"]
        url, _ = client.create_authorization_url(
            where, state=asked.state, code_verifier=asked.verifier, nonce=asked.nonce
        )
    return str(url), asked


def answered(
    provider: OpenIdProvider, asked: Asked, *, code: str, state: str, back: str, allowed: Allowed
) -> Person:
    """Whom the provider's answer lets in; NotLetIn."""
    if not hmac.compare_digest(state.encode(), asked.state.encode()):
        raise NotLetIn("the state is another one")
    try:
        with _client(provider, back, allowed) as client:
            known = _found(client, provider)
            got = client.fetch_token(
                known["token_endpoint"], code=code, code_verifier=asked.verifier, grant_type="authorization_code"
            )
            keys = KeySet.import_key_set(cast(Any, _json(client, known["jwks_uri"])))
            claims = _claims(provider, asked, str(got.get("id_token", "")), keys)
            if not claims.get("email") and "userinfo_endpoint" in known:
                more = _json(client, known["userinfo_endpoint"], withhold_token=False)
                claims = {**more, **claims} if more.get("sub") == claims["sub"] else claims
    except (OAuthError, JoseError, requests.RequestException, KeyError, TypeError, ValueError) as error:
        raise NotLetIn(f"{type(error).__name__}: {error}") from error
    verified = claims.get("email") if claims.get("email_verified") is True else None
    return Person(
        issuer=provider.issuer, subject=str(claims["sub"]), email=verified if isinstance(verified, str) else None,
        name=_text(claims.get("name")) or _text(claims.get("preferred_username")),
        roles=_values(claims.get(provider.role_claim or "")),
    )  # fmt: skip


def role_for(provider: OpenIdProvider, person: Person) -> str | None:
    """The role that the provider's word makes of somebody; None if it says nothing of him."""
    fitting = [role for value, role in provider.roles.items() if value in person.roles]
    return fitting[0] if fitting else provider.role


def _client(provider: OpenIdProvider, back: str, allowed: Allowed) -> OAuth2Session:
    method = "client_secret_basic" if provider.client_secret else "none"
    client = OAuth2Session(
        provider.client_id, provider.client_secret, scope=provider.scope, redirect_uri=back,
        token_endpoint_auth_method=method, code_challenge_method="S256", default_timeout=PATIENCE,
    )  # fmt: skip
    guard(client, allowed)
    if provider.ca_file:
        client.verify = provider.ca_file
    return client


def _found(client: OAuth2Session, provider: OpenIdProvider) -> dict[str, Any]:
    """What the provider says of itself (OpenID Connect Discovery)."""
    try:
        known = _json(client, provider.issuer.rstrip("/") + WELL_KNOWN)
        endpoints = [known["authorization_endpoint"], known["token_endpoint"], known["jwks_uri"]]
    except (requests.RequestException, KeyError, ValueError) as error:
        raise NotLetIn(f"{provider.issuer} cannot be asked: {error}") from error
    if known.get("issuer") != provider.issuer:
        raise NotLetIn(f"{provider.issuer} says that it is {known.get('issuer')!r}")
    if provider.issuer.startswith("https://") and not all(url.startswith("https://") for url in endpoints):
        raise NotLetIn(f"{provider.issuer} names an address without TLS")
    return known


def _json(client: OAuth2Session, url: str, *, withhold_token: bool = True) -> dict[str, Any]:
    answer = client.get(url, withhold_token=withhold_token, timeout=PATIENCE, allow_redirects=False)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError(f"{url} gives no object")
    return found


def _claims(provider: OpenIdProvider, asked: Asked, token: str, keys: KeySet) -> dict[str, Any]:
    """What the provider has signed, for us, now, and for this very request (OpenID Connect Core, 3.1.3.7)."""
    claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    jwt.JWTClaimsRegistry(
        leeway=LEEWAY, iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True}, iat={"essential": True}, sub={"essential": True}, nonce={"essential": True},
    ).validate(claims)  # fmt: skip
    if not hmac.compare_digest(str(claims["nonce"]).encode(), asked.nonce.encode()):
        raise ValueError("the nonce is another one")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise ValueError("it is meant for another client")
    return dict(claims)


def _text(value: Any) -> str | None:
    return value[:200] if isinstance(value, str) and value.strip() else None


def _values(claim: Any) -> frozenset[str]:
    found = claim if isinstance(claim, list) else [claim]
    return frozenset(value for value in found if isinstance(value, str))

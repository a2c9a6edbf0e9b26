"""Attacks on signing in by OpenID Connect, each by the whole way through the browser: the session that must not be opened."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from joserfc.jwk import RSAKey

from designer.access import openid
from designer.access.openid import NotLetIn
from engine.host.settings import Settings
from tests.designer.people import Person
from tests.designer.provider import provider_of
from tests.designer.strict_provider import StrictProvider, strict
from tests.designer.test_openid import HERE, opened

BACK = "http://127.0.0.1/back"
BEGIN = "/api/v1/sign-in/openid/hospital"
FAILED, AGAIN, IN = "/sign-in?refused=failed", "/sign-in?refused=again", "/flows"


@pytest.fixture
def provider() -> Iterator[StrictProvider]:
    with strict() as made:
        yield made


@pytest.fixture
def there(settings: Settings, app: Flask, provider: StrictProvider) -> Flask:
    """The designer that this provider may send people to. `app` has made its databases."""
    return opened(settings, provider_of(provider.issuer, new_users=True, role="designer"))


def begun(person: Person) -> str:
    """Where somebody is sent to sign in."""
    return str(person.client.get(BEGIN).headers["Location"])


def come_back(person: Person, url: str) -> str:
    """Where somebody is who comes back from the provider."""
    return str(person.client.get(url).headers["Location"])


def test_who_does_all_right_is_in_and_his_code_opens_nothing_twice(there: Flask, provider: StrictProvider) -> None:
    person = Person(there)
    back = provider.consented(begun(person))
    assert come_back(person, back) == IN and person.is_in()
    assert come_back(person, back) == AGAIN, "what was asked has been answered"
    thief = Person(there)
    state = dict(parse_qsl(urlsplit(begun(thief)).query))["state"]
    code = dict(parse_qsl(urlsplit(back).query))["code"]
    stolen = f"{BEGIN}/back?{urlencode({'code': code, 'state': state})}"
    assert come_back(thief, stolen) == FAILED and not thief.is_in()
    assert provider.refused == ["the code is unknown, or was given already"]


def test_a_code_that_was_caught_is_worth_nothing_in_another_browser(there: Flask, provider: StrictProvider) -> None:
    """The code is fresh and the state the thief's own: it is his verifier that is not the one it is bound to (PKCE)."""
    victim, thief = Person(there), Person(there)
    code = dict(parse_qsl(urlsplit(provider.consented(begun(victim))).query))["code"]
    state = dict(parse_qsl(urlsplit(begun(thief)).query))["state"]
    assert come_back(thief, f"{BEGIN}/back?{urlencode({'code': code, 'state': state})}") == FAILED
    assert provider.refused == ["the verifier is another one"] and not thief.is_in()


def test_a_wrong_verifier_and_another_address_are_refused_by_the_provider(provider: StrictProvider) -> None:
    ours = provider_of(provider.issuer)
    for change, back, why in (
        ({"verifier": "x" * 64}, BACK, "the verifier is another one"), ({}, "http://127.0.0.1/elsewhere", "another address"),
    ):  # fmt: skip
        url, asked = openid.ask("hospital", ours, back=BACK, to="/", allowed=HERE)
        sent = dict(parse_qsl(urlsplit(provider.consented(url)).query))
        wrong = openid.Asked(**{field: getattr(asked, field) for field in asked.__struct_fields__} | change)
        with pytest.raises(NotLetIn):
            openid.answered(ours, wrong, code=sent["code"], state=sent["state"], back=back, allowed=HERE)
        assert provider.refused.pop() == why


def _lie(provider: StrictProvider, lie: str) -> None:
    match lie:
        case "none":
            provider.algorithm = "none"
        case "HS256 by the public key":
            provider.signs_with = provider.key.as_pem(private=False)
        case "another's key of the same name":
            provider.signs_with = RSAKey.generate_key(2048, {"kid": "first"})
        case "expired":
            provider.lies = {"iat": int(time.time()) - 900, "exp": int(time.time()) - 600}
        case "issuer":
            provider.lies = {"iss": "https://evil.example"}
        case "audience":
            provider.lies = {"aud": "another"}
        case "nonce":
            provider.lies = {"nonce": "another"}
        case "no nonce":
            provider.lies = {"nonce": None}


LIES = ("none", "HS256 by the public key", "another's key of the same name", "expired", "issuer", "audience", "nonce", "no nonce")


@pytest.mark.filterwarnings("ignore:JWS algorithm")
@pytest.mark.parametrize("lie", LIES)
def test_a_word_that_is_not_signed_for_us_and_now_opens_nothing(there: Flask, provider: StrictProvider, lie: str) -> None:
    person = Person(there)
    _lie(provider, lie)
    assert come_back(person, provider.consented(begun(person))) == FAILED
    assert not person.is_in()
    assert provider.refused == [], "it was the word that was refused, not the code"


def test_a_state_of_ones_own_making_opens_nothing(there: Flask, provider: StrictProvider) -> None:
    """A link that signs somebody in as another (login CSRF): a good code, but a state that this browser never had."""
    person = Person(there)
    begun(person)
    code = dict(parse_qsl(urlsplit(provider.consented(begun(Person(there)))).query))["code"]
    for state in ("", "x", "null"):
        begun(person)
        assert come_back(person, f"{BEGIN}/back?{urlencode({'code': code, 'state': state})}") == FAILED
    assert not person.is_in()


def test_keys_that_the_provider_has_changed_are_known_at_once_and_the_old_ones_no_more(there: Flask, provider: StrictProvider) -> None:
    first = Person(there)
    assert come_back(first, provider.consented(begun(first))) == IN
    old = provider.key
    provider.rotate("second")
    second = Person(there)
    assert come_back(second, provider.consented(begun(second))) == IN
    provider.signs_with = old
    third = Person(there)
    assert come_back(third, provider.consented(begun(third))) == FAILED and not third.is_in()


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "/%0d%0aSet-Cookie:x=1", "javascript:alert(1)", "\\\\evil", "/\t/evil.example"])
def test_nobody_is_sent_to_another_site_from_here(there: Flask, provider: StrictProvider, to: str) -> None:
    person = Person(there)
    asked: Any = person.client.get(f"{BEGIN}?{urlencode({'to': to})}")
    where = come_back(person, provider.consented(asked.headers["Location"]))
    assert where.startswith("/") and not where.startswith(("//", "/\\", "/\t")) and "evil" not in where.split("?")[0].partition("/")[0]
    assert urlsplit("http://localhost" + where).hostname == "localhost" and "\r" not in where and "\n" not in where

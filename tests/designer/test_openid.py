"""Signing in by OpenID Connect, with a provider that is a process of its own and signs what it says."""

from __future__ import annotations

import base64
import hashlib
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OctKey

from designer.access import openid
from designer.access.openid import NotLetIn
from designer.app import create_app
from engine.adapters.guard import Allowed
from engine.host.openid_provider import OpenIdProvider
from engine.host.settings import Settings
from tests.designer.people import PASSWORD, Person, joined, quick_hashes
from tests.designer.provider import provider_of, running
from tests.product import free_port

HERE = Allowed.read("127.0.0.1")
ROLES = {"cw-admins": "administrator", "cw-auditors": "auditor"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_hashes(monkeypatch)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with running() as address:
        yield address


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def consent(url: str, subject: str) -> str:
    """Sign in at the provider as somebody; the address to which it sends the browser back."""
    form = urllib.parse.urlencode({"sub": subject}).encode()
    try:
        urllib.request.build_opener(NoRedirect).open(urllib.request.Request(url, form), timeout=30)
    except urllib.error.HTTPError as answer:
        assert answer.code in (302, 303), answer.read()
        return str(answer.headers["Location"])
    raise AssertionError("the provider sent nobody back")


def opened(settings: Settings, provider: OpenIdProvider, allow: str = "127.0.0.1") -> Flask:
    return create_app(settings.model_copy(update={"url": "http://localhost", "openid": {"hospital": provider}, "allow_hosts": allow}), live_queue=False)


def come_in(person: Person, subject: str, to: str = "/campaigns") -> str:
    """Walk the whole way; where the browser is at its end."""
    begun = person.client.get(f"/api/v1/sign-in/openid/hospital?to={urllib.parse.quote(to)}")
    assert begun.status_code == 302
    back = consent(begun.headers["Location"], subject)
    return person.client.get(back).headers["Location"]


def test_somebody_new_comes_in_with_the_role_that_the_provider_says(settings: Settings, app: Flask, issuer: str) -> None:
    there = opened(settings, provider_of(issuer, new_users=True, role_claim="groups", roles=ROLES))
    assert there.test_client().get("/api/v1/sign-in").json["openid"] == [{"id": "hospital", "name": "Hospital"}]  # type: ignore[index]
    person = Person(there)
    assert come_in(person, "u1") == "/campaigns"
    me = person("GET", "/me").json
    assert (me["name"], me["role"], me["tenant"]) == ("Li Ming", "administrator", "main")
    assert person("GET", "/me/account").json["openid"] == [issuer]
    again = Person(there)
    come_in(again, "u1")
    assert again("GET", "/me").json["user"] == me["user"], "known by issuer and subject"
    assert come_in(Person(there), "u2") == "/sign-in?refused=unknown", "no role is said of this one"
    assert come_in(Person(there), "u3", "//evil.example/x") == "/flows"


def test_who_has_no_account_stays_outside_and_addresses_link_only_where_that_is_set(settings: Settings, app: Flask, call: Any, issuer: str) -> None:
    joined(app, call)
    joined(app, call, login="unverified@ward.example")
    plain = opened(settings, provider_of(issuer, new_users=True, role="designer"))
    assert come_in(Person(plain), "u1") == "/sign-in?refused=unknown", "an address alone is nobody's"
    linking = opened(settings, provider_of(issuer, link_by_email=True))
    person = Person(linking)
    assert come_in(person, "u1") == "/campaigns"
    assert person("GET", "/me").json["name"] == "Li Ming"
    assert come_in(Person(linking), "u2") == "/sign-in?refused=unknown", "an address that nobody has verified"
    assert come_in(Person(linking), "u3") == "/sign-in?refused=unknown"


def test_a_user_links_a_provider_himself_and_unlinks_it(settings: Settings, app: Flask, call: Any, issuer: str) -> None:
    joined(app, call)
    there = opened(settings, provider_of(issuer))
    moved = Person(there)
    assert moved.sign_in().status_code == 200
    assert come_in(Person(there), "u3") == "/sign-in?refused=unknown", "linked to nobody yet"
    wanted = [{"id": "hospital", "name": "Hospital", "linked": False}]
    assert moved("GET", "/me/account").json["providers"] == wanted
    assert moved("POST", "/me/openid/hospital", {"password": "wrong"}).status_code == 422
    assert moved("POST", "/me/openid/nobody", {"password": PASSWORD}).status_code == 404

    def link(subject: str) -> str:
        asked = moved("POST", "/me/openid/hospital", {"password": PASSWORD})
        return str(moved.client.get(consent(asked.json["address"], subject)).headers["Location"])

    foreign = moved("POST", "/me/openid/hospital", {"password": PASSWORD}).json["address"]
    assert Person(there).client.get(consent(foreign, "u3")).headers["Location"] == "/sign-in?refused=again", "another browser"
    assert link("u3") == "/account?linked=hospital"
    assert moved("GET", "/me/account").json["providers"][0]["linked"] is True
    other = Person(there)
    assert come_in(other, "u3") == "/campaigns"
    assert other("GET", "/me").json["name"] == "Li Ming"
    joined(app, call, login="second@ward.example", name="Second")
    assert moved.sign_in("second@ward.example").status_code == 200
    assert link("u3") == "/account?taken=hospital", "somebody else's"
    assert moved.sign_in().status_code == 200
    assert moved("POST", "/me/openid/hospital/remove", {"password": PASSWORD}).status_code == 204
    assert not other.is_in(), "who has come in by it is out"
    assert come_in(Person(there), "u3") == "/sign-in?refused=unknown"
    assert moved("POST", "/me/openid/hospital/remove", {"password": PASSWORD}).status_code == 404
    actions = [row["action"] for row in call("GET", "/audit?limit=100").json["items"]]
    assert (actions.count("openid.linked"), actions.count("openid.unlinked")) == (1, 1)


def test_who_has_no_password_keeps_his_only_way_in(settings: Settings, app: Flask, issuer: str) -> None:
    there = opened(settings, provider_of(issuer, new_users=True, role="designer"))
    person = Person(there)
    come_in(person, "u1")
    assert person.is_in()
    assert person("POST", "/me/openid/hospital/remove", {}).status_code == 409
    assert Person(there)("POST", "/me/openid/hospital", {}).status_code == 401


def test_a_provider_inside_the_house_has_to_be_allowed(settings: Settings, app: Flask, issuer: str) -> None:
    port = issuer.rpartition(":")[2]
    for allow, lets_in in (("", False), ("127.0.0.1:9", False), (f"127.0.0.1:{port}", True)):
        there = opened(settings, provider_of(issuer, new_users=True, role="designer"), allow)
        asked = there.test_client().get("/api/v1/sign-in/openid/hospital").headers["Location"]
        assert (asked == "/sign-in?refused=failed") is not lets_in, allow
    with pytest.raises(NotLetIn, match="inside the house"):
        openid.ask("hospital", provider_of(issuer), back="/", to="/", allowed=Allowed())
    named = provider_of(issuer.replace("127.0.0.1", "localhost"))
    with pytest.raises(NotLetIn, match="inside the house"):
        openid.ask("hospital", named, back="/", to="/", allowed=Allowed.read("10.0.0.0/8"))


def test_answers_that_are_foreign_late_or_used_open_nothing(settings: Settings, app: Flask, issuer: str) -> None:
    there = opened(settings, provider_of(issuer, new_users=True, role="designer"))
    person, other = Person(there), Person(there)
    back = consent(person.client.get("/api/v1/sign-in/openid/hospital").headers["Location"], "u1")
    assert other.client.get(back).headers["Location"] == "/sign-in?refused=again", "another browser's answer"
    other.client.get("/api/v1/sign-in/openid/hospital")
    assert other.client.get(back).headers["Location"] == "/sign-in?refused=failed", "another state"
    assert person.client.get(back).headers["Location"] == "/flows"
    assert person.is_in()
    assert Person(there).client.get(back).headers["Location"] == "/sign-in?refused=again"
    denied = Person(there)
    denied.client.get("/api/v1/sign-in/openid/hospital")
    assert denied.client.get("/api/v1/sign-in/openid/hospital/back?error=access_denied").headers["Location"] == "/sign-in?refused=failed"
    assert person.client.get("/api/v1/sign-in/openid/nobody").status_code == 404


def test_what_the_provider_signs_has_to_be_meant_for_us_and_for_this_request(issuer: str) -> None:
    back = "http://127.0.0.1/back"
    provider = provider_of(issuer)

    def returned(asked_by: OpenIdProvider = provider) -> tuple[str, str, openid.Asked]:
        url, asked = openid.ask("hospital", asked_by, back=back, to="/", allowed=HERE)
        sent = urllib.parse.parse_qs(urllib.parse.urlsplit(consent(url, "u1")).query)
        return sent["code"][0], sent["state"][0], asked

    code, state, asked = returned()
    person = openid.answered(provider, asked, code=code, state=state, back=back, allowed=HERE)
    assert (person.subject, person.email) == ("u1", "li@ward.example")
    for change in ({"nonce": "x"}, {"state": "x"}):
        code, state, asked = returned()
        wrong = openid.Asked(**{field: getattr(asked, field) for field in asked.__struct_fields__} | change)
        with pytest.raises(NotLetIn, match="another one"):
            openid.answered(provider, wrong, code=code, state=state, back=back, allowed=HERE)
    with pytest.raises(NotLetIn, match="says that it is"):
        openid.ask("hospital", provider_of(issuer + "/"), back=back, to="/", allowed=HERE)
    with pytest.raises(NotLetIn, match="cannot be asked"):
        openid.ask("hospital", provider_of(f"http://127.0.0.1:{free_port()}"), back=back, to="/", allowed=HERE)


def test_the_code_is_bound_to_who_asked(issuer: str) -> None:
    url, asked = openid.ask("hospital", provider_of(issuer), back="http://127.0.0.1/back", to="/", allowed=HERE)
    sent = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
    assert (sent["code_challenge"], sent["code_challenge_method"]) == (challenge, "S256")
    assert (sent["state"], sent["nonce"], sent["response_type"]) == (asked.state, asked.nonce, "code")


OURS, FOREIGN = ECKey.generate_key("P-256", {"kid": "1"}), ECKey.generate_key("P-256", {"kid": "1"})


@pytest.mark.filterwarnings("ignore:JWS algorithm")
@pytest.mark.parametrize(
    ("changes", "key", "algorithm"),
    [
        ({"iss": "https://evil.example"}, OURS, "ES256"),
        ({"aud": "another"}, OURS, "ES256"),
        ({"aud": ["callweave", "another"], "azp": "another"}, OURS, "ES256"),
        ({"exp": 1_000_000_000}, OURS, "ES256"),
        ({"iat": 4_000_000_000, "exp": 4_000_000_060}, OURS, "ES256"),
        ({"nbf": 4_000_000_000}, OURS, "ES256"),
        ({"iat": None}, OURS, "ES256"),
        ({"exp": None}, OURS, "ES256"),
        ({}, OURS, "none"),
        ({"nonce": "another"}, OURS, "ES256"),
        ({"nonce": None}, OURS, "ES256"),
        ({"sub": None}, OURS, "ES256"),
        ({}, FOREIGN, "ES256"),
        ({}, OctKey.import_key(json.dumps(OURS.as_dict(private=False))), "HS256"),
    ],
)
def test_a_forged_word_lets_nobody_in(changes: dict[str, Any], key: Any, algorithm: str) -> None:
    provider = OpenIdProvider(issuer="https://id.example", client_id="callweave")
    asked = openid.Asked(provider="hospital", state="s", nonce="n", verifier="v", to="/")
    sound = {"iss": provider.issuer, "aud": "callweave", "sub": "u1", "nonce": "n", "iat": int(time.time()), "exp": int(time.time()) + 60}
    keys = KeySet([ECKey.import_key(OURS.as_dict(private=False))])

    def word(claims: dict[str, Any], by: Any = OURS, how: str = "ES256") -> str:
        return jwt.encode({"alg": how, "kid": "1"}, claims, by, algorithms=["ES256", "HS256", "none"])

    assert openid._claims(provider, asked, word(sound), keys)["sub"] == "u1"
    claims = {name: value for name, value in (sound | changes).items() if value is not None}
    with pytest.raises((JoseError, ValueError)):
        openid._claims(provider, asked, word(claims, key, algorithm), keys)

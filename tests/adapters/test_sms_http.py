"""What a provider tells us by HTTP, read by declaration; requests of ours that are signed; who is the provider. Tables."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from pydantic import ValidationError

from engine.adapters.message_news import PartOf, Receipt, TextReceived
from engine.adapters.sms_http import translate
from engine.adapters.sms_http.asked import Asked
from engine.adapters.sms_http.config import SmsHttpConfig
from engine.adapters.sms_http.incoming import Garbled, news
from engine.adapters.sms_http.known import doubt
from engine.adapters.sms_http.times import read_time
from engine.commands import SendSms

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
NOW = str(int(AT.timestamp()))
SMS = SendSms(id="4", to="+8613800138000", text="您好 &=")
SECRET = "0123456789abcdef"
BY_SECRET = {"stands": "query.token", "secret": "callback"}
RECEIPT = {"tells": "receipt", "reference": "form.id", "state": "form.state", "states": {"OK": "delivered"}}
FORM = {"tells": "text", "sender": "form.from", "receiver": "form.to", "text": "form.text"}
TEXT = {"tells": "text", "sender": "query.from", "receiver": "query.to", "text": "query.text"}


def config(**fields: Any) -> SmsHttpConfig:
    secrets = {"callback": SECRET, "app": "s3cr3t"} | fields.pop("secrets", {})
    return SmsHttpConfig(url="https://sms.example/send", secrets=secrets, **fields)


def asked(target: str = "/in", body: bytes = b"", **fields: Any) -> Asked:
    kind = fields.pop("kind", "application/x-www-form-urlencoded")
    headers = {"Content-Type": kind} | fields.pop("headers", {})
    given = {"method": "POST", "base": "https://calls.example", "address": "203.0.113.9"} | fields
    return Asked(target=target, headers=headers, body=body, **given)


def callback(**fields: Any) -> Any:
    return config(callbacks={"one": {"known_by": BY_SECRET} | fields}).callbacks["one"]


# --- what is told


@pytest.mark.parametrize(
    ("octets", "charset", "text"),
    [
        ("您好，2。".encode("utf-16-be"), "UTF-16BE", "您好，2。"),
        ("Yes, £2 è".encode(), "GSM", "Yes, £2 è"),
        ("“fine”".encode("cp1252"), "WINDOWS-1252", "“fine”"),
        (b"a+b c%", "GSM", "a+b c%"),
    ],
)
def test_a_text_comes_in_the_charset_that_is_named(octets: bytes, charset: str, text: str) -> None:
    charsets = {"GSM": "utf-8", "UTF-16BE": "utf-16-be", "WINDOWS-1252": "cp1252"}
    told = callback(**TEXT, charset_from="query.charset", charsets=charsets, id="query.id", time="query.at")
    query = f"from=%2B8613800138000&to=106900&text={quote(octets)}&charset={charset}&id=7&at={NOW}"
    (found,) = news(told, asked(f"/in?{query}"), datetime(2000, 1, 1, tzinfo=UTC))
    assert found == TextReceived(external_id="7", sender="+8613800138000", receiver="106900", text=text, at=AT)


def test_parts_and_several_reports_in_json() -> None:
    told = callback(
        tells="text", each="json.list", sender="each.a.from", receiver="json.to", text="each.t", id="each.id",
        part_reference="each.ref", part_number="each.n", part_total="each.of",
    )  # fmt: skip
    body = '{"to": 106900, "list": [{"a": {"from": "1"}, "t": "一", "id": 1, "ref": "9", "n": 2, "of": 3}, {"a": {"from": "2"}, "t": "b", "of": 1}]}'
    first, second = news(told, asked(body=body.encode(), kind="application/json"), AT)
    assert first == TextReceived(
        external_id="1", sender="1", receiver="106900", text="一", at=AT, part=PartOf(reference=9, number=2, total=3)
    )
    assert (second.sender, second.part, second.external_id) == ("2", None, "")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("state", "read"), [("OK", ("delivered", "5")), ("odd", ("unknown", "odd 5")), ("o" * 99, ("unknown", "o" * 40 + " 5"))]
)
def test_a_state_that_is_not_declared_is_unknown_and_shown(state: str, read: tuple[str, str]) -> None:
    told = callback(**RECEIPT, reason="form.why")
    (found,) = news(told, asked(body=f"id=a1&state={state}&why=5".encode()), AT)
    assert found == Receipt(reference="a1", state=read[0], at=AT, reason=read[1])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "request_", "place"),
    [
        (RECEIPT, asked(body=b"state=OK"), "form.id"),
        (RECEIPT, asked(body=b"id=1&state="), "form.state"),
        (RECEIPT, asked(body=b'{"id": 1}', kind="application/json"), "form.state"),
        (TEXT, asked("/in?from=1&to=2"), "query.text"),
        (TEXT | {"charset_from": "query.c"}, asked("/in?from=1&to=2&text=a&c=utf-7"), "query.c"),
        ({**RECEIPT, "each": "json.a"}, asked(body=b"{}", kind="application/json"), "json.a"),
        ({**RECEIPT, "each": "json.a"}, asked(body=b"[" * 100_000, kind="application/json"), "json.a"),
        ({**RECEIPT, "each": "json.a"}, asked(body=b'{"a": [' + b"1," * 1_000 + b"1]}"), "json.a"),
    ],
)
def test_what_is_missing_is_named_with_its_place(fields: dict[str, Any], request_: Asked, place: str) -> None:
    with pytest.raises(Garbled) as refused:
        news(callback(**fields), request_, AT)
    assert refused.value.fault.path == place


def test_bytes_that_are_no_text_become_a_text() -> None:
    (found,) = news(callback(**TEXT), asked("/in?from=%ff&to=%00&text=%ff%fe%00"), AT)
    assert isinstance(found, TextReceived) and found.text == "\ufffd\ufffd\0"


# --- who tells it


def twilio(params: list[tuple[str, str]], url: str = "https://calls.example/in", token: str = "s3cr3t") -> str:
    """As its documentation says, written once more: HMAC-SHA1 over the address and the sorted fields."""
    signed = url + "".join(name + value for name, value in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


TWILIO = {
    "stands": "header.X-Twilio-Signature",
    "sign": {"algorithm": "hmac-sha1", "encoding": "base64", "secret": "app", "signed": "{{ url }}{{ sorted_joined }}"},
}
PARAMS = [("MessageSid", "SM1"), ("Body", "您好 + 1"), ("From", "+14155550100"), ("AddOns", "")]


def doubted(known_by: dict[str, Any], request_: Asked) -> str | None:
    made = config(callbacks={"one": {**(FORM if "sign" in known_by else TEXT), "known_by": known_by}})
    return doubt(made.callbacks["one"].known_by, request_, made.secrets, AT)


@pytest.mark.parametrize(
    ("signature", "body", "why"),
    [
        (twilio(PARAMS), urlencode(PARAMS), None),
        (twilio(PARAMS), urlencode(PARAMS[::-1]), None),
        (twilio(PARAMS), urlencode(PARAMS).replace("SM1", "SM2"), "wrong"),
        (twilio(PARAMS), urlencode([*PARAMS, ("Extra", "1")]), "wrong"),
        (twilio(PARAMS, "https://other.example/in"), urlencode(PARAMS), "wrong"),
        (twilio(PARAMS, token="guessed"), urlencode(PARAMS), "wrong"),
        (twilio(PARAMS).lower(), urlencode(PARAMS), "wrong"),
        ("ü" * 28, urlencode(PARAMS), "wrong"),
        ("", urlencode(PARAMS), "missing"),
    ],
)
def test_a_signature_over_address_and_fields(signature: str, body: str, why: str | None) -> None:
    assert doubted(TWILIO, asked(body=body.encode(), headers={"X-Twilio-Signature": signature})) == why


def test_twilios_own_example() -> None:
    """The example in Twilio's security documentation: token 12345."""
    made = config(secrets={"app": "12345"}, callbacks={"one": {**FORM, "known_by": TWILIO}})
    body = urlencode(
        {"CallSid": "CA1234567890ABCDE", "Caller": "+12349013030", "Digits": "1234", "From": "+12349013030", "To": "+18005551212"}
    ).encode()  # fmt: skip
    request_ = asked(
        "/myapp.php?foo=1&bar=2", body, base="https://mycompany.com", headers={"X-Twilio-Signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ="}
    )
    assert doubt(made.callbacks["one"].known_by, request_, made.secrets, AT) is None


def hex_of(message: bytes, key: bytes = b"s3cr3t") -> str:
    return hmac.new(key, message, hashlib.sha256).hexdigest()


TIMED = {
    "stands": "header.X-Signature", "time": "header.X-Time", "within": 300,
    "sign": {"secret": "app", "signed": "v0:{{ header.X-Time }}:{{ body }}", "prefix": "v0="},
}  # fmt: skip


@pytest.mark.parametrize(
    ("time", "signed", "why"),
    [
        (NOW, NOW, None), (str(int(NOW) - 299), str(int(NOW) - 299), None),
        (str(int(NOW) - 301), str(int(NOW) - 301), "old"), (str(int(NOW) + 301), str(int(NOW) + 301), "old"),
        (NOW, str(int(NOW) - 301), "wrong"), ("", "", "old"), ("soon", "soon", "old"), ("9" * 39, "9" * 39, "old"),
    ],
)  # fmt: skip
def test_a_signature_of_long_ago_counts_no_more(time: str, signed: str, why: str | None) -> None:
    body = "数据\xff".encode()
    signature = "v0=" + hex_of(f"v0:{signed}:".encode() + body)
    given = asked(body=body, headers={"X-Signature": signature.upper().replace("V0", "v0"), "X-Time": time})
    assert doubted(TIMED, given) == why


@pytest.mark.parametrize(
    ("target", "address", "why"),
    [
        (f"/in?token={SECRET}", "203.0.113.9", None), (f"/in?a=1&token={SECRET}", "::ffff:203.0.113.9", None),
        (f"/in?token={SECRET}", "198.51.100.1", "address"), (f"/in?token={SECRET}", "", "address"),
        ("/in?token=0123456789abcdeF", "203.0.113.9", "wrong"), ("/in", "203.0.113.9", "missing"),
        ("/in?token=%FF%00", "203.0.113.9", "wrong"), (f"/in?token=&token={SECRET}", "203.0.113.9", "missing"),
    ],
)  # fmt: skip
def test_a_secret_and_the_address_it_comes_from(target: str, address: str, why: str | None) -> None:
    assert doubted(BY_SECRET | {"addresses": ["203.0.113.0/24"]}, asked(target, address=address)) == why


# --- requests of ours that are signed


def test_a_form_that_is_signed_by_its_sorted_fields() -> None:
    made = translate.request(
        config(
            form={"phone": "{{ to }}", "content": "{{ text }}", "appid": "a1", "timestamp": "{{ time }}"},
            sign={"algorithm": "md5", "encoding": "hex_upper", "signed": "{{ sorted }}&key={{ secrets.app }}", "stands": "form.sign"},
        ),
        SMS, "k", at=AT,
    )  # fmt: skip
    signed = f"appid=a1&content=您好 &=&phone=+8613800138000&timestamp={NOW}&key=s3cr3t"
    sign = hashlib.md5(signed.encode()).hexdigest().upper()
    wanted = {"phone": "+8613800138000", "content": "您好 &=", "appid": "a1", "timestamp": NOW, "sign": sign}
    assert made.body == urlencode(wanted).encode()


def test_the_address_may_be_signed_and_so_may_a_body() -> None:
    by_query = translate.request(
        config(
            method="GET", params={"PhoneNumbers": "{{ to }}", "Text": "{{ text }}", "Nonce": "{{ nonce }}", "At": "{{ date }}"},
            sign={"algorithm": "hmac-sha1", "encoding": "base64", "secret": "app", "signed": "{{ method }}&%2F&{{ sorted_encoded }}",
                  "stands": "query.Signature"},
        ),
        SMS, "k", at=AT,
    )  # fmt: skip
    nonce = hashlib.sha256(f"k {AT.isoformat()}".encode()).hexdigest()[:32]
    signed = f"GET&%2F&At=2026-11-22T08%3A00%3A00Z&Nonce={nonce}&PhoneNumbers=%2B8613800138000&Text=%E6%82%A8%E5%A5%BD%20%26%3D"
    sign = base64.b64encode(hmac.new(b"s3cr3t", signed.encode(), hashlib.sha1).digest()).decode()
    assert by_query.url.endswith("&" + urlencode({"Signature": sign}))
    by_body = translate.request(
        config(
            json_body={"to": "{{ to }}"}, headers={"X-Time": "{{ time }}"},
            sign={"secret": "app", "signed": "{{ time }}.{{ body }}", "prefix": "sha256=", "stands": "header.X-Signature"},
        ),
        SMS, "k", at=AT,
    )  # fmt: skip
    assert by_body.body is not None
    assert by_body.headers["X-Signature"] == "sha256=" + hex_of(f"{NOW}.".encode() + by_body.body)


# --- declarations that are refused


def signed_by(template: str) -> dict[str, Any]:
    return {"stands": "header.X-Signature", "sign": {"secret": "app", "signed": template}}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"callbacks": {"one": {**TEXT}}}, "known_by"),
        ({"callbacks": {"one": {**TEXT, "known_by": {"stands": "query.t"}}}}, "either the secret"),
        ({"callbacks": {"one": {**TEXT, "known_by": {"stands": "query.t", "secret": "none"}}}}, "no secret named none"),
        ({"callbacks": {"one": {**TEXT, "known_by": {"stands": "query.t", "secret": "app"}}}}, "too short"),
        ({"callbacks": {"one": {**TEXT, "known_by": {"stands": "cookie.t", "secret": "callback"}}}}, "pattern"),
        ({"callbacks": {"one": {**TEXT, "known_by": BY_SECRET | {"addresses": ["here"]}}}}, "no network"),
        ({"callbacks": {"one": {**FORM, "known_by": TWILIO | {"time": "header.X-Time"}}}}, "is not signed"),
        ({"callbacks": {"one": {**FORM, "known_by": signed_by("{{ url }}")}}}, "is not signed"),
        ({"callbacks": {"one": {**TEXT, "known_by": signed_by("{{ sorted }}")}}}, "is not signed"),
        ({"callbacks": {"one": {**FORM, "method": "GET", "known_by": signed_by("{{ sorted }}")}}}, "is not signed"),
        ({"callbacks": {"one": {**RECEIPT, "each": "json.a", "known_by": signed_by("{{ sorted }}")}}}, "is not signed"),
        ({"callbacks": {"one": {**RECEIPT, "id": "json.a.b", "known_by": signed_by("{{ sorted }}")}}}, "is not signed"),
        ({"callbacks": {"one": {"tells": "text", "known_by": BY_SECRET}}}, "needs"),
        ({"callbacks": {"one": {**TEXT, "text": "each.t", "known_by": BY_SECRET}}}, "without where"),
        ({"callbacks": {"a/b": {**TEXT, "known_by": BY_SECRET}}}, "pattern"),
        ({"sign": {"algorithm": "md5", "signed": "{{ sorted }}", "stands": "form.sign"}}, "no key of its own"),
        ({"sign": {"signed": "{{ sorted }}", "stands": "form.sign"}}, "needs the name of the secret"),
        ({"sign": {"secret": "app", "signed": "{{ nobody }}", "stands": "form.sign"}}, "no name that may stand here"),
        ({"sign": {"secret": "app", "signed": "{{ body }}", "stands": "json.sign"}}, "there is none"),
        ({"form": {"a": "{{ body }}"}}, "no name that may stand here"),
        ({"callbacks": {"one": {**TEXT, "known_by": {"stands": "query.s", "sign": {"secret": "app", "signed": "{{ odd }}"}}}}}, "may be signed"),
    ],
)  # fmt: skip
def test_a_declaration_that_keeps_nobody_out_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        config(**fields)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (NOW.encode(), AT), (f"{NOW}123".encode(), AT.replace(microsecond=123_000)), (b"2026-11-22T16:00:00+08:00", AT),
        (b"Sun, 22 Nov 2026 08:00:00 +0000", AT), (b"2026-11-22 16:00:00", None), (b"", None), (None, None),
        (b"\xff", None), (b"9" * 40, None), ("²".encode(), None),
    ],
)  # fmt: skip
def test_times(written: bytes | None, read: datetime | None) -> None:
    assert read_time(written) == read

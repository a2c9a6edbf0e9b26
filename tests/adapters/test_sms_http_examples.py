"""The declarations in examples/gateways do what they are there for."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from engine.adapters.http.client import Received
from engine.adapters.message_news import News, Receipt, TextReceived
from engine.adapters.sms_http import SmsHttpConfig, translate
from engine.adapters.sms_http.asked import Asked
from engine.adapters.sms_http.incoming import news
from engine.adapters.sms_http.known import doubt
from engine.commands import SendSms

FOLDER = Path(__file__).parents[2] / "examples" / "gateways"
AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
NOW = str(int(AT.timestamp()))
SMS = SendSms(id="1", to="+8613800138000", text="您好")


def example(name: str) -> SmsHttpConfig:
    return SmsHttpConfig.model_validate(json.loads((FOLDER / f"{name}.json").read_text())["config"])


def told(config: SmsHttpConfig, callback: str, body: bytes, kind: str, **headers: str) -> list[News] | str:
    """What one request tells, or why it is not believed."""
    given = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}
    asked = Asked(
        method="POST", base=config.public_url, target=f"/api/v1/inbound/main/sms/{callback}", headers=given, body=body,
        address="203.0.113.9",
    )  # fmt: skip
    declared = config.callbacks[callback]
    return doubt(declared.known_by, asked, config.secrets, AT) or [*news(declared, asked, AT)]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_each_is_a_set_up_that_tells_receipts_and_texts(path: Path) -> None:
    config = example(path.stem)
    assert config.receipts and {each.tells for each in config.callbacks.values()} == {"receipt", "text"}


def test_twilio_is_asked_as_it_wants() -> None:
    asked = translate.request(example("twilio"), SMS, "k", at=AT)
    sent = dict(parse_qsl((asked.body or b"").decode()))
    assert (sent["To"], sent["From"], sent["Body"]) == ("+8613800138000", "+14155550100", "您好")
    account, _, token = b64decode(asked.headers["Authorization"].removeprefix("Basic ")).decode().partition(":")
    assert (account[:2], token) == ("AC", "change-me-the-auth-token")
    answer = Received(
        status=201, media_type="application/json", charset="", body=b'{"sid": "SM1"}', whole=True
    )  # fmt: skip
    assert translate.outcome(example("twilio"), SMS, answer, "k").reference == "SM1"


@pytest.mark.parametrize(
    ("callback", "fields", "wanted"),
    [
        ("receipts", {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30005"},
         Receipt(reference="SM1", state="failed", at=AT, reason="30005")),
        ("texts", {"MessageSid": "SM2", "From": "+8613800138000", "To": "+14155550100", "Body": "您好 2"},
         TextReceived(external_id="SM2", sender="+8613800138000", receiver="+14155550100", text="您好 2", at=AT)),
    ],
)  # fmt: skip
def test_twilio_tells_us(callback: str, fields: dict[str, str], wanted: News) -> None:
    signed = f"https://calls.example.com/api/v1/inbound/main/sms/{callback}" + "".join(
        name + fields[name] for name in sorted(fields)
    )
    sign = b64encode(hmac.new(b"change-me-the-auth-token", signed.encode(), hashlib.sha1).digest()).decode()
    kind, body = "application/x-www-form-urlencoded; charset=UTF-8", urlencode(fields).encode()
    assert told(example("twilio"), callback, body, kind, X_Twilio_Signature=sign) == [wanted]
    assert told(example("twilio"), callback, body + b"&a=b", kind, X_Twilio_Signature=sign) == "wrong"
    assert told(example("twilio"), callback, body, kind) == "missing"


def test_a_signed_request_is_signed_over_its_sorted_fields() -> None:
    asked = translate.request(example("signed"), SMS, "k", at=AT)
    sent = dict(parse_qsl((asked.body or b"").decode()))
    sign = sent.pop("sign")
    signed = "&".join(f"{name}={sent[name]}" for name in sorted(sent)) + "&key=change-me"
    assert sign == hashlib.md5(signed.encode()).hexdigest().upper()
    assert (sent["mobile"], sent["content"], sent["timestamp"]) == ("8613800138000", "您好", NOW)


def test_the_signed_one_tells_us() -> None:
    config = example("signed")
    body = '{"reports": [{"msgid": 7, "status": "DELIVRD"}, {"msgid": "8", "status": "MK:0001", "desc": "空号"}]}'.encode()
    sign = hmac.new(b"change-me", f"{NOW}.".encode() + body, hashlib.sha256).hexdigest()
    assert told(config, "receipts", body, "application/json", X_Sign=sign, X_Timestamp=NOW) == [
        Receipt(reference="7", state="delivered", at=AT),
        Receipt(reference="8", state="unknown", at=AT, reason="MK:0001 空号"),
    ]
    fields = {"id": "1", "mobile": "13800138000", "extno": "106900", "content": "退订", "timestamp": NOW}
    signed = "&".join(f"{name}={fields[name]}" for name in sorted(fields)) + "&key=change-me"
    sign = hashlib.md5(signed.encode()).hexdigest().upper()
    kind = "application/x-www-form-urlencoded"
    assert told(config, "texts", urlencode(fields | {"sign": sign}).encode(), kind) == [
        TextReceived(external_id="1", sender="13800138000", receiver="106900", text="退订", at=AT)
    ]
    assert told(config, "texts", urlencode(fields | {"sign": sign, "content": "1"}).encode(), kind) == "wrong"

"""What comes in: whose bounce or answer it is, what its sender has said, and what is not believed, run, or waited for."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.mail import SmtpConfig
from engine.adapters.mail.arrivals import Envelope, news_of
from engine.adapters.mail.hostile import NotReadable
from engine.adapters.mail.tokens import key_of, token
from engine.adapters.mail.words import html_words, unquoted
from engine.adapters.message_news import Bounced, MailReceived

KEY = "0198b0c0aaaa7bbb8ccc0123456789ab-12"
KEYS = (b"new" * 11, b"old" * 11)
TOKEN = token(KEY, KEYS)
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
CONFIG = SmtpConfig(
    host="mx", sender="clinic@clinic.example", reply_to="reply@clinic.example", bounces="bounce@clinic.example"
)
REPLY, BOUNCE = f"reply+{TOKEN}@clinic.example", f"bounce+{TOKEN}@clinic.example"


def mail(text: str = "I will come", **headers: str) -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    for name, value in ({"From": "Ann <ann@example.com>", "To": REPLY, "Subject": "Re: 复诊"} | headers).items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def news(raw: EmailMessage | bytes, to: str = REPLY, sender: str | None = "ann@example.com") -> Any:
    written = raw if isinstance(raw, bytes) else raw.as_bytes()
    return news_of(written, Envelope(sender=sender, receiver=to), config=CONFIG, keys=KEYS, at=AT)


def report(action: str, status: str, *, reason: str = "smtp; 550 5.1.1 no such user", original: str = "") -> bytes:
    return f"""From: MAILER-DAEMON@mx.example
To: {BOUNCE}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ann@example.com
Action: {action}
Status: {status}
Diagnostic-Code: {reason}

--b
Content-Type: text/rfc822-headers

Message-ID: {original}
Subject: =?utf-8?b?5aSN6K+K?=

--b--
""".replace("\n", "\r\n").encode()


def test_a_token_names_its_command_and_cannot_be_made_by_others() -> None:
    assert key_of(TOKEN, KEYS) == KEY == key_of(TOKEN.upper(), KEYS) == key_of(token(KEY, KEYS[1:]), KEYS)
    assert len(REPLY.partition("@")[0]) <= 64 and len(BOUNCE.partition("@")[0]) <= 64
    assert key_of(token(KEY, (b"stranger",)), KEYS) is None
    for number in range(len(TOKEN)):
        other = "a" if TOKEN[number] != "a" else "b"
        changed = key_of(TOKEN[:number] + other + TOKEN[number + 1 :], KEYS)
        assert changed is None or (changed == KEY and number == len(TOKEN) - 1)  # its last letter has spare bits
    assert token("test-1", KEYS) == "" and token(KEY, ()) == ""


@given(st.text(max_size=80))
def test_no_text_is_a_token_by_chance(written: str) -> None:
    assert key_of(written, KEYS) is None


def test_an_answer_is_known_by_the_address_or_by_what_it_refers_to() -> None:
    answer = news(mail())
    assert isinstance(answer, MailReceived)
    assert (answer.token, answer.sender, answer.receiver, answer.subject) == (KEY, "ann@example.com", REPLY, "Re: 复诊")
    assert (answer.text, answer.at, answer.automatic) == ("I will come", AT, False)
    plain = "clinic@clinic.example"
    assert news(mail(In_Reply_To=f"<{TOKEN}@clinic.example>"), plain).token == KEY
    assert news(mail(References=f"<1@x> <{TOKEN}@clinic.example>"), plain).token == KEY
    assert news(mail(In_Reply_To="<1@x>"), plain).token == ""
    assert news(mail(Delivered_To=REPLY), "").token == KEY  # in a mailbox, the envelope is gone


def test_a_forged_answer_is_a_mail_like_any_other() -> None:
    forged = token(KEY, (b"guessed",))
    answer = news(mail(), f"reply+{forged}@clinic.example")
    assert isinstance(answer, MailReceived) and answer.token == ""


@pytest.mark.parametrize(
    ("action", "status", "reason", "permanent"),
    [
        ("failed", "5.1.1", "smtp; 550 5.1.1 no such user", True),
        ("failed", "5.0.0", "smtp; 550 no such user", True),
        ("failed", "5.0.0", "smtp; 552 5.2.2 mailbox full", False),
        ("failed", "5.7.1", "smtp; 554 5.7.1 looks like spam", False),
        ("failed", "4.4.7", "smtp; 451 4.4.1 no answer for five days", False),
        ("delayed", "4.4.1", "smtp; 451 later", None),
        ("delivered", "2.0.0", "smtp; 250 fine", None),
    ],
)  # fmt: skip
def test_a_report_says_what_became_of_a_mail(action: str, status: str, reason: str, permanent: bool | None) -> None:
    said = news(report(action, status, reason=reason), BOUNCE, "")
    if permanent is None:
        assert said is None
        return
    assert isinstance(said, Bounced)
    assert (said.token, said.address, said.permanent, said.at) == (KEY, "ann@example.com", permanent, AT)
    assert reason.removeprefix("smtp; ") in said.reason


def test_a_report_is_known_by_the_mail_that_it_brings_back() -> None:
    raw = report("failed", "5.1.1", original=f"<{TOKEN}@clinic.example>").replace(TOKEN.encode(), b"x", 1)
    assert news(raw, "clinic@clinic.example", "").token == KEY


def test_a_bounce_in_plain_words() -> None:
    said = news(mail("Your message could not be delivered:\n550 5.1.1 <ann@example.com>: no such user\n"), BOUNCE, "")
    assert isinstance(said, Bounced) and said.permanent and "no such user" in said.reason
    said = news(mail("Unzustellbar", Subject="Unzustellbar: 复诊"), BOUNCE, "")
    assert isinstance(said, Bounced) and not said.permanent and said.reason == "Unzustellbar: 复诊"


def test_forged_bounces_and_holidays_are_nobodys() -> None:
    forged = token(KEY, (b"guessed",))
    assert news(report("failed", "5.1.1"), f"bounce+{forged}@clinic.example", "") is None
    assert news(mail("I am away until Monday", Auto_Submitted="auto-replied"), BOUNCE, "") is None


@pytest.mark.parametrize("header", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}, {"List_Id": "<x.y>"}])
def test_machines_do_not_answer(header: dict[str, str]) -> None:
    assert news(mail(**header)).automatic
    assert not news(mail(Auto_Submitted="no")).automatic
    assert news(mail(), sender="").automatic


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2\n\nOn Tue, 24 Nov 2026 at 09:00, Clinic <reply@clinic.example> wrote:\n> Press 1 or 2", "2"),
        ("On Tue, 24 Nov 2026 at 09:00, Clinic\n<reply@clinic.example> wrote:\n> 1 or 2", "On Tue, 24 Nov 2026 at 09:00, Clinic\n<reply@clinic.example> wrote:\n> 1 or 2"),
        ("好的\n\n在 2026年11月24日，仁爱医院 写道：\n> 回复1或2", "好的"),
        ("好的\n------------------ 原始邮件 ------------------\n发件人: 仁爱医院", "好的"),
        ("Yes\n-----Original Message-----\nFrom: Clinic", "Yes"),
        ("> 1 or 2?\nTwo, please", "Two, please"),
        ("On Monday I can come", "On Monday I can come"),
    ],
)  # fmt: skip
def test_what_is_quoted_is_not_said(text: str, said: str) -> None:
    assert unquoted(text) == said


def test_html_is_read_for_its_words() -> None:
    html = (
        "<html><head><title>T</title><style>p{}</style></head><body><script>alert(1)</script><p>I will&nbsp;come<br>at 9</p>"
        "<img src=http://spy.example/x.png><div>Ann &lt;3</div><blockquote>Press 1</blockquote></body></html>"
    )
    assert html_words(html) == "I will come\nat 9\n\nAnn <3"
    made = EmailMessage(policy=SMTP)
    made["From"] = "ann@example.com"
    made.set_content(html, subtype="html")
    assert news(made).text == "I will come\nat 9\n\nAnn <3"


def test_files_come_with_a_mail() -> None:
    made = mail()
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="../检查\n报告.pdf")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png")
    inner = mail("the original")
    made.add_attachment(inner)
    first, second, third = news(made).attachments
    assert (first.name, first.media_type, first.content) == ("_检查 报告.pdf", "application/pdf", b"%PDF")
    assert (second.name, second.content) == ("file-2", b"\x89PNG")
    assert third.media_type == "message/rfc822" and b"the original" in third.content


def test_the_same_mail_brought_twice_is_the_same() -> None:
    raw = mail(Message_ID="<7@example.com>").as_bytes()
    again = b"Received: by another.example\r\n" + raw
    assert news(raw).external_id == news(again).external_id != news(mail("another")).external_id


HOSTILE = {
    "nested": b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(10_000)),
    "mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 20_000,
    "lines": b"From: a@b.example\r\n\r\n" + b"\n" * 3_000_000,
    "nothing": b"",
    "no sender": b"Subject: x\r\n\r\nx",
    "binary": bytes(range(256)) * 1000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_mail_is_refused_and_quickly(name: str) -> None:
    before = time.monotonic()
    with pytest.raises(NotReadable):
        news(HOSTILE[name], sender=None)
    assert time.monotonic() - before < 20


STRANGE = {
    "a header without end": b"From: a@b.example\r\nSubject: " + b"=?utf-8?b?" * 100_000 + b"\r\n\r\nx",
    "addresses": b"From: " + b"a@b.example," * 100_000 + b"\r\n\r\nx",
    "an unknown charset": b"From: a@b.example\r\nContent-Type: text/plain; charset=zlib\r\n\r\nx",
    "a wrong encoding": b"From: a@b.example\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!",
    "a wrong name": b"From: a@b.example\r\nContent-Disposition: attachment; filename*=no-such''%ff%fe\r\n\r\nx",
    "open tags": b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<!--" * 200_000,
    "lines without end": b"From: a@b.example\r\n\r\n" + b"On " * 500_000,
    "template code": b"From: a@b.example\r\n\r\n{{ 7 | times: 7 }} {% for i in (1..99999) %}",
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_strange_is_read_as_far_as_it_goes_and_quickly(name: str) -> None:
    before = time.monotonic()
    found = news(STRANGE[name])
    assert isinstance(found, MailReceived) and len(found.text) <= 100_000 and len(found.subject) <= 500
    assert time.monotonic() - before < 20


@given(st.binary(max_size=500), st.binary(max_size=500))
def test_anything_is_a_mail_or_is_refused(head: bytes, body: bytes) -> None:
    for raw in (head, b"From: a@b.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n" + head + b"\r\n\r\n--x\r\n" + body):
        try:
            news(raw)
        except NotReadable:
            continue

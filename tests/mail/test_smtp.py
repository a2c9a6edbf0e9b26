"""What became of a mail: known exactly, whatever the server does and wherever it stops."""

from __future__ import annotations

import asyncio
import email
import ssl
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.gateway import Carried, LeaseOver, NotNow, Refused, Surroundings, Unsure
from engine.adapters.guard import Allowed
from engine.adapters.mail import SmtpConfig, SmtpGateway
from engine.adapters.message_news import Attached
from engine.commands import Attachment, SendMail
from engine.events import MailSent
from tests.mail.server import CUT, SILENT, MailServer
from tests.telephony.certificates import Authority

KEY = "0198b0c0aaaa7bbb8ccc0123456789ab-12"
KEYS = (b"k" * 32,)
MAIL = SendMail(id="12", to="ann@example.com", subject="复诊提醒", text="您好，\n.请空腹。", html="<p>您好</p>")


def gateway(port: int, *, may_act: Any = lambda: True, files: Any = None, **config: Any) -> SmtpGateway:
    surroundings = Surroundings(
        allowed=Allowed.read("127.0.0.1"), may_act=may_act, folder=Path(), sign_keys=KEYS,
        files=files or (lambda wanted, largest: []),
    )  # fmt: skip
    known = {"host": "127.0.0.1", "sender": "clinic@clinic.example", "security": "none", "timeout": 1}
    return SmtpGateway(SmtpConfig(**(known | {"port": port} | config)), surroundings)


def sent(server: MailServer, *mails: SendMail, **config: Any) -> list[Carried]:
    """What became of mails that leave one after the other."""

    async def scene() -> list[Carried]:
        async with server:
            way = gateway(server.port, **config)
            try:
                return [await way.carry_out(mail, KEY) for mail in mails or (MAIL,)]
            finally:
                await way.close()

    return asyncio.run(scene())


def test_a_mail_arrives_whole() -> None:
    server = MailServer()
    pdf = Attached(name="检查报告.pdf", media_type="application/pdf", content=bytes(range(256)) * 1000)
    [carried] = sent(
        server, MAIL, sender_name="仁爱医院", reply_to="reply@clinic.example", bounces="bounce@clinic.example",
        files=lambda wanted, largest: [pdf],
    )  # fmt: skip
    [raw] = server.mails
    mail: Any = email.message_from_bytes(raw, policy=default)
    assert (mail["Subject"], mail["To"], mail["From"].addresses[0].display_name) == ("复诊提醒", "ann@example.com", "仁爱医院")
    body, attachment = mail.get_body(("plain",)), next(mail.iter_attachments())
    assert body.get_content().split() == ["您好，", ".请空腹。"] and mail.get_body(("html",)).get_content().strip() == "<p>您好</p>"
    assert (attachment.get_filename(), attachment.get_content()) == (pdf.name, pdf.content)
    assert all(len(line) <= 998 and line.isascii() for line in raw.split(b"\r\n"))
    assert isinstance(carried.event, MailSent) and carried.event.message_id == mail["Message-ID"]
    assert carried.reference == KEY
    token = mail["Message-ID"][1:-1].partition("@")[0]
    assert mail["Reply-To"].addresses[0].addr_spec == f"reply+{token}@clinic.example"
    assert next(line for line in server.commands if line.startswith("MAIL")).startswith(f"MAIL FROM:<bounce+{token}@clinic.example>")


def test_a_connection_is_used_again_and_one_that_was_closed_is_not_missed() -> None:
    async def scene() -> None:
        async with MailServer() as server:
            way = gateway(server.port)
            for _ in range(3):
                await way.carry_out(MAIL, KEY)
            assert server.connections == 1
            server.answers["MAIL"] = "421 too long here"
            with pytest.raises(NotNow, match="421 too long here"):  # by the new connection as well
                await way.carry_out(MAIL, KEY)
            assert server.connections == 2
            server.answers["MAIL"] = "450 later"
            with pytest.raises(NotNow, match="450 later"):  # which is an answer: nobody asks again at once
                await way.carry_out(MAIL, KEY)
            del server.answers["MAIL"]
            await way.carry_out(MAIL, KEY)
            assert len(server.mails) == 4 and server.connections == 3
            await way.close()

    asyncio.run(scene())


NOT_SENT = (NotNow, Refused)


@pytest.mark.parametrize(
    ("step", "answer", "outcome", "reason"),
    [
        ("greeting", "421 full", NotNow, "421 full"),
        ("greeting", "554 not for you", NotNow, "554 not for you"),
        ("greeting", SILENT, NotNow, "does not answer in time"),
        ("greeting", CUT, NotNow, ""),
        ("EHLO", SILENT, NotNow, "does not answer in time"),
        ("MAIL", "451 later", NotNow, "451 later"),
        ("MAIL", "553 5.1.8 who are you", Refused, "553 5.1.8 who are you"),
        ("MAIL", SILENT, NotNow, "in time"),
        ("RCPT", "450 4.2.1 greylisted", NotNow, "450 4.2.1 greylisted"),
        ("RCPT", "550 5.1.1 no such user", Refused, "550 5.1.1 no such user"),
        ("RCPT", CUT, NotNow, ""),
        ("DATA", "452 no room", NotNow, "452 no room"),
        ("DATA", "554 no", Refused, "554 no"),
        ("DATA", SILENT, NotNow, "in time"),
        ("dot", "451 4.3.0 not now", NotNow, "451 4.3.0 not now"),
        ("dot", "554 5.7.1 looks like spam", Refused, "554 5.7.1 looks like spam"),
        ("dot", CUT, Unsure, ""),
        ("dot", SILENT, Unsure, "in time"),
    ],
)  # fmt: skip
def test_what_a_server_answers_says_what_became_of_it(step: str, answer: str, outcome: type[Any], reason: str) -> None:
    server = MailServer({step: answer})
    with pytest.raises(outcome) as raised:
        sent(server)
    assert reason in raised.value.reason
    assert len(server.mails) == (1 if step == "dot" else 0)


def test_a_mail_that_is_cut_in_the_middle_is_certainly_not_sent() -> None:
    film = Attached(name="film", media_type="video/mp4", content=b"0123456789" * 1_000_000)
    for answer in (CUT, SILENT):
        server = MailServer({"body": answer})
        with pytest.raises(NotNow):
            sent(server, largest=50_000_000, files=lambda wanted, largest: [film])
        assert server.mails == []


def test_nobody_listens_and_nobody_may() -> None:
    with pytest.raises(NotNow, match="is not reached"):
        asyncio.run(gateway(1).carry_out(MAIL, KEY))
    with pytest.raises(Refused, match="inside the house"):
        asyncio.run(gateway(25, host="10.0.0.1").carry_out(MAIL, KEY))
    with pytest.raises(NotNow, match="is not known"):
        asyncio.run(gateway(25, host="no-such-server.invalid").carry_out(MAIL, KEY))


def test_nothing_leaves_when_the_lease_is_over() -> None:
    server = MailServer()
    with pytest.raises(LeaseOver):
        sent(server, may_act=lambda: False)
    asked: list[bool] = []
    with pytest.raises(LeaseOver):  # it ran out while the body was on its way
        sent(server, may_act=lambda: not asked.append(True) and len(asked) < 2)
    assert server.mails == []


@pytest.mark.parametrize("security", ["tls", "starttls", "optional"])
def test_tls_is_checked(security: str, tmp_path: Path) -> None:
    context, ca = tls_of(tmp_path)
    server = MailServer(context=context, tls=security == "tls")
    login = {"user": "clinic", "secrets": {"password": "pass"}}
    [carried] = sent(server, security=security, ca=ca, **login)
    assert carried.reference == KEY and any(line.startswith("AUTH") for line in server.commands)
    _, another = tls_of(tmp_path / "another")
    for authorities in ("", another):
        server = MailServer(context=context, tls=security == "tls")
        with pytest.raises(NotNow, match="certificate is not trusted"):
            sent(server, security=security, ca=authorities, **login)
        assert not any(line.startswith(("AUTH", "MAIL")) for line in server.commands)


def test_no_tls_no_password() -> None:
    login = {"user": "clinic", "secrets": {"password": "pass"}}
    for security in ("starttls", "optional"):
        server = MailServer()
        with pytest.raises(NotNow):
            sent(server, security=security, **login)
        assert not any(line.startswith(("AUTH", "MAIL")) for line in server.commands)
    server = MailServer({"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "535 5.7.8 wrong"})
    with pytest.raises(NotNow, match=r"535 5\.7\.8 wrong"):  # it waits until somebody has mended the password
        sent(server, **login)


def test_addresses_of_all_scripts() -> None:
    server = MailServer()
    sent(server, SendMail(id="1", to="ann@例子.公司", subject="s", text="t"))
    assert any("ann@xn--fsqu00a.xn--55qx5d" in line for line in server.commands)
    chinese = SendMail(id="1", to="张三@例子.公司", subject="主题", text="t")
    with pytest.raises(Refused, match="outside ASCII"):
        sent(server, chinese)
    able = MailServer({"EHLO": "250-here\r\n250-SMTPUTF8\r\n250 8BITMIME"})
    sent(able, chinese)
    assert any("张三@" in line for line in able.commands) and "张三@".encode() in able.mails[0]
    with pytest.raises(Refused, match="is no domain"):
        sent(server, SendMail(id="1", to="ann@例..子", subject="s", text="t"))


def test_too_large_and_missing_files_are_refused() -> None:
    server = MailServer()
    with pytest.raises(Refused, match="too large"):
        sent(server, SendMail(id="1", to="a@example.com", subject="s", text="x" * 20_000), largest=10_000)

    def missing(wanted: Any, largest: int) -> list[Attached]:
        raise Refused(f"there is no file {wanted[0].asset!r}")

    with pytest.raises(Refused, match="there is no file 'map'"):
        sent(server, SendMail(id="1", to="a@example.com", subject="s", text="x", attachments=(Attachment(asset="map"),)), files=missing)
    assert server.connections == 0


def tls_of(folder: Path) -> tuple[ssl.SSLContext, str]:
    """A server's context, and the authority that vouches for it, as PEM."""
    folder.mkdir(exist_ok=True)
    authority = Authority(folder, "mail")
    certificate, key = authority.certify()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context, authority.file.read_text()

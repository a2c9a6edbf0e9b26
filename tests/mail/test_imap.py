"""Replies and bounces that lie in a mailbox: taken once, marked when they are kept, left there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.gateway import Surroundings
from engine.adapters.guard import Allowed
from engine.adapters.mail import SmtpConfig, SmtpGateway
from engine.adapters.message_news import Bounced, MailReceived, News, NotKept
from tests.mail.imap import PASSWORD, Mailbox
from tests.mail.test_arrivals import BOUNCE, KEY, KEYS, REPLY, mail, report
from tests.mail.test_smtp import tls_of


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox()
    yield made
    made.close()


def looked(mailbox: Mailbox, done: Any, *, report: Any, password: str = PASSWORD, **imap: Any) -> None:
    """Look into the mailbox until it is done."""
    config = SmtpConfig(
        host="127.0.0.1", sender="clinic@clinic.example", reply_to="reply@clinic.example",
        bounces="bounce@clinic.example", secrets={"imap_password": password}, largest=100_000, ca=imap.pop("ca", ""),
        imap={"host": "127.0.0.1", "port": mailbox.port, "security": "none", "user": "clinic", "every": 1} | imap,  # type: ignore[arg-type]
    )  # fmt: skip

    async def scene() -> None:
        surroundings = Surroundings(
            allowed=Allowed.read("127.0.0.1"), may_act=lambda: True, folder=Path(), report=report, sign_keys=KEYS
        )  # fmt: skip
        gateway = SmtpGateway(config, surroundings)
        await gateway.listen()
        async with asyncio.timeout(20):
            while not done():
                await asyncio.sleep(0.05)
        await gateway.close()

    asyncio.run(scene())


def test_what_is_unseen_is_reported_and_marked(mailbox: Mailbox) -> None:
    mailbox.put(mail().as_bytes())
    mailbox.put(report("failed", "5.1.1"))
    mailbox.put(b"no mail")
    mailbox.put(mail("x" * 200_000).as_bytes())
    news: list[News] = []

    async def kept(each: News) -> None:
        news.append(each)

    looked(mailbox, lambda: len(mailbox.seen) == 4, report=kept)
    answer, bounce = news
    assert isinstance(answer, MailReceived) and (answer.token, answer.receiver) == (KEY, REPLY)
    assert isinstance(bounce, Bounced) and bounce.token == KEY and BOUNCE in mailbox.mails[2].decode()


def test_what_cannot_be_kept_is_brought_again(mailbox: Mailbox) -> None:
    mailbox.put(mail().as_bytes())
    tries: list[News] = []

    async def kept_later(each: News) -> None:
        tries.append(each)
        if len(tries) < 3:
            raise NotKept("the disk is full")

    looked(mailbox, lambda: mailbox.seen == {1}, report=kept_later)
    assert len(tries) == 3 and len({each.external_id for each in tries if isinstance(each, MailReceived)}) == 1


def test_a_wrong_password_or_certificate_reads_nothing(mailbox: Mailbox, tmp_path: Path) -> None:
    async def kept(each: News) -> None:
        raise AssertionError("nothing is to be read")

    mailbox.put(mail().as_bytes())
    looked(mailbox, lambda: mailbox.refused > 1, report=kept, password="wrong")
    assert mailbox.seen == set()


def test_tls_is_checked(tmp_path: Path) -> None:
    context, ca = tls_of(tmp_path)
    mailbox = Mailbox(context)
    try:
        mailbox.put(mail().as_bytes())
        news: list[News] = []

        async def kept(each: News) -> None:
            news.append(each)

        looked(mailbox, lambda: mailbox.seen == {1}, report=kept, security="tls", ca=ca)
        assert len(news) == 1
    finally:
        mailbox.close()

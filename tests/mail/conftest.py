"""Stores, drivers, and a world with a mail server that tests look into."""

from __future__ import annotations

import email
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from tests.outbox.conftest import drive, pytest_generate_tests, settings, store, stores
from tests.product import free_port

__all__ = ["drive", "pytest_generate_tests", "settings", "store", "stores"]


class World:
    """Where mail leaves for. `refusals` are answers by the first letters of an address, each given once or for ever."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.refusals: dict[str, list[str]] = {}
        self.tries = 0
        self.cut = False
        """Whether the connection is cut when a mail was taken, before that is said."""
        self.port = free_port()

    @property
    def mails(self) -> list[Any]:
        return [email.message_from_bytes(each.content or b"", policy=default) for each in self.envelopes]  # type: ignore[arg-type]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        self.tries += 1
        for begins, answers in self.refusals.items():
            if address.startswith(begins) and answers:
                return answers[0] if answers[0].startswith("5") else answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        if self.cut:
            server.transport.abort()
        return "250 taken"


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    controller = Controller(made, hostname="127.0.0.1", port=made.port)
    controller.start()
    yield made
    controller.stop()


def hand_in(port: int, sender: str, to: str, text: str, *, lmtp: bool = True, **headers: str) -> None:
    """Hand a mail to an LMTP or SMTP port, as a mail server does."""
    mail = EmailMessage(policy=SMTP)
    for name, value in ({"From": sender or "MAILER-DAEMON@mx.example", "To": to, "Subject": "Re: 复诊"} | headers).items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    with (smtplib.LMTP if lmtp else smtplib.SMTP)("127.0.0.1", port, timeout=30) as server:
        server.sendmail(sender, [to], mail.as_bytes())

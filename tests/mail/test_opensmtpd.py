"""E-mail through a real mail server and back: OpenSMTPD relays, writes its bounces, and hands replies over by LMTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.host.outbox.drivers import Drivers
from engine.store import Store, assets, do_not_contact, now_micros
from engine.store.assets import NewFile
from engine.store.files import Files
from tests.host.conftest import publish
from tests.mail.conftest import World, hand_in
from tests.mail.opensmtpd import OpenSmtpd
from tests.mail.test_mail import SEND, document, gateway, ledger, outcomes
from tests.outbox.conftest import states, until
from tests.outbox.test_flows import started
from tests.product import free_port


@pytest.fixture
def mta(tmp_path: Path, world: World) -> Iterator[OpenSmtpd]:
    made = OpenSmtpd(tmp_path / "mta", port=free_port(), lmtp=free_port(), world=world.port)
    yield made
    made.close()


def test_out_bounced_and_answered(
    store: Store, settings: Any, world: World, mta: OpenSmtpd, drive: Callable[[], Drivers]
) -> None:
    gateway(
        store, mta.port, reply_to="reply@clinic.example", bounces="bounce@clinic.example", lmtp=f"127.0.0.1:{mta.lmtp}",
        security="optional",
    )  # fmt: skip
    world.refusals = {"nobody": ["550 5.1.1 no such user"]}
    pdf = bytes(range(256)) * 4000
    with store.begin() as connection:
        file = NewFile(sha256=Files(settings.folder_assets, "main").put(pdf), media_type="application/pdf", size=len(pdf))
        assets.add(connection, kind="document", name="检查报告", language="", file=file, at=now_micros())
    drive()
    flow = publish(store, document(SEND | {"attachments": ["检查报告"]}, waits=True))
    for address in ("ann@example.com", "nobody@example.com"):
        started(store, flow, email=address)
    until(lambda: outcomes(store) == [None, None])
    until(lambda: "due" in states(store))  # nobody is there yet: it waits
    mta.start()

    until(lambda: outcomes(store) == [None, None] and len(world.mails) == 1 and states(store) == ["done", "done"])
    [mail] = world.mails
    assert mail["Subject"] == "您，复诊提醒" and mail.get_body(("plain",)).get_content().strip() == "请回复 1 或 2"
    [attached] = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("检查报告.pdf", pdf)

    until(lambda: ledger(store, "state") == ["sent", "failed"])
    assert "550 5.1.1 no such user" in ledger(store, "reason")[1]
    with store.read() as connection:
        entry = do_not_contact.get(connection, "mail", "nobody@example.com")
    assert entry is not None and entry.source == "bounce"

    hand_in(mta.port, "ann@example.com", mail["Reply-To"].addresses[0].addr_spec, "1\n\n> 请回复 1 或 2", lmtp=False)
    until(lambda: outcomes(store) == ["fine", None])
    assert ledger(store, "sender", "text", "became", direction="in") == [("ann@example.com", "1", "answered")]

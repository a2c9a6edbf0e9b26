"""E-mail from a node to the world and back: whole, once, and to the session that it is meant for."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engine.host import sleeping
from engine.host.outbox.drivers import Drivers
from engine.host.programs import Programs
from engine.host.settings import Settings
from engine.store import Store, assets, do_not_contact, faxes, id_text, new_id, now_micros, recordings
from engine.store.assets import NewFile
from engine.store.faxes import FaxRow
from engine.store.files import Files
from engine.store.tenant import message, session
from tests.host.conftest import publish
from tests.mail.conftest import World, hand_in
from tests.outbox.conftest import reasons, set_up, states, until
from tests.outbox.test_flows import started
from tests.product import free_port

Drive = Callable[[], Drivers]
SEND = {"to": "{{ contact.email }}", "subject": "{{ record.name | default: '您' }}，复诊提醒", "text": "请回复 1 或 2"}


def document(send: dict[str, Any], *, waits: bool = False) -> dict[str, Any]:
    ends = {name: {"type": "end", "config": {"outcome": name}, "outlets": {}} for name in ("fine", "lost", "late")}
    wait = {
        "type": "wait_for", "config": {"what": "message", "timeout": "3d", "when": "message.text contains '1'"},
        "outlets": {"received": "fine", "timed_out": "late"},
    }  # fmt: skip
    mail = {"type": "send_email", "config": send, "outlets": {"sent": "wait" if waits else "fine", "failed": "lost"}}
    return {"callweave": 1, "name": "mail", "languages": ["zh-CN"], "start": "send", "nodes": {"send": mail, "wait": wait, **ends}}


def gateway(store: Store, port: int, **config: Any) -> None:
    known = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "clinic@clinic.example", "timeout": 5}
    set_up(store, "mail", "smtp", **(known | config))


def answerable(store: Store, world: World) -> int:
    """A gateway with an LMTP port of ours; the port."""
    port = free_port()
    gateway(
        store, world.port, reply_to="reply@clinic.example", bounces="bounce@clinic.example", lmtp=f"127.0.0.1:{port}"
    )  # fmt: skip
    return port


def outcomes(store: Store) -> list[str | None]:
    sleeping.serve(store, Programs("UTC"))
    with store.read() as connection:
        return list(connection.scalars(sa.select(session.c.outcome).order_by(session.c.id)))


def ledger(store: Store, *columns: str, direction: str = "out") -> list[Any]:
    with store.read() as connection:
        wanted = [message.c[name] for name in columns]
        found = connection.execute(sa.select(*wanted).where(message.c.direction == direction).order_by(message.c.id))
        return [tuple(row) if len(columns) > 1 else row[0] for row in found]


def sent(store: Store, world: World, **contact: Any) -> tuple[str, str]:
    """Addresses for replies and bounces of a mail that was sent and is waited for."""
    started(store, publish(store, document(SEND, waits=True)), email="ann@example.com", **contact)
    until(lambda: outcomes(store) == [None] and len(world.mails) == 1 and ledger(store, "state") == ["sent"])
    assert outcomes(store) == [None], "it has heard that its mail has left, and waits"
    return world.mails[0]["Reply-To"].addresses[0].addr_spec, str(world.envelopes[0].mail_from)


def test_a_mail_of_a_flow_arrives_whole_with_its_files(store: Store, settings: Settings, world: World, drive: Drive) -> None:
    gateway(store, world.port, sender_name="仁爱医院")
    drive()
    files = Files(settings.folder_assets, "main")

    def kept(content: bytes, media_type: str, name: str = "") -> NewFile:
        return NewFile(sha256=files.put(content), media_type=media_type, size=len(content), file_name=name)

    at, session_id, fax_id = now_micros(), new_id(), new_id()
    with store.begin() as connection:
        assets.add(connection, kind="document", name="路线图", language="", file=kept(b"%PDF map", "application/pdf"), at=at)
        spoken = recordings.add(
            connection, session_id=session_id, leg="a", kind="call", channels=1, file=kept(b"RIFF", "audio/wav"), at=at
        )  # fmt: skip
        came = assets.add(connection, kind="fax", name=None, language="", file=kept(b"%PDF fax", "application/pdf", "fax.pdf"), at=at)
        faxes.add(connection, FaxRow(id=fax_id, session_id=session_id, direction="in", leg="a", started_at=at, asset_id=came))
    send = SEND | {
        "html": "<p>您好，<b>{{ contact.name }}</b></p>",
        "attachments": ["路线图", {"asset": id_text(spoken), "name": "录音"}, id_text(fax_id), "{{ record.nothing }}"],
    }
    started(store, publish(store, document(send)), email="ann@example.com", name="<Ann & Bob>")
    until(lambda: outcomes(store) == ["fine"])
    [mail] = world.mails
    assert (mail["Subject"], mail["To"]) == ("您，复诊提醒", "ann@example.com")
    assert mail["From"].addresses[0].display_name == "仁爱医院"
    assert mail.get_body(("plain",)).get_content().strip() == "请回复 1 或 2"
    assert "<b>&lt;Ann &amp; Bob&gt;</b>" in mail.get_body(("html",)).get_content()
    attached = [(part.get_filename(), part.get_content_type(), part.get_content()) for part in mail.iter_attachments()]
    assert attached == [
        ("路线图.pdf", "application/pdf", b"%PDF map"), ("录音.wav", "audio/wav", b"RIFF"), ("fax.pdf", "application/pdf", b"%PDF fax"),
    ]  # fmt: skip
    assert ledger(store, "medium", "state", "receiver", "subject") == [("mail", "sent", "ann@example.com", "您，复诊提醒")]


def test_refusals_fail_and_not_now_is_tried_again(store: Store, world: World, drive: Drive) -> None:
    world.refusals = {"nobody": ["550 5.1.1 no such user"], "grey": ["451 4.7.1 greylisted", "450 once more"]}
    gateway(store, world.port)
    drive()
    flow = publish(store, document(SEND | {"attachments": ["{{ record.file }}"]}))
    for address in ("nobody@example.com", "grey@example.com"):
        started(store, flow, email=address)
    until(lambda: outcomes(store) == ["lost", "fine"])
    assert states(store) == ["dead", "done"] and reasons(store)[0] == "550 5.1.1 no such user"
    assert [each.rcpt_tos for each in world.envelopes] == [["grey@example.com"]] and world.tries == 4
    assert ledger(store, "state", "reason") == [("failed", "550 5.1.1 no such user"), ("sent", None)]


def test_a_file_that_is_not_there_fails_in_plain_words(store: Store, world: World, drive: Drive) -> None:
    gateway(store, world.port)
    drive()
    started(store, publish(store, document(SEND | {"attachments": ["no-such-file"]})), email="ann@example.com")
    until(lambda: outcomes(store) == ["lost"])
    assert reasons(store) == ["there is no file 'no-such-file'"] and world.tries == 0


def test_the_operators_mail_server_is_everybodys(stores: Any, world: World, tmp_path: Any, settings: Settings) -> None:
    chosen = settings.model_copy(
        update={"smtp_url": f"smtp://127.0.0.1:{world.port}?plain", "smtp_from": "us@host.example", "allow_hosts": ""}
    )
    drivers = Drivers(chosen, stores)
    drivers.start()
    try:
        store = stores.tenant("main")
        started(store, publish(store, document(SEND)), email="ann@example.com")
        until(lambda: outcomes(store) == ["fine"])
        assert world.mails[0]["From"] == "us@host.example"
    finally:
        drivers.close()


def test_a_reply_goes_to_the_session_that_asked(store: Store, world: World, drive: Drive) -> None:
    port = answerable(store, world)
    drive()
    reply, _ = sent(store, world)
    hand_in(port, "ann.private@elsewhere.example", reply, "什么时候？\n\n> 请回复 1 或 2")
    until(lambda: ledger(store, "became", direction="in") == ["inbox"])  # what it quotes is no answer: for a person
    assert outcomes(store) == [None]
    hand_in(port, "ann.private@elsewhere.example", reply, "1\n\n> 请回复 1 或 2", Message_ID="<2@elsewhere.example>")
    until(lambda: outcomes(store) == ["fine"])
    hand_in(port, "ann.private@elsewhere.example", reply, "1\n\n> 请回复 1 或 2", Message_ID="<2@elsewhere.example>")
    came = ledger(store, "medium", "sender", "subject", "text", "became", direction="in")
    assert came[-1] == ("mail", "ann.private@elsewhere.example", "Re: 复诊", "1", "answered") and len(came) == 2


def test_machines_strangers_and_forgers_do_not_answer(store: Store, world: World, drive: Drive) -> None:
    port = answerable(store, world)
    drive()
    reply, bounce = sent(store, world)
    hand_in(port, "ann@example.com", reply, "1: away until Monday", Auto_Submitted="auto-replied")
    forged = reply.replace(reply[8:12], "aaaa", 1)
    hand_in(port, "eve@elsewhere.example", forged, "1")
    hand_in(port, "", bounce.replace(bounce[9:13], "aaaa", 1), "550 5.1.1 no such user")
    until(lambda: ledger(store, "became", direction="in") == ["automatic", "inbox"])
    assert outcomes(store) == [None] and ledger(store, "state") == ["sent"]
    hand_in(port, "ANN@example.com", "clinic@clinic.example", "1")  # it lost the token, and is from whom is waited for
    until(lambda: outcomes(store) == ["fine"])


def test_a_bounce_fails_its_mail_and_closes_the_address(store: Store, world: World, drive: Drive) -> None:
    port = answerable(store, world)
    drive()
    _, bounce = sent(store, world)
    hand_in(port, "", bounce, "ann@example.com:\n550 5.2.2 mailbox full")
    until(lambda: ledger(store, "state") == ["failed"])
    assert ledger(store, "reason") == ["bounced: 550 5.2.2 mailbox full"]
    with store.read() as connection:
        assert do_not_contact.get(connection, "mail", "ann@example.com") is None
    hand_in(port, "", bounce, "ann@example.com:\n550 5.1.1 no such user", Message_ID="<2@mx.example>")
    with store.read() as connection:
        entry = do_not_contact.get(connection, "mail", "ann@example.com")
    assert entry is not None and entry.source == "bounce" and "no such user" in entry.reason
    started(store, publish(store, document(SEND)), email="Ann@Example.com")
    until(lambda: outcomes(store)[1:] == ["lost"])
    assert ledger(store, "state")[-1] == "stopped" and len(world.mails) == 1


def test_who_unsubscribes_is_not_written_to(store: Store, world: World, drive: Drive) -> None:
    port = answerable(store, world)
    drive()
    reply, _ = sent(store, world)
    assert world.mails[0]["List-Unsubscribe"] == f"<mailto:{reply}?subject=STOP&body=STOP>"
    hand_in(port, "Ann@example.com", reply, "STOP", Subject="STOP")
    until(lambda: ledger(store, "became", direction="in") == ["stopped"])
    started(store, publish(store, document(SEND)), email="ann@example.com")
    until(lambda: outcomes(store)[1:] == ["lost"])
    assert ledger(store, "state")[-1] == "stopped"


def test_a_mail_of_unknown_fate_says_so_and_is_known_by_its_bounce(store: Store, world: World, drive: Drive) -> None:
    port = answerable(store, world)
    world.cut = True
    drive()
    started(store, publish(store, document(SEND)), email="ann@example.com")
    until(lambda: outcomes(store) == ["lost"])
    assert states(store) == ["unknown"] == ledger(store, "state") and len(world.mails) == 1
    hand_in(port, "", str(world.envelopes[0].mail_from), "550 5.1.1 no such user")
    until(lambda: ledger(store, "state") == ["failed"])


def test_an_answer_may_come_before_its_session_knows_that_the_mail_has_left(store: Store, world: World, drive: Drive) -> None:
    port = answerable(store, world)
    drive()
    started(store, publish(store, document(SEND, waits=True)), email="ann@example.com")
    assert outcomes(store) == [None]
    until(lambda: ledger(store, "state") == ["sent"])  # nobody serves the session meanwhile
    hand_in(port, "ann@example.com", world.mails[0]["Reply-To"].addresses[0].addr_spec, "1")
    until(lambda: outcomes(store) == ["fine"])
    assert ledger(store, "became", direction="in") == ["answered"]


def test_what_cannot_be_kept_stays_with_the_mail_server(store: Store, world: World, drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    port = answerable(store, world)
    drive()
    reply, _ = sent(store, world)
    with monkeypatch.context() as patched:

        def broken(*_: Any, **__: Any) -> None:
            raise sa.exc.OperationalError("insert", {}, OSError("disk full"))

        patched.setattr("engine.host.texting.incoming.Incoming.mail", broken)
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            hand_in(port, "ann@example.com", reply, "1")
    with pytest.raises(smtplib.SMTPSenderRefused, match="552"):
        hand_in(port, "ann@example.com", reply, "x" * 12_000_000)
    hand_in(port, "ann@example.com", reply, "1")
    until(lambda: outcomes(store) == ["fine"])


def test_listening_needs_leave(store: Store, world: World, stores: Any, settings: Settings) -> None:
    port = answerable(store, world)
    drivers = Drivers(settings.model_copy(update={"allow_hosts": f"127.0.0.1:{world.port}"}), stores)
    drivers.start()
    try:
        sent(store, world)
        time.sleep(0.5)
        with pytest.raises(OSError):
            hand_in(port, "ann@example.com", "reply@clinic.example", "1")
    finally:
        drivers.close()

"""An organisation with flows that ask by text, a way to let texts come in, and what became of them."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.adapters.gateway import Carried
from engine.adapters.message_news import News, PartOf, TextReceived
from engine.events import MessageSent
from engine.host import sleeping
from engine.host.outbox import answers
from engine.host.outbox.answers import Ended
from engine.host.programs import Programs
from engine.host.texting.keeping import Keeping
from engine.host.texting.sending import Ready, take_in_hand
from engine.session.session import shown
from engine.store import Store, inbox, messages, new_id, now_micros, outbox, tenant
from engine.store.inbox import Start
from engine.store.messages import MessageRow
from engine.texting.outgoing import Rules
from tests.host.conftest import publish

PATIENT, OURS = "+8613800138000", "106900"
EPOCH = 1


class House:
    """One organisation: its sessions sleep, its texts leave when `deliver` says so."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.programs = Programs("UTC")
        self.keeping = Keeping(self.programs, "CN", Path(tempfile.mkdtemp()))
        self.rules = Rules(sender=OURS)
        self._number = 0

    def ask(self, *choices: str, to: str = "138 0013 8000", name: str = "Ask", **config: Any) -> bytes:
        """A session that asks the patient, and whose question has left."""
        document = {
            "callweave": 1, "name": f"{name} {new_id().hex()}", "languages": ["en"], "start": "ask",
            "nodes": {
                "ask": {
                    "type": "ask_sms",
                    "config": {"to": to, "text": f"{name}?", "choices": [{"label": each} for each in choices], **config},
                    "outlets": dict.fromkeys((*choices, "other", "timed_out", "failed"), "end"),
                },
                "end": {"type": "end"},
            },
        }  # fmt: skip
        return self.begin(document)

    def begin(self, document: dict[str, Any], *, leave: bool = True) -> bytes:
        """A session of a flow; what it sends has left, or waits."""
        start = Start(flow_id=publish(self.store, document), version=1, contact={"phone": PATIENT}, record={})
        identity = new_id()
        with self.store.begin() as connection:
            inbox.put_start(connection, session_id=identity, source="test", start=start, at=now_micros())
        self.serve()
        if leave:
            self.deliver()
        return identity

    def serve(self) -> None:
        """Let the sessions take what has come."""
        while sleeping.serve(self.store, self.programs):
            pass

    def hand(self, gateway: str = "sms") -> tuple[list[Ready], list[Ended]]:
        """Take in hand what is due, as a driver does."""
        at = now_micros()
        with self.store.begin() as connection:
            rows = outbox.claim(connection, gateway, at=at, epoch=EPOCH, limit=100)
            ready, ended = take_in_hand(connection, gateway, rows, self.rules, country="CN", at=at)
            answers.write_on(connection, ended, epoch=EPOCH)
        return ready, ended

    def deliver(self) -> list[Any]:
        """Let leave what is due; the commands that left."""
        ready, _ = self.hand()
        self.finish(ready)
        return [each.command for each in ready]

    def finish(self, ready: list[Ready]) -> None:
        """The gateway has taken these."""
        done = [
            answers.carried(
                each.row, Carried(event=MessageSent(command_id=each.command.id), reference=f"id-{each.row.key}"),
                awaits=getattr(each.command, "until", "") == "delivered",
            )
            for each in ready
        ]  # fmt: skip
        answers.write(self.store, done, epoch=EPOCH)
        self.serve()

    def comes(
        self, text: str, *, sender: str = PATIENT, to: str = OURS, id: str | None = None, **more: Any
    ) -> MessageRow:
        """A text comes in; how it stands in the ledger."""
        self._number += 1
        external = f"in-{self._number}" if id is None else id
        self.keep(
            TextReceived(external_id=external, sender=sender, receiver=to, text=text, at=datetime.now(UTC), **more)
        )
        return self.inward()[0]

    def keep(self, *news: News) -> None:
        assert self.keeping.keep(self.store, "sms", news) == [None] * len(news)

    def part(self, text: str, number: int, total: int, reference: int = 7, **more: Any) -> TextReceived:
        self._number += 1
        part = PartOf(reference=reference, number=number, total=total)
        given = {"external_id": f"part-{self._number}", "sender": PATIENT, "receiver": OURS} | more
        return TextReceived(text=text, at=datetime.now(UTC), part=part, **given)

    def inward(self) -> list[MessageRow]:
        with self.store.read() as connection:
            return messages.page(connection, before=None, limit=1_000, equal={"direction": "in"})

    def outward(self) -> list[MessageRow]:
        with self.store.read() as connection:
            return messages.page(connection, before=None, limit=1_000, equal={"direction": "out"})

    def outlet(self, session: bytes) -> str | None:
        """By which outlet a session has left its question, so far as it has."""
        self.serve()
        with self.store.read() as connection:
            row = connection.execute(sa.select(tenant.session).where(tenant.session.c.id == session)).one()
        results = shown(row.state).runs[0].results
        return None if "ask" not in results else str(results["ask"]["outlet"])

    def later(self, seconds: float) -> None:
        """So much time passes for what has come in."""
        queued = tenant.message.c.queued_at
        with self.store.begin() as connection:
            connection.execute(tenant.message.update().values(queued_at=queued - int(seconds * 1_000_000)))

"""A tenant whose sessions really run, on an imagined line: what becomes of a call stands in the last digits called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa

from engine.commands import PlaceCall
from engine.events import CallAnswered, CallFailed
from engine.host import sleeping
from engine.host.campaigns import audience_job, dialling
from engine.host.campaigns.driver import Driver
from engine.host.programs import Programs
from engine.store import Store, calls, campaigns, from_micros, inbox, now_micros
from engine.store.campaigns import Campaign
from engine.store.inbox import Posted
from engine.store.sessions import LegRow
from engine.store.tenant import leg, outbox, session
from tests.calls.test_calls_out import OUTLETS
from tests.host.conftest import publish

SECOND = 1_000_000
HOUR = 3600 * SECOND
ENDINGS = {"0200": "answered", "0486": "busy", "0202": "no_answer", "0404": "failed", "0201": "hung_up"}
CALLING: dict[str, Any] = {
    "callweave": 1, "name": "Reminder", "languages": ["en"], "start": "ring",
    "nodes": {
        "ring": {
            "type": "call", "config": {"to": "{{ contact.phone }}", "ring_seconds": 5},
            "outlets": {"answered": "who", **{outlet: outlet for outlet in OUTLETS[1:]}},
        },
        "who": {
            "type": "branch",
            "config": {"conditions": [{"label": "quits", "when": "contact.phone contains '0201'"}]},
            "outlets": {"quits": "left", "else": "told"},
        },
        "told": {"type": "end", "config": {"outcome": "told"}},
        "left": {"type": "end", "config": {"outcome": "hung_up"}},
        **{outlet: {"type": "end", "config": {"outcome": outlet}} for outlet in OUTLETS[1:]},
    },
}  # fmt: skip
RESTING = {
    **CALLING, "name": "Reminder, and a rest",
    "nodes": {**CALLING["nodes"], "failed": {"type": "wait", "config": {"for": "3d"}, "outlets": {"done": "left"}}},
}  # fmt: skip
"""Where no call could be placed, its session goes on for days."""
ALWAYS = [{"from": "00:00", "to": "24:00"}]


class Line:
    """One organisation, its worker, its campaigns' driver, and a line on a clock that tests move."""

    def __init__(self, store: Store, *, at: int | None = None) -> None:
        self.store = store
        self.at = now_micros() if at is None else at
        self.programs = Programs("UTC")
        self.driver = self.new_driver()
        self.dialled: list[tuple[int, str]] = []
        self.at_once = self.most_at_once = 0
        self.built: list[bytes] = []

    def new_driver(self, may_act: Callable[[], bool] = lambda: True) -> Driver:
        return Driver(
            self.store, may_act=may_act, hint_turns=lambda: None, hint_build=lambda one: self.built.append(one),
            pause=lambda store: None, clock=lambda: self.at,
        )  # fmt: skip

    def campaign(self, people: list[dict[str, Any]], **policy: Any) -> bytes:
        """A campaign of these people, not started."""
        flow = publish(self.store, policy.pop("flow", CALLING))
        settings = policy.pop("settings", {})
        audience = policy.pop("audience", {"contacts": people})
        with self.store.begin() as connection:
            made = campaigns.create(
                connection, name="Autumn", flow_id=flow, audience=audience,
                policy={"windows": ALWAYS, **policy}, settings=settings, at=self.at,
            )  # fmt: skip
        return made.id

    def get(self, identity: bytes) -> Campaign:
        with self.store.read() as connection:
            return campaigns.get(connection, identity)

    def work(self) -> None:
        """The worker: what waits for sessions without owner."""
        while sleeping.serve(self.store, self.programs):
            continue

    def dial(self, most: int = 1_000) -> int:
        """Place what the gate lets through, on an imagined line; how many calls."""
        placed = 0
        with self.store.read() as connection:
            waiting = calls.due(connection, at=self.at + HOUR, limit=most)
            rows, _ = dialling.next_ones(connection, waiting, at=self.at)
        for row in rows:
            command = msgspec.msgpack.decode(row.body, type=PlaceCall)
            with self.store.begin() as connection:
                refusal = dialling.admit(
                    connection, row.session_id, self.programs.calendars_of(self.store), zone="UTC", at=self.at
                )
                if isinstance(refusal, dialling.NotYet):
                    continue
                if refusal is not None:
                    dialling.refuse(connection, row, refusal.word, at=self.at)
                    continue
                calls.begin(connection, row.id, name=row.key, epoch=1, at=self.at)
                party = LegRow(
                    session_id=row.session_id, leg=row.key, direction="out", caller="", called=command.to,
                    state="ringing", started_at=self.at, trunk="local",
                )  # fmt: skip
                connection.execute(leg.insert().values(msgspec.structs.asdict(party)))
            self.dialled.append((self.at, command.to))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            placed += 1
        return placed

    def refuse(self) -> int:
        """No trunk takes the calls that are due: none is dialled, and each flow is told. How many."""
        with self.store.begin() as connection:
            rows = calls.due(connection, at=self.at, limit=1_000)
            for row in rows:
                command_id = msgspec.msgpack.decode(row.body, type=PlaceCall).id
                event = CallFailed(at=from_micros(self.at), command_id=command_id, fate="failed", cause="no trunk", rang=False)
                calls.end(connection, row.id, "done", at=self.at, reason="no trunk")
                inbox.put(
                    connection, session_id=row.session_id, source="line", external_id=row.key, at=self.at,
                    posted=Posted(event=event),
                )  # fmt: skip
        self.work()
        return len(rows)

    def answer(self, seconds: float = 5.0) -> None:
        """All that rings comes to its end."""
        with self.store.read() as connection:
            live = connection.execute(sa.select(leg.c.session_id, leg.c.leg, leg.c.called).where(leg.c.ended_at.is_(None))).all()
        self.at += int(seconds * SECOND)
        for session_id, name, called in live:
            self._end(session_id, name, ENDINGS[called[-4:]])
        self.work()

    def _end(self, session_id: bytes, name: str, ending: str) -> None:
        answered = ending in ("answered", "hung_up")
        values = {
            "state": "ended", "ended_at": self.at, "fate": "answered" if answered else ending, "cause": ending,
            "rang": ending != "failed", "answered_at": self.at - 3 * SECOND if answered else None,
        }  # fmt: skip
        command_id = name.partition("-")[2]
        moment = from_micros(self.at)
        event: Any = CallAnswered(at=moment, command_id=command_id, leg=name) if answered else CallFailed(
            at=moment, command_id=command_id, fate=ending, cause=ending, rang=ending != "failed"  # type: ignore[arg-type]
        )
        with self.store.begin() as connection:
            connection.execute(leg.update().where(leg.c.leg == name).values(values))
            connection.execute(outbox.update().where(outbox.c.reference == name).values(state="done"))
            inbox.put(
                connection, session_id=session_id, source="line", external_id=name, at=self.at,
                posted=Posted(event=event),
            )  # fmt: skip
        self.at_once -= 1

    def outcomes(self) -> list[str | None]:
        with self.store.read() as connection:
            return sorted(connection.scalars(sa.select(session.c.outcome)), key=str)

    def run(self, looks: int, step: float = 0.2, talk: float = 5.0) -> None:
        """Look after look: driver, worker, line."""
        for _ in range(looks):
            self.driver.look()
            self.work()
            self.dial()
            self.at += int(step * SECOND)


def freeze(line: Line, identity: bytes, parts: Any) -> None:
    audience_job.freeze(line.store, identity, parts)


def people(endings: list[str], first: int = 0) -> list[dict[str, Any]]:
    return [{"phone": f"139{first + number:04d}{ending}", "name": f"P{number}"} for number, ending in enumerate(endings)]

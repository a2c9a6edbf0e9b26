"""Function nodes: handed over with the turn, run in a process of their own, answered by way of the inbox, once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from engine.commands import AskAdapter
from engine.flow import canonical
from engine.host import function_jobs, plugins, sleeping
from engine.host.functions import FunctionFailed, run_function
from engine.host.outbox.registry import row_of
from engine.host.plugins import Installed
from engine.host.programs import Programs
from engine.host.settings import PROJECT, Settings
from engine.session.state import State
from engine.store import Stores, flows, inbox, job_rows, new_id, now_micros, outbox
from engine.store.flows import Draft
from engine.store.inbox import Start
from engine.store.tenant import outbox as table
from engine.store.tenant import session

EXAMPLES = PROJECT / "examples" / "nodes"
ODD = '''
import os, time
from callweave import FunctionNode, NodeConfig, fields

class OddConfig(NodeConfig):
    what: str = fields.Field(title="What")

class Odd(FunctionNode[OddConfig]):
    """Does what it is told."""
    type, label = "odd", "Odd"

    @staticmethod
    def run(what):
        print("a word for the log")
        if what == "environment":
            return sorted(name for name in os.environ if name.startswith("CALLWEAVE"))
        if what == "sleep":
            time.sleep(60)
        if what == "spin":
            while True:
                pass
        if what == "exit":
            os._exit(3)
        if what == "much":
            return "x" * 100_000
        if what == "object":
            return object()
        if what == "memory":
            return len(bytearray(8 << 30))
        raise RuntimeError("no " + what)
'''


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder with a function node that does what it is told."""
    folder = tmp_path / "odd_nodes"
    folder.mkdir()
    (folder / "odd.py").write_text(ODD)
    return folder


def test_a_function_returns_its_value() -> None:
    asked = {"weight": "70", "height": 175}
    assert run_function("body_mass_index", asked, timeout=5, nodes=EXAMPLES) == 22.9


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("tea", "RuntimeError: no tea"),
        ("sleep", "takes longer than 0.5 s"),
        ("spin", "takes longer than 0.5 s"),
        ("exit", "ended without an answer"),
        ("much", "at most 65536"),
        ("object", "TypeError"),
        ("memory", "MemoryError"),
    ],
)
def test_what_goes_wrong_is_the_functions_failure(odd: Path, what: str, reason: str) -> None:
    with pytest.raises(FunctionFailed, match=reason):
        run_function("odd", {"what": what}, timeout=0.5, nodes=odd)


def test_a_function_sees_no_settings_and_no_credentials(odd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWEAVE_DATABASE_URL", "postgresql://secret@db/control")
    assert "CALLWEAVE_DATABASE_URL" in os.environ
    assert run_function("odd", {"what": "environment"}, timeout=5, nodes=odd) == []


def test_what_cannot_be_used_says_why(odd: Path) -> None:
    (odd / "broken.py").write_text("import nothing_of_this_name")
    for word, reason in (("broken", "ModuleNotFoundError"), ("nowhere", "no node type"), ("menu", "no function node")):
        with pytest.raises(FunctionFailed, match=reason):
            run_function(word, {}, timeout=5, nodes=odd)


@pytest.fixture
def started(stores: Stores) -> Iterator[bytes]:
    """A session that has asked for the example's function."""
    plugins.use(Installed(EXAMPLES))
    document: dict[str, Any] = {
        "callweave": 1, "name": "bmi", "languages": ["en"], "start": "work_out", "nodes": {
            "work_out": {
                "type": "body_mass_index", "outlets": {"done": "end", "failed": "lost"},
                "config": {"weight": "{{ record.weight }}", "height": "175"},
            },
            "end": {"type": "end", "config": {"outcome": "{{ results.work_out.value }}"}, "outlets": {}},
            "lost": {"type": "end", "config": {"outcome": "{{ results.work_out.reason }}"}, "outlets": {}},
        },
    }  # fmt: skip
    store, identity, text = stores.tenant("main"), new_id(), canonical(document)
    with store.begin() as connection:
        draft = Draft(name="bmi", description="", languages=["en"], document=text, errors=0, warnings=0)
        made = flows.create(connection, draft, at=now_micros())
        flows.publish(connection, made.id, document=text, sha256="0" * 64, message="", at=now_micros())
        start = Start(flow_id=made.id, version=1, contact={}, record={"weight": 70})
        inbox.put_start(connection, session_id=identity, source="api", start=start, at=now_micros())
    sleeping.serve(store, Programs("UTC"))
    yield identity
    plugins.use(None)


def test_a_turn_hands_its_work_over_and_the_answer_comes_once(stores: Stores, started: bytes) -> None:
    store, settings = stores.tenant("main"), Settings(nodes=EXAMPLES)
    with store.read() as connection:
        row = connection.execute(sa.select(session)).one()
        (waiting,) = job_rows.waiting(connection, at=now_micros())
    assert (row.status, row.node) == ("running", "work_out")
    function_jobs.serve(store, waiting, settings)
    function_jobs.serve(store, waiting, settings)
    with store.read() as connection:
        assert job_rows.waiting(connection, at=now_micros()) == []
        assert len(connection.execute(sa.select(inbox.inbox).where(inbox.inbox.c.source == "job")).all()) == 1
    sleeping.serve(store, Programs("UTC"))
    with store.read() as connection:
        row = connection.execute(sa.select(session)).one()
    assert (row.id, row.status, row.outcome) == (started, "completed", "22.9")


def test_work_that_a_worker_died_over_is_done_again_but_not_for_ever(
    stores: Stores, started: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = stores.tenant("main")
    with store.read() as connection:
        (waiting,) = job_rows.waiting(connection, at=now_micros())

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(function_jobs, "run_function", dies)
    for _ in range(function_jobs.DEATHS):
        with pytest.raises(KeyboardInterrupt):
            function_jobs.serve(store, waiting, Settings(nodes=EXAMPLES))
        with store.read() as connection:
            assert job_rows.waiting(connection, at=now_micros()) == [], "it is in hand"
        with store.begin() as connection:
            connection.execute(table.update().values(due_at=now_micros()))
    function_jobs.serve(store, waiting, Settings(nodes=EXAMPLES))
    sleeping.serve(store, Programs("UTC"))
    with store.read() as connection:
        row = connection.execute(sa.select(session)).one()
    state = msgspec.msgpack.decode(row.state, type=State)
    assert (row.status, state.runs[0].node) == ("waiting", "work_out"), "the node tries again by itself, later"
    assert row.wake_at is not None


def test_an_adapter_that_a_worker_died_over_is_unknown(stores: Stores) -> None:
    store = stores.tenant("main")
    with store.begin() as connection:
        identity = new_id()
        connection.execute(
            session.insert().values(
                id=identity, flow_id=new_id(), version=1, status="waiting", rev=1, state=b"", owner_epoch=0,
                started_at=1, updated_at=1,
            )
        )  # fmt: skip
        row = row_of(identity, AskAdapter(id="1", adapter="none", request={}), now_micros())
        outbox.insert(connection, [row])
        job_rows.take(connection, row.id, at=now_micros(), until=now_micros())
    function_jobs.serve(store, row.id, Settings())
    function_jobs.serve(store, row.id, Settings())
    with store.read() as connection:
        found = connection.execute(sa.select(table)).one()
        answers = connection.execute(sa.select(inbox.inbox)).all()
    assert (found.state, found.reason, len(answers)) == ("unknown", function_jobs.DIED, 1)

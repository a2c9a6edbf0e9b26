"""A session waits while its node type moves on: its memo is upgraded, or the session is parked until it can be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from engine.events import SignalReceived
from engine.flow import compile_flow
from engine.host import plugins, sleeping
from engine.host.plugins import Installed, find_node_types
from engine.host.programs import Programs
from engine.session import SessionParked, advance, dump, restore, start
from engine.store import Store, Stores, inbox, new_id, now_micros
from engine.store.inbox import Posted, Start
from engine.store.tenant import session
from engine.store.times import from_micros
from tests.host.conftest import publish

FIRST = '''
from callweave import Leave, Node, NodeConfig, Wait

class BellConfig(NodeConfig):
    pass

class Bell(Node[BellConfig]):
    """Waits to be called."""
    type, label, waits = "bell", "Bell", True

    def enter(self, session):
        return Wait(memo=7, listens=(("signal", "ring"),))

    def handle(self, session, event):
        return Leave("done", result=session.memo)
'''
SECOND = FIRST.replace("waits = ", "version, waits = ").replace('"Bell", True', '"Bell", 2, True').replace(
    "Wait(memo=7", 'Wait(memo={"count": 7}'
).replace("result=session.memo", 'result=session.memo["count"] * 10') + '''
    @classmethod
    def upgrade_memo(cls, memo, from_version):
        assert from_version == 1
        return {"count": memo}
'''  # fmt: skip
BROKEN = SECOND.replace('return {"count": memo}', "raise KeyError(memo)")
DOCUMENT = {
    "callweave": 1, "name": "B", "languages": ["en"], "start": "a",
    "nodes": {"a": {"type": "bell", "config": {}, "outlets": {"done": "b"}},
              "b": {"type": "end", "config": {"outcome": "{{ results.a.value }}"}}},
}  # fmt: skip


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Installer]:
    yield Installer(tmp_path / "nodes")
    plugins.use(None)


class Installer:
    """Puts another version of the node type into the workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._times = 0
        folder.mkdir()

    def __call__(self, source: str) -> None:
        self._times += 1
        (self.folder / "bell.py").write_text(source)
        os.utime(self.folder / "bell.py", ns=(0, self._times))
        plugins.use(Installed(self.folder))


def begun(store: Store, flow_id: bytes) -> bytes:
    identity = new_id()
    with store.begin() as connection:
        wanted = Start(flow_id=flow_id, version=1, contact={}, record={})
        inbox.put_start(connection, session_id=identity, source="api", start=wanted, at=now_micros())
    sleeping.serve(store, Programs("UTC"))
    return identity


def ring(store: Store, identity: bytes) -> None:
    with store.begin() as connection:
        at = now_micros()
        posted = Posted(event=SignalReceived(at=from_micros(at), name="ring"))
        inbox.put(connection, session_id=identity, source="api", external_id=f"ring {identity.hex()}", posted=posted, at=at)


def state(store: Store, identity: bytes) -> tuple[str, str | None]:
    with store.read() as connection:
        row = connection.execute(sa.select(session).where(session.c.id == identity)).one()
    return row.status, row.outcome


def test_a_memo_is_upgraded_with_its_node_type(stores: Stores, install: Installer) -> None:
    store = stores.tenant("main")
    install(FIRST)
    identity = begun(store, publish(store, DOCUMENT))
    assert state(store, identity) == ("waiting", None)
    install(SECOND)
    ring(store, identity)
    sleeping.serve(store, Programs("UTC"))
    assert state(store, identity) == ("completed", "70")


def test_a_session_is_parked_while_its_memo_cannot_be_upgraded_and_goes_on_then(
    stores: Stores, install: Installer
) -> None:
    store = stores.tenant("main")
    install(FIRST)
    flow_id = publish(store, DOCUMENT)
    identity = begun(store, flow_id)
    install(BROKEN)
    other = begun(store, flow_id)
    ring(store, identity)
    ring(store, other)
    sleeping.serve(store, Programs("UTC"))
    assert state(store, identity) == ("waiting", None)
    assert state(store, other) == ("completed", "70"), "a session that began with this version goes on"
    with store.begin() as connection:
        connection.execute(inbox.inbox.update().values(claimed_until=None))
    install(SECOND)
    sleeping.serve(store, Programs("UTC"))
    assert state(store, identity) == ("completed", "70")


def test_a_memo_of_a_later_version_parks_the_session(install: Installer) -> None:
    at = from_micros(now_micros())
    install(SECOND)
    later = compile_flow(DOCUMENT, find_node_types(install.folder))
    blob = dump(start(later, at=at).session)
    install(FIRST)
    earlier = compile_flow(DOCUMENT, find_node_types(install.folder))
    with pytest.raises(SessionParked, match="bell at a: its memo is of version 2, installed is version 1"):
        restore(earlier, blob)
    turn = advance(later, restore(later, blob), SignalReceived(at=at, name="ring"))
    assert turn.session.outcome == "70"


def test_a_state_that_was_stored_before_versions_were_is_of_the_first(install: Installer) -> None:
    install(SECOND)
    program = compile_flow(DOCUMENT, find_node_types(install.folder))
    old = msgspec.msgpack.decode(dump(start(program, at=from_micros(now_micros())).session))
    old[-1][0][3] = 7
    del old[-1][0][-1]
    assert restore(program, msgspec.msgpack.encode(old)).memo == {"count": 7}

"""Old sessions: exported first, deleted with all that is theirs; others stay as they are."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from callweave.tenant.keeping import kept
from callweave.tenant.life import NoTenant
from engine.events import SignalReceived
from engine.host import at_hand, retention, sleeping
from engine.host.programs import Programs
from engine.host.settings import Settings
from engine.store import Store, Stores, id_text, inbox, new_id, now_micros, tenant
from engine.store.inbox import Posted, Start
from tests.databases import BOOTSTRAP_KEY
from tests.host.conftest import publish

FLOW: dict[str, Any] = {
    "callweave": 1, "name": "Old", "languages": ["en"], "start": "note",
    "nodes": {
        "note": {"type": "set", "config": {"variables": {"who": "{{ contact.name }}"}}, "outlets": {"done": "wait"}},
        "wait": {"type": "wait_for", "config": {"what": "signal", "name": "go"}, "outlets": {"received": "end"}},
        "end": {"type": "end", "config": {"outcome": "went"}},
    },
}  # fmt: skip


def begun(store: Store, count: int) -> list[bytes]:
    """Sessions that wait for a signal."""
    flow_id, ids = publish(store, FLOW), [new_id() for _ in range(count)]
    with store.begin() as connection:
        for identity in ids:
            start = Start(flow_id=flow_id, version=1, contact={"name": "Ann"}, record={"ward": "B"})
            inbox.put_start(connection, session_id=identity, source="api", start=start, at=now_micros())
    drain(store)
    return ids


def signalled(store: Store, ids: list[bytes]) -> None:
    """The same, to their end."""
    rows = [(each, "test", each.hex(), Posted(event=SignalReceived(name="go", data={"n": 1}))) for each in ids]
    with store.begin() as connection:
        inbox.put_each(connection, rows, at=now_micros())
    drain(store)


def drain(store: Store) -> None:
    while sleeping.serve_batch(store, Programs("UTC")).any:
        pass


def ids_in(store: Store, table: sa.Table, column: str = "session_id") -> set[bytes]:
    with store.read() as connection:
        return set(connection.scalars(sa.select(table.c[column])))


def test_ended_sessions_are_exported_and_go_with_all_that_is_theirs(stores: Stores, tmp_path: Path) -> None:
    store, folder = stores.tenant("main"), tmp_path / "exports" / "main"
    ids = begun(store, 230)
    ended, live = ids[:205], ids[205:]
    signalled(store, ended)
    until = time.monotonic() + 60
    assert retention.sweep_sessions(store, now_micros() - retention.DAY, folder, until) == 0, "none is so old"
    assert not folder.exists()
    time.sleep(0.002)  # their ids and their ends are of this very millisecond
    assert retention.sweep_sessions(store, now_micros(), folder, until) == 205
    assert ids_in(store, tenant.journal) == set(live)
    assert ids_in(store, tenant.session, "id") == set(live)
    [file] = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert [line["id"] for line in lines] == [id_text(each) for each in sorted(ended)]
    first = lines[0]
    assert (first["status"], first["outcome"], first["contact"], first["record"]) == (
        "completed", "went", {"name": "Ann"}, {"ward": "B"},
    )  # fmt: skip
    assert first["vars"] == {"who": "Ann"}
    assert [turn["turn"] for turn in first["turns"]] == [1, 2]
    assert first["turns"][1]["body"]["event"]["data"] == {"n": 1}
    assert first["ended_at"].endswith("Z")
    signalled(store, live)
    assert retention.sweep_sessions(store, now_micros(), folder, until) == 25
    assert len(list(folder.iterdir())) == 2


def test_an_export_that_fails_deletes_nothing(stores: Stores, tmp_path: Path, monkeypatch: Any) -> None:
    store = stores.tenant("main")
    signalled(store, begun(store, 3))

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(retention.os, "fsync", full)
    time.sleep(0.002)
    try:
        retention.sweep_sessions(store, now_micros(), tmp_path / "exports" / "main", time.monotonic() + 9)
    except OSError as error:
        assert error.errno == 28
    assert len(ids_in(store, tenant.session, "id")) == 3


def test_events_that_were_applied_long_ago_go_and_open_ones_stay(stores: Stores) -> None:
    store = stores.tenant("main")
    begun(store, 3)
    with store.begin() as connection:
        inbox.put(
            connection, session_id=new_id(), source="api", external_id="open", at=now_micros(),
            posted=Posted(event=SignalReceived(name="x")),
        )  # fmt: skip
    until, later = time.monotonic() + 60, now_micros() + retention.APPLIED_KEPT
    assert retention.sweep_applied(store, now_micros(), until) == 0
    assert retention.sweep_applied(store, later + retention.DAY, until) == 3
    with store.read() as connection:
        assert connection.scalars(sa.select(tenant.inbox.c.external_id)).all() == ["open"]


def test_each_tenant_keeps_as_long_as_is_set_for_it(
    stores: Stores, tmp_path: Path, database_urls: dict[str, str]
) -> None:
    settings = Settings(data=tmp_path / "data", bootstrap_key=BOOTSTRAP_KEY, keep_days=1, **database_urls)
    assert kept(settings, "main", sessions=0, recordings=None) == (
        "main: sessions for ever, recordings 180 days (the platform's), faxes 180 days (the platform's)"
    )
    assert kept(settings, "other", sessions=None, recordings=30, faxes=7) == (
        "other: sessions 1 days (the platform's), recordings 30 days, faxes 7 days"
    )
    with pytest.raises(NoTenant, match="nowhere"):
        kept(settings, "nowhere", sessions=1, recordings=None)
    long_ago = now_micros() - 3 * retention.DAY
    for name in ("main", "other"):
        store = stores.tenant(name)
        [identity] = begun(store, 1)
        signalled(store, [identity])
        old = (long_ago // 1000).to_bytes(6, "big") + identity[6:]
        with store.begin() as connection:
            connection.execute(tenant.journal.delete())
            connection.execute(tenant.session.update().values(id=old, ended_at=long_ago))
    at_hand.use(at_hand.AtHand(settings))
    try:
        for name in ("main", "other"):
            retention.sweep(name)
    finally:
        at_hand.use(None)
    assert len(ids_in(stores.tenant("main"), tenant.session, "id")) == 1
    assert kept(settings, "main", sessions=-1, recordings=None).startswith("main: sessions 1 days (the platform's)")
    assert ids_in(stores.tenant("other"), tenant.session, "id") == set()

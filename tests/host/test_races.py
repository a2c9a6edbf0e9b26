"""Workers that meet over one session on PostgreSQL: nobody waits for another, and what one starts the other sees."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from engine.host import sleeping
from engine.host.programs import Programs
from engine.store import Stores, sessions, sleepers
from engine.store.inbox import pending_start
from engine.store.tenant import inbox, session
from tests.host.conftest import publish
from tests.host.test_turn import counting, drain, of, signal, start


def test_the_event_of_a_session_that_is_just_being_started_waits_for_it(stores: Stores) -> None:
    """On PostgreSQL another worker may have its start in hand; the event stays open and is applied behind it."""
    store = stores.tenant("main")
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time, who has all of a session's events")
    flow_id = publish(store, counting())
    with store.begin() as other:
        [identity] = start(store, flow_id)
        mine = sa.select(inbox.c.id).where(inbox.c.session_id == identity).with_for_update()
        other.execute(mine)
        signal(store, identity, "end", "1")
        assert not sleeping.serve_batch(store, Programs("UTC")).any
    drain(store)
    assert of(store, session, "id", "outcome") == [(identity, "end")]


def test_a_start_that_another_commits_between_two_looks_loses_no_event(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen with three workers: the session was not there yet, its start was open no more, and the event was dropped."""
    store = stores.tenant("main")
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time, who has all of a session's events")
    with ExitStack() as stack:
        [identity] = start(store, publish(store, counting()))
        mine = sa.select(inbox.c.id).where(inbox.c.session_id == identity).with_for_update()
        stack.enter_context(store.begin()).execute(mine)
        signal(store, identity, "end", "1")
        looks = 0

        def between(look: Callable[..., Any]) -> Callable[..., Any]:
            def look_later(*values: Any) -> Any:
                nonlocal looks
                looks += 1
                if looks == 2:
                    stack.close()
                    assert sleeping.serve_batch(store, Programs("UTC")).any, "another has started it"
                return look(*values)

            return look_later

        monkeypatch.setattr(sleepers, "pending_start", between(pending_start))
        monkeypatch.setattr(sleepers, "_THERE_NOW", SimpleNamespace(run=between(sleepers._THERE_NOW.run)))
        sleeping.serve_batch(store, Programs("UTC"))
        assert looks == 2
    drain(store)
    assert of(store, session, "id", "outcome") == [(identity, "end")]


def test_no_batch_waits_for_another(stores: Stores) -> None:
    """A session that another transaction holds is passed over; the rest of the batch is served meanwhile."""
    store = stores.tenant("main")
    if store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    ids = start(store, publish(store, counting()), 4)
    drain(store)
    for identity in ids:
        signal(store, identity, "end", identity.hex())
    with store.begin() as other:
        assert set(sessions.load(other, ids[:2])) == set(ids[:2])
        drain(store)
        assert {row[0] for row in of(store, session, "id", "ended_at") if row[1] is not None} == set(ids[2:])
    drain(store)
    assert None not in {row[0] for row in of(store, session, "ended_at")}

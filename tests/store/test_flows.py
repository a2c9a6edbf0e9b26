"""Drafts under a revision, versions that never change."""

from __future__ import annotations

import pytest

from engine.store import Stores, flows, new_id
from engine.store.flows import Draft, FlowUnknown, RevisionConflict


def test_a_draft_moves_on_by_its_revision(stores: Stores) -> None:
    store = stores.tenant("main")
    with store.begin() as connection:
        made = flows.create(connection, Draft(document="one", name="A", languages=["zh-CN"], errors=2), at=1)
    with store.begin() as connection:
        assert flows.save_draft(connection, made.id, 1, Draft(document="two", name="B"), at=2) == 2
        assert flows.save_draft(connection, made.id, 2, Draft(document="two", name="B"), at=3) == 2
    with store.read() as connection:
        assert flows.draft(connection, made.id) == ("two", 2)
        kept = flows.get(connection, made.id)
    assert (kept.name, kept.errors, kept.created_at, kept.updated_at) == ("B", 0, 1, 2)


def test_an_old_revision_is_refused_with_the_present_one(stores: Stores) -> None:
    with stores.tenant("main").begin() as connection:
        made = flows.create(connection, Draft(document="one", name="A"), at=1)
        flows.save_draft(connection, made.id, 1, Draft(document="two", name="A"), at=2)
        with pytest.raises(RevisionConflict) as refused:
            flows.save_draft(connection, made.id, 1, Draft(document="three", name="A"), at=3)
        with pytest.raises(FlowUnknown):
            flows.save_draft(connection, new_id(), 1, Draft(document="three", name="A"), at=3)
    assert refused.value.revision == 2


def test_versions_are_numbered_and_the_last_is_published(stores: Stores) -> None:
    store = stores.tenant("main")
    with store.begin() as connection:
        made = flows.create(connection, Draft(document="one", name="A"), at=1)
        for document in ("one", "two", "three"):
            flows.publish(connection, made.id, document=document, sha256=document, message="m", at=2)
        with pytest.raises(FlowUnknown):
            flows.publish(connection, new_id(), document="x", sha256="x", message="", at=2)
    with store.read() as connection:
        assert flows.get(connection, made.id).published == 3
        assert [v.number for v in flows.versions(connection, made.id, below=None, limit=2)] == [3, 2]
        assert [v.number for v in flows.versions(connection, made.id, below=2, limit=2)] == [1]
        found = flows.version_document(connection, made.id, 2)
        assert found is not None
        assert (found[0].sha256, found[1]) == ("two", "two")
        assert flows.version_document(connection, made.id, 4) is None


def test_pages_go_from_new_to_old(stores: Stores) -> None:
    store = stores.tenant("main")
    with store.begin() as connection:
        made = [flows.create(connection, Draft(document="", name=str(n)), at=n).id for n in range(5)]
    with store.read() as connection:
        first = flows.page(connection, before=None, limit=3)
        rest = flows.page(connection, before=first[-1].id, limit=3)
        assert flows.live_sessions(connection, made) == {}
    assert [flow.id for flow in [*first, *rest]] == made[::-1]

"""Definitions under a name: put, changed, paged, removed."""

from __future__ import annotations

from engine.store import Stores, definitions
from engine.store.tenant import calendar, record_type


def test_a_definition_moves_on_when_it_changes(stores: Stores) -> None:
    store = stores.tenant("main")
    with store.begin() as connection:
        assert definitions.put(connection, calendar, "门诊", {"week": {}}, at=1)
        assert not definitions.put(connection, calendar, "门诊", {"week": {}}, at=2)
        assert definitions.revision(connection, calendar, "门诊") == 1
        assert not definitions.put(connection, calendar, "门诊", {"holidays": "CN"}, at=3)
    with store.read() as connection:
        kept = definitions.get(connection, calendar, "门诊")
        assert kept is not None
        assert (kept.definition, kept.revision, kept.created_at, kept.updated_at) == ({"holidays": "CN"}, 2, 1, 3)
        assert definitions.get(connection, record_type, "门诊") is None
        assert definitions.revision(connection, calendar, "ward") is None


def test_definitions_are_paged_by_name_and_removed(stores: Stores) -> None:
    with stores.tenant("main").begin() as connection:
        for name in ("b", "c", "a"):
            definitions.put(connection, record_type, name, {"key": name}, at=1)
        assert [one.name for one in definitions.page(connection, record_type, after=None, limit=2)] == ["a", "b"]
        assert [one.name for one in definitions.page(connection, record_type, after="b", limit=2)] == ["c"]
        assert definitions.every(connection, record_type) == {name: {"key": name} for name in "abc"}
        assert definitions.remove(connection, record_type, "b")
        assert not definitions.remove(connection, record_type, "b")
        assert definitions.names(connection, record_type) == ["a", "c"]

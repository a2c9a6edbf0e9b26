"""Ids sort by time and are written in one way only."""

from __future__ import annotations

import uuid

from engine.store import id_bytes, id_text, new_id


def test_ids_are_uuid7_and_sort_by_time() -> None:
    made = [new_id() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert [identity[:7] for identity in made] == sorted(identity[:7] for identity in made)
    assert {uuid.UUID(bytes=identity).version for identity in made} == {7}
    assert {uuid.UUID(bytes=identity).variant for identity in made} == {uuid.RFC_4122}


def test_text_and_back() -> None:
    identity = new_id()
    assert id_bytes(id_text(identity)) == identity
    for text in ("", "7001", "../etc/passwd", id_text(identity).upper(), "{" + id_text(identity) + "}", "x" * 5000):
        assert id_bytes(text) is None

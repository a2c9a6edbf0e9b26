"""The example flows come in once, run, and have their numbers."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Flask

from designer.examples import FOLDER, NUMBERS, flow_files, name_of, seed_examples
from engine.store import Stores, flows, triggers


def test_examples_come_in_once(app: Flask) -> None:
    stores: Stores = app.extensions["callweave"].stores
    names = seed_examples(stores)
    assert names == [name_of(FOLDER, path) for path in flow_files()]
    assert {"first_call", "hospital/return_visit"} <= set(names)
    assert set(NUMBERS) <= set(names)
    for number in NUMBERS.values():
        target = triggers.call_target(stores, number)
        assert target is not None
        assert (target.tenant, target.version) == ("main", 1)
    assert seed_examples(stores) == []
    with stores.tenant("main").read() as connection:
        kept = flows.page(connection, before=None, limit=99)
    assert [flow.errors for flow in kept] == [0] * len(names)


def test_a_faulty_example_is_kept_as_a_draft_and_a_taken_number_stays(app: Flask, tmp_path: Path) -> None:
    stores: Stores = app.extensions["callweave"].stores
    sound = json.loads((FOLDER / "first_call.json").read_text(encoding="utf-8"))
    for folder, document in (("a", sound), ("b", sound | {"start": "nowhere"}), ("c", [])):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "first_call.json").write_text(json.dumps(document), encoding="utf-8")
    assert seed_examples(stores, folder=tmp_path / "a") == ["first_call"]
    assert seed_examples(stores, folder=tmp_path / "b") == [], "the same name does not come twice"
    (tmp_path / "b" / "first_call.json").rename(tmp_path / "b" / "faulty.json")
    (tmp_path / "c" / "first_call.json").rename(tmp_path / "c" / "nonsense.json")
    assert seed_examples(stores, folder=tmp_path / "b") == ["faulty"]
    assert seed_examples(stores, folder=tmp_path / "c") == []
    with stores.tenant("main").read() as connection:
        published = {flow.errors: flow.published for flow in flows.page(connection, before=None, limit=9)}
    assert published == {0: 1, 1: None}

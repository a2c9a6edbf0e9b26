"""Three-way merge and what has changed: nothing dropped, nothing invented."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.flow.canonical import canonical
from engine.flow.diff import diff
from engine.flow.merge import MISSING, merge, same

BASE: dict[str, Any] = {
    "callweave": 1, "name": "Reminder", "languages": ["zh-CN", "en"], "start": "ask",
    "nodes": {
        "ask": {
            "type": "menu", "name": "Will you come?", "at": [1, 2],
            "config": {"prompt": {"zh-CN": "您好", "en": "Hello"}, "timeout": 8, "choices": [{"key": "1", "label": "yes"}]},
            "outlets": {"1": "stop", "no_input": "stop"},
        },
        "stop": {"type": "end", "name": "Stop", "at": [3, 4], "config": {}, "outlets": {}},
    },
}  # fmt: skip

leaves = st.none() | st.booleans() | st.integers(-2, 2) | st.text("ab", max_size=2)
documents = st.recursive(
    st.dictionaries(st.sampled_from("abc"), leaves, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from(["a", "b", "nodes", "config"]), leaves | inner | st.lists(leaves, max_size=2), max_size=4),
    max_leaves=12,
)  # fmt: skip


def edited(**places: Any) -> dict[str, Any]:
    """The base document with values put at places: `nodes__ask__name="x"`; None removes."""
    document = copy.deepcopy(BASE)
    for place, value in places.items():
        *way, last = place.split("__")
        inner = document
        for segment in way:
            inner = inner[segment]
        if value is None:
            del inner[last]
        else:
            inner[last] = value
    return document


@given(documents, documents)
def test_an_edit_merged_with_none_is_the_edit(base: dict[str, Any], edit: dict[str, Any]) -> None:
    for merged in (merge(base, edit, base), merge(base, base, edit), merge(base, edit, edit)):
        assert same(merged.document, edit)
        assert merged.conflicts == []
        assert merged.text == canonical(edit)


@settings(max_examples=300)
@given(documents, documents, documents)
def test_nothing_is_dropped_and_sides_are_alike(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert {c.path for c in one.conflicts} == {c.path for c in other.conflicts}
    assert [(c.base, c.mine, c.theirs) for c in sorted(one.conflicts, key=lambda c: c.path)] == [
        (c.base, c.theirs, c.mine) for c in sorted(other.conflicts, key=lambda c: c.path)
    ]
    if not one.conflicts:
        assert one.text == other.text
    for conflict in one.conflicts:
        assert not same(conflict.mine, conflict.theirs)
        assert not same(conflict.mine, conflict.base)
        assert not same(conflict.theirs, conflict.base)


PLACES = ["name", "start", "nodes__ask__name", "nodes__ask__at", "nodes__ask__config__timeout", "nodes__ask__config__prompt__en",
          "nodes__ask__outlets__1", "nodes__ask__outlets__no_input", "nodes__stop__name", "nodes__late"]  # fmt: skip


@given(st.lists(st.sampled_from(PLACES), unique=True), st.data())
def test_edits_in_different_places_commute(places: list[str], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(places)))
    mine, theirs = edited(**dict.fromkeys(places[:cut], "m")), edited(**dict.fromkeys(places[cut:], "t"))
    both = edited(**dict.fromkeys(places[:cut], "m"), **dict.fromkeys(places[cut:], "t"))
    for merged in (merge(BASE, mine, theirs), merge(BASE, theirs, mine)):
        assert merged.conflicts == []
        assert merged.text == canonical(both)


def test_one_removes_what_the_other_changes() -> None:
    mine, theirs = edited(nodes__stop=None), edited(nodes__stop__name="End")
    merged = merge(BASE, mine, theirs)
    assert [(c.path, c.mine) for c in merged.conflicts] == [("nodes.stop", MISSING)]
    assert merged.document["nodes"]["stop"]["name"] == "End"


@given(documents)
def test_no_change_is_no_change(document: dict[str, Any]) -> None:
    assert diff(document, document) == []


@given(documents, documents)
def test_any_two_documents_can_be_told_apart(before: dict[str, Any], after: dict[str, Any]) -> None:
    for change in diff(before, after):
        assert str(change)


def test_what_has_changed_in_words() -> None:
    after = edited(
        start="stop", languages=["zh-CN"], nodes__ask__name="Coming?", nodes__ask__at=[9, 9], nodes__ask__config__timeout=9,
        nodes__ask__config__prompt__en="Good day", nodes__ask__outlets__1="late", nodes__ask__outlets__no_input=None,
        nodes__ask__outlets__no_match="stop", nodes__late={"type": "end", "name": "Late"},
    )  # fmt: skip
    found = {(change.kind, change.path): str(change) for change in diff(BASE, after)}
    assert found == {
        ("node_added", "nodes.late"): "Late added (end)",
        ("start", "start"): "starts at 'stop' now (was 'ask')",
        ("languages", "languages"): "languages are ['zh-CN'] now (were ['zh-CN', 'en'])",
        ("node_renamed", "nodes.ask.name"): "Coming?: its name is 'Coming?' now (was 'Will you come?')",
        ("node_moved", "nodes.ask.at"): "Coming? moved",
        ("config", "nodes.ask.config.timeout"): "Coming?: timeout is 9 now (was 8)",
        ("text", "nodes.ask.config.prompt.en"): "Coming?: prompt.en is 'Good day' now (was 'Hello')",
        ("reconnected", "nodes.ask.outlets.1"): "Coming?: 1 leads to 'late' now (was 'stop')",
        ("disconnected", "nodes.ask.outlets.no_input"): "Coming?: no_input no longer leads to 'stop'",
        ("connected", "nodes.ask.outlets.no_match"): "Coming?: no_match leads to 'stop' now",
    }


def test_a_node_with_another_id_is_renamed_and_its_edges_are_the_same() -> None:
    after = edited(
        nodes__stop=None,
        nodes__over=BASE["nodes"]["stop"],
        nodes__ask__outlets__1="over",
        nodes__ask__outlets__no_input="over",
    )
    assert [(change.kind, str(change)) for change in diff(BASE, after)] == [
        ("node_renamed", "Stop: its id is 'over' now (was 'stop')")
    ]

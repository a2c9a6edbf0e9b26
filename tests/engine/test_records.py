"""Records without a store: who is refused and in which words, which version is newer, whom it is about, who sees what."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine.record_types import RecordType
from engine.records.content import digest, is_older, written
from engine.records.intake import Entry, Intake, ecma, exact, quick
from engine.records.person import merged
from engine.records.rows import Row
from engine.records.seeing import Sight, Veil, masked, seen
from engine.records.table import guarded

KIND = {
    "schema": {"type": "object", "properties": {"no": {}, "who": {}, "tel": {}, "zone": {}, "note": {}, "age": {"type": "integer"}}},
    "key": "no", "phone": "tel", "contact": "who", "time_zone": "zone", "visible": {"note": ["doctor"]},
}  # fmt: skip


def kind(**changes: Any) -> RecordType:
    return RecordType.model_validate(KIND | changes)


def read(data: Any, **changes: Any) -> Any:
    return Intake("visit", kind(**changes)).read(0, Row(data=data))


def faults(data: Any) -> list[str]:
    found = read(data)
    assert isinstance(found, list), "it was taken"
    return [str(fault) for fault in found]


# --- which rows are taken

PATTERNS = ("^a", "b$", "^[0-9]+$", r"^\d{2,3}$", r"\w@\w", "[$^]", r"\$", "a|b$", "^(ab)*$", "^\\s*$", "[^a]", "^.b$")
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet="ab$^1２ \n\u0660王@", max_size=6) | st.sampled_from([0, 1, 1.0, True, False, "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
    max_leaves=5,
)  # fmt: skip
BOUNDS = st.integers(-3, 5)
LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.builds(lambda kinds: {"type": kinds}, st.lists(st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"]), min_size=1, max_size=3, unique=True)),
    st.builds(lambda pattern: {"pattern": pattern}, st.sampled_from(PATTERNS)),
    st.builds(lambda low, high: {"minimum": low, "exclusiveMaximum": high}, BOUNDS, BOUNDS),
    st.builds(lambda low, high: {"minLength": low, "maxLength": high}, st.integers(0, 3), st.integers(0, 5)),
    st.builds(lambda low, high: {"minItems": low, "maxItems": high, "uniqueItems": True}, st.integers(0, 2), st.integers(0, 3)),
    st.builds(lambda step: {"multipleOf": step}, st.sampled_from([1, 3, 7, 0.1, 0.01, 0.5])),
    st.builds(lambda values: {"enum": values}, st.lists(VALUES, min_size=1, max_size=3)),
    st.builds(lambda value: {"const": value}, VALUES),
    st.just({"format": "date"}),
)  # fmt: skip
SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    LEAVES | st.booleans(),
    lambda inner: st.one_of(
        st.builds(lambda one: {"items": one}, inner),
        st.builds(lambda one: {"not": one}, inner),
        st.builds(lambda one, pattern: {"patternProperties": {pattern: one}}, inner, st.sampled_from(PATTERNS)),
        st.builds(lambda several, how: {how: several}, st.lists(inner, min_size=1, max_size=2), st.sampled_from(["allOf", "anyOf", "oneOf"])),
        st.builds(lambda one, other, closed: {"properties": {"a": one, "b": other}, "additionalProperties": closed, "required": ["a"]}, inner, inner, st.booleans()),
    ),
    max_leaves=4,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(schema=SCHEMAS, value=VALUES)
def test_who_is_quick_and_who_says_why_agree(schema: Any, value: Any) -> None:
    whole = {"properties": {"x": schema}}
    assume(not _is_a_matter_of_rounding(schema, value))
    assert quick(whole).is_valid({"x": value}) == exact(whole).is_valid({"x": value})


def _is_a_matter_of_rounding(schema: Any, value: Any) -> bool:
    """A part of 10^300 by 7: one divides whole numbers, the other what a double holds of them."""
    return "multipleOf" in repr(schema) and bool(re.search(r"[0-9]{16}|e[+-]?[0-9]", repr(value)))


@settings(max_examples=200, deadline=None)
@given(pattern=st.sampled_from(PATTERNS), text=st.text(alphabet="ab$^1２ \n\u0660王@", max_size=5))
def test_a_pattern_means_the_same_to_both(pattern: str, text: str) -> None:
    assert quick({"pattern": pattern}).is_valid(text) == bool(ecma(pattern).search(text))


def test_the_words_are_jsonschemas() -> None:
    schema = KIND["schema"] | {"required": ["no", "tel"]}  # type: ignore[operator]
    data = {"no": "1", "age": "old"}
    theirs = sorted(error.message for error in Draft202012Validator(schema).iter_errors(data))
    found = read(data, schema=schema)
    assert sorted(fault.sentence for fault in found) == theirs
    assert {fault.path for fault in found} == {"", "age"}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ([1], "must be an object (is [1])"),
        ({}, "no: is empty"),
        ({"no": ""}, "no: is empty"),
        ({"no": 1.5}, "no: must be text or a whole number (is 1.5)"),
        ({"no": True}, "no: must be text or a whole number (is True)"),
        ({"no": "a\0b"}, "no: no control characters (is ''a\\x00b'')"),
        ({"no": "x" * 201}, "no: at most 200 characters (is 'xxx"),
        ({"no": "1", "zone": "Nowhere"}, "zone: 'Nowhere' is no time zone such as Asia/Shanghai"),
        ({"no": "1", "note": "x" * 70_000}, "larger than 65536 bytes (is 70"),
        ({"no": "1", "note": "\ud800"}, "text that is not Unicode"),
        ({"no": "1", "who": "a\nb"}, "who: no control characters"),
        ({"no": "1", "age": "x"}, "age: 'x' is not of type 'integer'"),
    ],
)
def test_what_is_refused(data: Any, fault: str) -> None:
    found = faults(data)
    assert len(found) == 1 and found[0].startswith(fault), found


def test_nesting_has_an_end() -> None:
    deep: Any = "x"
    for _ in range(49):
        deep = [deep]
    assert isinstance(read({"no": "1", "note": deep}), Entry)
    assert faults({"no": "1", "note": [deep]}) == ["nested deeper than 50 levels"]


def test_a_key_may_be_a_number_and_has_no_blanks_around() -> None:
    assert read({"no": 7}).key == "7"
    assert read({"no": " A1 "}).key == "A1"


# --- which version counts

@pytest.mark.parametrize(
    ("older", "newer"),
    [("9", "10"), ("2026-11-22T09:00:00+08:00", "2026-11-22T02:00:00Z"), ("2026-11-22 09:00:00", "2026-11-22T10:00:00"), ("a", "b")],
)
def test_the_older_one_is_known(older: str, newer: str) -> None:
    assert is_older(older, newer) and not is_older(newer, older) and not is_older(older, older)


def test_what_cannot_be_compared_counts() -> None:
    assert not is_older(None, "9") and not is_older("1", None)
    assert not is_older("1", "2026-11-22T09:00:00Z"), "another way of counting"


@given(st.dictionaries(st.text(max_size=3), VALUES, max_size=4))
def test_the_same_content_is_the_same_bytes(data: dict[str, Any]) -> None:
    turned = dict(reversed(data.items()))
    assert written(data) == written(turned) and digest(written(data)) == digest(written(turned))


# --- whom it is about

def test_a_person_is_who_the_type_says() -> None:
    assert read({"no": "1", "who": 7, "tel": 13800000001}).person == "7"
    assert read({"no": "1", "tel": "1"}).person is None, "it names nobody: never by number"
    assert read({"no": "1"}, contact=None).person == "visit/1"


def test_what_a_source_says_as_before_undoes_nothing() -> None:
    by_hand = {"phone": "2", "name": "Ann"}
    assert merged(by_hand, {"phone": "1"}, {"phone": "1"}) == by_hand
    assert merged(by_hand, {"phone": "1"}, {"phone": "3"}) == by_hand | {"phone": "3"}
    assert merged({"phone": "1"}, {"phone": "1"}, {}) == {}
    assert merged(by_hand, {"phone": "1"}, {}) == by_hand


# --- who sees what

def test_fields_are_shown_to_their_roles() -> None:
    data = {"no": "1", "note": "ill", "tel": "13800000001"}
    assert seen(kind(), data, Sight(role="doctor")) == data
    assert seen(kind(), data, Sight(role="desk", numbers=False)) == {"no": "1", "tel": "138****0001"}
    assert seen(kind(visible={"tel": ["desk"]}), data, Sight(role="desk", numbers=False))["tel"] == "13800000001"
    assert seen(kind(visible={"tel": []}), data, Sight(role="desk"))["tel"] == "138****0001"
    assert seen(kind(visible={"tel": []}), data, Sight(role="administrator", numbers=False)) == data


@pytest.mark.parametrize(
    ("written", "shown"),
    [("13800000001", "138****0001"), ("+8613800000001", "+86138****0001"), ("10086", "1**86"), ("110", "***"), ("li@x.cn", "l***@x.cn"), ("", "")],
)
def test_an_address_shows_its_ends(written: str, shown: str) -> None:
    assert masked(written) == shown


@given(st.text(min_size=1, max_size=30))
def test_no_address_is_shown_whole(address: str) -> None:
    assert masked(address) != address or set(address) <= {"*"} or "***@" in address


def test_what_is_hidden_is_covered_wherever_it_stands() -> None:
    record = {"no": "1", "note": "angina", "tel": "13800000001"}
    veil = Veil(Sight(role="desk", numbers=False), contact={"phone": "13800000001"}, record=record, kind=kind())
    said = {"text": "about angina", "to": "13911111111", "record": record, "list": ["call 13800000001"]}
    assert veil.over(said) == {
        "text": "about •••", "to": "139****1111", "record": {"no": "1", "tel": "138****0001"}, "list": ["call 138****0001"],
    }  # fmt: skip


@given(st.text(max_size=8))
def test_no_cell_begins_a_formula(text: str) -> None:
    cell = str(guarded(text))
    assert not cell.startswith(("=", "@", "\t", "\r")) and (not cell.startswith(("+", "-")) or cell[1:2].isdigit())

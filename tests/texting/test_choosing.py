"""Which of several open questions a message means, and which flow a text begins: tables, and what always holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.matching import slips
from engine.texting.choosing import Open, asked_again, meant
from engine.texting.keywords import Keyword, by_any, by_keyword


def q(name: str, at: int, **fields: object) -> Open:
    return Open(session=name.encode(), asked_at=at, **({"kind": "question", "fits": True} | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("open_ones", "fitting", "again"),
    [
        ([], None, None),
        ([q("a", 1), q("b", 2)], "b", "b"),
        ([q("a", 1), q("b", 2, fits=False)], "a", "b"),
        ([q("a", 1, fits=False), q("b", 2, fits=False)], None, "b"),
        ([q("a", 1), q("b", 2, answered=True)], "a", "a"),
        ([q("a", 1, answered=True)], None, None),
        ([q("a", 1, ours="1069"), q("b", 2, ours="1070")], "a", "a"),
        ([q("a", 1, ours="1070"), q("b", 2, ours="1070")], "b", "b"),
        ([q("a", 1, ours="1069"), q("b", 2)], "b", "b"),
        ([q("a", 1), q("w", 9, kind="wait")], "a", "a"),
        ([q("a", 1, fits=False), q("w", 9, kind="wait")], "w", "a"),
        ([q("a", 1, fits=False), q("w", 9, kind="wait", fits=False)], None, "a"),
    ],
)
def test_who_is_meant(open_ones: list[Open], fitting: str | None, again: str | None) -> None:
    for order in (open_ones, open_ones[::-1]):
        one, other = meant(order, "1069"), asked_again(order, "1069")
        assert (one and one.session.decode(), other and other.session.decode()) == (fitting, again)


OPEN = st.builds(
    Open, session=st.binary(min_size=1, max_size=2), kind=st.sampled_from(["question", "wait"]), fits=st.booleans(),
    asked_at=st.integers(0, 9), ours=st.sampled_from(["", "1", "2"]), answered=st.booleans(),
)  # fmt: skip


@given(st.lists(OPEN, max_size=6), st.sampled_from(["1", "2", "3"]))
def test_an_answer_always_goes_to_one_whom_it_fits_and_who_has_none(open_ones: list[Open], ours: str) -> None:
    able = [each for each in open_ones if each.fits and not each.answered]
    found = meant(open_ones, ours)
    assert (found is None) == (not able)
    assert found is None or found in able
    again = asked_again(open_ones, ours)
    assert again is None or (again.kind == "question" and not again.answered)


A, B, C = (Keyword(trigger=name, words=words, number=number) for name, words, number in (
    (b"a", ("挂号", "REG"), ""), (b"b", ("REG",), "1069"), (b"c", (), "1069"),
))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "ours", "found"),
    [
        ("reg", "1070", b"a"), ("reg", "1069", b"b"), ("ＲＥＧ。", "1069", b"b"), ("我要挂号", "1069", b"a"),
        ("不要挂号", "1069", None), ("regular", "1070", None), ("reg cardio", "1070", b"a"), ("", "1069", None),
    ],
)  # fmt: skip
def test_what_a_word_begins(text: str, ours: str, found: bytes | None) -> None:
    assert by_keyword(text, ours, [A, B, C]) == found
    assert (by_any("1069", [A, B, C]), by_any("1070", [A, B, C])) == (b"c", None)


@pytest.mark.parametrize(
    ("word", "meant", "count"),
    [("confirm", "confirm", 0), ("confrim", "confirm", 1), ("conirm", "confirm", 1), ("confiirm", "confirm", 1),
     ("kanfirm", "confirm", 2), ("", "four", 3), ("cancel", "confirm", 3)],
)  # fmt: skip
def test_slips_are_counted(word: str, meant: str, count: int) -> None:
    assert slips(word, meant) == count


@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_slips_are_the_same_both_ways(one: str, other: str) -> None:
    assert slips(one, other) == slips(other, one)
    assert (slips(one, other) == 0) == (one == other)

"""Texts: cut into as few parts as it takes and joined again, whatever comes in; receipts; words that stop."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.texting.addresses import bare, canonical
from engine.texting.addresses import spellings as spelled
from engine.texting.alphabet import from_septets, plain, septets
from engine.texting.joining import GAP, Part, joined, part_of, without_header
from engine.texting.outgoing import Outgoing, Rules, clean, outgoing
from engine.texting.receipts import Receipt, read_receipt, spellings
from engine.texting.segments import MOST_PARTS, ROOM, Segments, TooLong, count, segments
from engine.texting.signature import signed
from engine.texting.stop_words import meaning

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=1_000)
GSM = st.text(st.sampled_from("@£$aZ09 \n€{}[]~|^\\Δéñü"), max_size=1_000)


def decoded(alphabet: str, octets: bytes) -> str:
    return from_septets(octets) if alphabet == "gsm7" else octets.decode("utf-16-be")


@pytest.mark.parametrize(
    ("text", "alphabet", "parts"),
    [
        ("", "gsm7", 1), ("a" * 160, "gsm7", 1), ("a" * 161, "gsm7", 2), ("a" * 306, "gsm7", 2), ("a" * 307, "gsm7", 3),
        ("€" * 80, "gsm7", 1), ("€" * 81, "gsm7", 2), ("a" * 152 + "€" * 10, "gsm7", 2),
        ("您" * 70, "ucs2", 1), ("您" * 71, "ucs2", 2), ("您" * 134, "ucs2", 2), ("您" * 135, "ucs2", 3),
        ("😀" * 35, "ucs2", 1), ("😀" * 36, "ucs2", 2), ("“Hello”", "ucs2", 1),
    ],
)  # fmt: skip
def test_a_text_takes_as_few_parts_as_the_standard_allows(text: str, alphabet: str, parts: int) -> None:
    made = segments(text)
    assert (made.alphabet, len(made.parts)) == (alphabet, parts)


def test_typographic_signs_may_be_written_plainly() -> None:
    assert segments("“It’s 9–10…”", plain_signs=True) == Segments("gsm7", (b'"It\'s 9-10..."',))
    assert segments("“您”", plain_signs=True).alphabet == "ucs2"
    assert plain("a\u00a0b") == "a b"


@given(TEXTS | GSM)
def test_no_part_is_too_long_and_all_of_it_arrives(text: str) -> None:
    made = segments(text)
    alone, among = ROOM[made.alphabet]
    assert all(len(part) <= (alone if len(made.parts) == 1 else among) for part in made.parts)
    for part in made.parts:
        decoded(made.alphabet, part)  # no character is cut in half
    assert decoded(made.alphabet, b"".join(made.parts)) == text


@given(GSM)
def test_the_alphabet_is_its_own_inverse(text: str) -> None:
    coded = septets(text)
    assert coded is not None
    assert from_septets(b"".join(coded)) == text


def test_more_parts_than_can_be_counted_are_refused() -> None:
    assert len(segments("您" * 67 * MOST_PARTS).parts) == MOST_PARTS
    with pytest.raises(TooLong):
        segments("您" * (67 * MOST_PARTS + 1))


LONG = st.tuples(st.text("您a€😀", min_size=1, max_size=50), st.integers(165, 400)).map(
    lambda pair: (pair[0] * pair[1])[: 3 * pair[1]]
)


@given(LONG, st.randoms(use_true_random=False), st.integers(0, 255))
def test_parts_in_any_order_and_twice_are_one_text(text: str, order: object, reference: int) -> None:
    made = segments(text)
    sent = [octets for octets in made.with_headers(reference) for _ in range(2)]
    order.shuffle(sent)  # type: ignore[attr-defined]
    parts = [part for octets in sent if (part := part_of(octets))]
    assert len(parts) == len(sent)
    pieces = {part.number: decoded(made.alphabet, part.octets) for part in parts}
    whole, missing = joined(pieces, parts[0].total)
    assert (clean(whole), missing) == (text, 0)


def test_what_never_comes_is_shown_as_far_as_it_came() -> None:
    assert joined({2: "two", 1: "one"}, 3) == (f"onetwo{GAP}", 1)
    assert joined({4: "four", 1: "one"}, 5) == (f"one{GAP}four{GAP}", 3)


def test_halves_of_a_character_in_two_parts_are_one_again() -> None:
    assert clean(joined({1: "a\ud83d", 2: "\ude00b"}, 2)[0]) == "a😀b"
    assert clean("a\0\ud83d") == "a\ufffd"


@given(st.text("您a€^ 😀é", max_size=400) | LONG)
def test_parts_are_counted_as_they_are_cut(text: str) -> None:
    assert count(text) == len(segments(text).parts)


def test_a_text_of_too_many_parts_is_not_sent() -> None:
    assert outgoing("您" * 71, Rules(signature="市医院", most_parts=2)) == Outgoing("【市医院】" + "您" * 71, 2)
    assert "2 parts" in outgoing("您" * 71, Rules(most_parts=1)).wrong
    assert "255" in outgoing("您" * 67 * 256, Rules()).wrong


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("138 0013-8000", "+8613800138000"), ("+86 13800138000", "+8613800138000"), ("008613800138000", "+8613800138000"),
        ("13800138000", "+8613800138000"), ("447911123456", "+447911123456"), ("00447911123456", "+447911123456"),
        ("1069 0012", "10690012"), ("95588", "95588"), ("Hospital", "hospital"), (" Li.Na@Example.COM ", "li.na@example.com"),
        ("", ""), ("(021) 5432-1098", "+862154321098"),
    ],
)  # fmt: skip
def test_an_address_has_one_spelling(written: str, one: str) -> None:
    assert canonical(written, "CN") == one
    assert bare(written) in spelled(one, "CN") or not one or written == "Hospital"


@pytest.mark.parametrize(
    ("octets", "part"),
    [
        (b"", None), (b"\x05", None), (b"\xff\0\3\1\2\1", None), (b"\x05\0\3\1\2\0x", None), (b"\x05\0\3\1\0\0x", None),
        (b"\x05\0\3\1\2\3x", None), (b"\x05\0\7\1\2\1x", None), (b"\0x", None), (b"\x03\x05\1\0x", None),
        (b"\x05\0\3\7\2\1x", Part(7, 2, 1, b"x")), (b"\x06\x08\4\1\0\2\2x", Part(256, 2, 2, b"x")),
        (b"\x0a\x24\3abc\0\3\7\2\1x", Part(7, 2, 1, b"x")),
    ],
)  # fmt: skip
def test_a_header_that_lies_is_no_part(octets: bytes, part: Part | None) -> None:
    assert part_of(octets) == part


@given(st.binary(max_size=40))
def test_any_octets_are_taken_apart_without_a_fault(octets: bytes) -> None:
    part_of(octets)
    from_septets(without_header(octets))


@pytest.mark.parametrize(
    ("text", "more", "receipt"),
    [
        ("id:0123 sub:001 dlvrd:001 submit date:2611240900 done date:2611240901 stat:DELIVRD err:000 text:Hello", {},
         Receipt("0123", "delivered")),
        ("id:ab-1 stat:UNDELIV err:0045 text:id:9 stat:DELIVRD", {}, Receipt("ab-1", "failed", "0045")),
        ("ID:7 STAT:expired ERR:1", {}, Receipt("7", "expired", "1")),
        ("id:7 stat:???", {}, Receipt("7", "unknown")),
        ("", {"message_id": "9f", "message_state": 2}, Receipt("9f", "delivered")),
        ("id:7 stat:DELIVRD", {"message_id": "9f", "message_state": 5}, Receipt("9f", "failed")),
        ("Hello", {}, None), ("", {}, None), ("stat:DELIVRD", {}, None),
    ],
)  # fmt: skip
def test_receipts_of_every_spelling(text: str, more: dict[str, object], receipt: Receipt | None) -> None:
    assert read_receipt(text, **more) == receipt  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "also"),
    [("255", "ff"), ("ff", "255"), ("FF", "255"), ("000ff", "ff"), ("msg-1", "msg-1"), ("0", "0")],
)
def test_an_id_is_known_in_either_number_system(written: str, also: str) -> None:
    assert also in spellings(written)
    assert len(set(spellings(written))) == len(spellings(written)) <= 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("STOP", "stop"), ("stop.", "stop"), (" Stop All ", "stop"), ("退订", "stop"), ("「退订」", "stop"), ("TD", "stop"),
        ("ＴＤ", "stop"), ("T D", "stop"), ("r", "stop"), ("拒收。", "stop"), ("start", "start"), ("恢复", "start"),
        ("please stop by at ten", None), ("我要退订吗", None), ("", None), ("!!!", None), ("2", None), ("y", None),
        ("halt", "stop"), ("HALT!", "stop"),
    ],
)  # fmt: skip
def test_words_that_stop_are_whole_texts(text: str, said: str | None) -> None:
    assert meaning(text, stop=["Halt"]) == said


def test_an_answer_to_an_open_question_stops_nothing_but_by_the_plainest_words() -> None:
    said = {word: (meaning(word), meaning(word, answers=True)) for word in ("取消", "cancel", "订阅", "退订", "STOP")}
    assert said == {
        "取消": ("stop", None), "cancel": ("stop", None), "订阅": ("start", None), "退订": ("stop", "stop"), "STOP": ("stop", "stop"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name", "place", "made"),
    [
        ("您好", "市中心医院", "start", "【市中心医院】您好"), ("您好", "市中心医院", "end", "您好【市中心医院】"),
        ("【他院】您好", "市中心医院", "start", "【他院】您好"), ("您好【他院】", "市中心医院", "start", "您好【他院】"),
        ("您【重要】好", "市中心医院", "start", "【市中心医院】您【重要】好"), ("您好", "", "start", "您好"),
    ],
)  # fmt: skip
def test_a_signature_stands_once(text: str, name: str, place: str, made: str) -> None:
    assert signed(text, name, place) == made  # type: ignore[arg-type]

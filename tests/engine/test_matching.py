"""Answers as people write them, and what they are taken for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.fields import Pattern
from engine.matching import Answers, normal

NUMBERS = Answers({"one": ["1"], "two": ["2"], "ten": ["10"], "none": ["0"]}, {})
YES_NO = Answers(
    {"yes": ["yes", "y", "ok", "是", "好", "确认", "来"], "no": ["no", "n", "不", "不来", "不是"], "move": ["改期", "change", "周二"],
     "cancel": ["取消", "cancel"]},
    {},
)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ("2", "two"), ("2。", "two"), ("２", "two"), ("「2」", "two"), ("2)", "two"), (" 2 \n", "two"), ("two", "two"),
        ("Two!", "two"), ("TWO", "two"), ("二", "two"), ("第2个", "two"), ("第二个", "two"), ("选2", "two"), ("我选 2", "two"),
        ("我要第二个,谢谢", "two"), ("按2吧", "two"), ("回复2", "two"), ("贰", "two"), ("两个", "two"), ("②", "two"), ("2️⃣", "two"),
        ("option two", "two"), ("Number 2 please", "two"), ("the second one", "two"), ("2nd", "two"), ("No. 2", "two"),
        ("#2", "two"), ("2, thanks", "two"), ("2,2", "two"), ("(2)", "two"), ("2:", "two"), ("2.", "two"), ("2、", "two"),
        ("十", "ten"), ("ten", "ten"), ("10", "ten"), ("零", "none"), ("〇", "none"), ("zero", "none"), ("one", "one"), ("option one", "one"),
        ("一", "one"), ("1,不是2", "one"),
        ("22", None), ("12", None), ("2.5", None), ("10:30", None), ("2/10", None), ("1 or 2", None), ("1,2", None), ("1 2", None),
        ("3", None), ("", None), ("  ", None), ("。", None), ("二十", None), ("星期二", None), ("I have two children", None),
        ("2?", None), ("someone", None), ("twofold", None), ("不要2", None), ("not 2", None),
    ],
)  # fmt: skip
def test_numbers(answer: str, label: str | None) -> None:
    assert NUMBERS.match(answer) == label


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ("yes", "yes"), ("YES", "yes"), ("Ｙｅｓ！", "yes"), ("Yes, please.", "yes"), ("yes yes", "yes"), ("y", "yes"), ("Ok", "yes"),
        ("ok thanks", "yes"), ("yes I will come", "yes"), ("是的", "yes"), ("是是是", "yes"), ("好的,谢谢", "yes"), ("好吧", "yes"),
        ("我确认", "yes"), ("确认来", "yes"), ("我明天来确认", "yes"), ("来的", "yes"), ("来", "yes"), ("no", "no"), ("No!", "no"), ("不", "no"),
        ("不来了", "no"), ("不是的", "no"), ("No, I can't", "no"), ("我不来", "no"), ("我想改期", "move"), ("请帮我改期", "move"),
        ("Please change it", "move"), ("周二可以", "move"), ("取消,谢谢", "cancel"), ("请帮我取消预约", "cancel"),
        ("I want to cancel my appointment", "cancel"),
        ("不确认", None), ("我不想取消", None), ("I don't want to cancel", None), ("do not cancel", None), ("可以取消吗", None),
        ("可以取消吗?", None), ("Can I cancel?", None), ("cancel?", None), ("yesterday", None), ("nobody", None), ("cancellation", None),
        ("yes or no", None), ("确认还是取消", None), ("maybe", None), ("也许", None), ("No problem", None), ("没问题", None),
        ("{{ contact.phone }}", None), ("来医院的路怎么走", None),
    ],
)  # fmt: skip
def test_words(answer: str, label: str | None) -> None:
    assert YES_NO.match(answer) == label


def test_a_phrase_inside_a_longer_one_is_not_another_answer() -> None:
    answers = Answers({"come": ["come"], "stay": ["will not come"]}, {})
    assert answers.match("Sorry but I will not come today") == "stay"


def test_a_pattern_fits_the_whole_normalised_answer() -> None:
    answers = Answers({"yes": ["yes"]}, {"card": [Pattern("(?i)[a-z]?[0-9]{6}")]})
    assert answers.match(" Ａ１２３４５６。") == "card"
    assert answers.match("A1234567") is None
    assert answers.match("yes") == "yes"


def test_a_long_answer_costs_little() -> None:
    assert YES_NO.match("不" * 100_000) is not None
    assert YES_NO.match("a " * 100_000) is None
    assert NUMBERS.match("2" * 100_000) is None


def test_normal() -> None:
    assert normal("  「Ｔｗｏ　ＷＯＲＤＳ」!? ") == "two words"
    assert normal("10：30") == "10:30"
    assert normal("☎️") == ""


@given(st.text(max_size=60))
def test_any_text_is_an_answer_or_none(answer: str) -> None:
    assert YES_NO.match(answer) in {"yes", "no", "move", "cancel", None}
    assert NUMBERS.match(answer) in {"one", "two", "ten", "none", None}


@given(st.sampled_from("。.!！)）、 \n~"), st.sampled_from("(（「[ "), st.booleans())
def test_marks_around_a_number_change_nothing(behind: str, before: str, wide: bool) -> None:
    assert NUMBERS.match(before + ("２" if wide else "2") + behind) == "two"

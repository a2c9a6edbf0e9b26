"""Everything that a reader can meet has its Chinese, with the same values in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from designer import words
from tests.designer.texts import texts

Caller = Callable[..., Any]
PLACES = re.compile(r"\{[a-z]+\}")


def test_every_text_has_its_chinese() -> None:
    catalogue = words.catalogue("zh-CN")
    assert {text: place for text, place in texts().items() if text not in catalogue} == {}


def test_no_translation_is_left_over() -> None:
    assert set(words.catalogue("zh-CN")) - set(texts()) == set()


def test_translations_keep_their_values() -> None:
    for english, chinese in words.catalogue("zh-CN").items():
        assert sorted(PLACES.findall(english)) == sorted(PLACES.findall(chinese)), english


def test_the_reader_chooses(call: Caller) -> None:
    body = {"config": {"prompt": "Hello", "choices": [{"key": "1", "label": "Answer"}], "tries": 99}}
    for asked, message, label in (
        ("zh-CN,en;q=0.5", "不能大于 9(现在是 99)".replace("(", "\uff08").replace(")", "\uff09"), "未按键"),
        ("zh", "不能大于 9(现在是 99)".replace("(", "\uff08").replace(")", "\uff09"), "未按键"),
        ("fr, en", "at most 9 (is 99)", "Nothing pressed"),
        ("", "at most 9 (is 99)", "Nothing pressed"),
    ):
        answer = call("POST", "/node-types/menu/check", body, Accept_Language=asked).json
        assert answer["errors"] == [{"path": "config.tries", "message": message}]
        labels = {outlet["id"]: outlet["label"] for outlet in answer["outlets"]}
        assert labels["no_input"] == label
        assert labels["1"] == "Answer", "the user's own label stays as it is"


def test_node_types_are_described_in_the_readers_language(call: Caller) -> None:
    items = call("GET", "/node-types", Accept_Language="zh-CN").json["items"]
    menu = next(item for item in items if item["type"] == "menu")
    assert menu["label"] == "按键菜单"
    assert menu["schema"]["properties"]["tries"]["title"] == "次数"
    assert "title" not in menu["schema"]
    assert {"id": "hung_up", "label": "对方挂断"} in menu["outlets"]


def test_labels_of_outlets_are_translated_if_they_are_the_node_types(call: Caller) -> None:
    asked = [
        ("wait", {"field": "visit_at"}, {"done": "完成", "failed": "没有日期"}),
        ("wait", {"for": "no time"}, {"done": "完成"}),
        (
            "branch",
            {"conditions": [{"label": "No date", "when": "vars.a == 1"}]},
            {"No date": "No date", "else": "否则"},
        ),
        ("branch", {"conditions": [{"id": "o1", "label": "Done", "when": "vars.a == 1"}]}, {"o1": "Done"}),
    ]
    for kind, config, expected in asked:
        answer = call("POST", f"/node-types/{kind}/check", {"config": config}, Accept_Language="zh-CN").json
        labels = {outlet["id"]: outlet["label"] for outlet in answer["outlets"]}
        assert {id: labels.get(id) for id in expected} == expected, answer


def test_one_is_said_as_one(call: Caller) -> None:
    for language, message in (("en", "at least one is needed"), ("zh-CN", "至少要有一项")):
        body = {"config": {"prompt": "Hello", "choices": []}}
        answer = call("POST", "/node-types/menu/check", body, Accept_Language=language).json
        assert answer["errors"] == [{"path": "config.choices", "message": message}]
    body = {"config": {"prompt": "Hello", "choices": [{"key": "1", "label": "Yes"}], "tries": 1}}
    assert "one try" in call("POST", "/node-types/menu/check", body).json["summary"]


@pytest.mark.parametrize(
    ("prompt", "card"),
    [
        ("You pressed {{ results.ask.value }}.", "“You pressed ‹ask›.”"),
        ("{{ record.visit_at | date: '%H' }} at {{contact.name}}, {{ now }}", "“‹visit_at› at ‹name›, ‹now›”"),
        ("{% if record.late %}Late{% else %}In time{% endif %}: {{ 'a' | upcase }}", "“Late / In time: ‹…›”"),
    ],
)
def test_a_template_on_a_card_is_the_name_of_what_stands_there(call: Caller, prompt: str, card: str) -> None:
    answer = call("POST", "/node-types/say/check", {"config": {"prompt": prompt}})
    assert answer.json["summary"].split(" · ")[0] == card

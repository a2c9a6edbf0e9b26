"""Filters for people, in Chinese and English; and that they speak the session's language and tell its contact's time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.expressions import Template
from engine.flow import compile_flow
from engine.secret import Secret
from engine.session import start


def scope(language: str) -> dict[str, Any]:
    return {
        "record": {"at": "2026-12-03T01:30:00Z", "local": "2026-12-03 14:00", "day": "2026-12-03", "one": 1, "few": "3",
                   "fee": "1234.5", "price": 100, "huge": "1e999999", "word": "soon", "pin": Secret("1234")},
        "contact": {"phone": "+86 (138) 0013-8000"}, "flow": {"language": language},
        "now": datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Asia/Shanghai")),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("template", "chinese", "english"),
    [
        ("{{ record.at | date_words }}", "12月3日上午9点30分", "December 3, 9:30 AM"),
        ("{{ record.at | date_words: 'day' }}", "12月3日", "December 3"),
        ("{{ record.at | date_words: 'time' }}", "上午9点30分", "9:30 AM"),
        ("{{ record.local | date_words }}", "12月3日下午2点整", "December 3, 2:00 PM"),
        ("{{ record.day | date_words }}", "12月3日", "December 3"),
        ("{{ record.word | date_words }}|{{ record.none | date_words }}", "soon|", "soon|"),
        ("{{ contact.phone | digits }}", "8 6 1 3 8 0 0 1 3 8 0 0 0", "8 6 1 3 8 0 0 1 3 8 0 0 0"),
        ("{{ record.none | digits }}", "", ""),
        ("{{ record.pin | digits }}", "", ""),
        ("{{ record.fee | money }}", "1,234.50元", "1,234.50 Chinese yuan"),
        ("{{ record.price | money }}", "100元", "100 Chinese yuan"),
        ("{{ record.price | money: 'USD' }}", "100美元", "100 US dollars"),
        ("{{ record.one | money: 'usd' }}", "1美元", "1 US dollar"),
        ("{{ record.fee | money: 'EUR', language: 'de' }}", "1.234,50 Euro", "1.234,50 Euro"),
        ("{{ record.word | money }}{{ record.none | money }}", "soon", "soon"),
        ("{{ record.huge | money }}", "1e999999", "1e999999"),
        ("{{ record.fee | money: 'nonsense' }}", "1234.5", "1234.5"),
        ("{{ record.one | plural: 'day', 'days' }}", "days", "day"),
        ("{{ record.few | plural: 'day', 'days' }}", "days", "days"),
        ("{{ record.none | plural: 'day', 'days' }}", "days", "days"),
        ("{{ record.few | plural: one: 'день', few: 'дня', other: 'дней', language: 'ru' }}", "дня", "дня"),
        ("{{ record.day | date_words: language: 'en' }}", "December 3", "December 3"),
        ("{% if record.one == 1 %}{{ record.at | date_words }}{% endif %}", "12月3日上午9点30分", "December 3, 9:30 AM"),
    ],
)  # fmt: skip
def test_filter(template: str, chinese: str, english: str) -> None:
    assert Template(template).render(scope("zh-CN")) == chinese
    assert Template(template).render(scope("en")) == english


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "zh-CN 12月3日上午9点30分 10"), ("en", "en December 3, 9:30 AM 10")]
)
def test_the_sessions_language_and_zone(language: str, words: str) -> None:
    source = "{{ flow.language }} {% if true %}{{ record.at | date_words }}{% endif %} {{ now | date: '%H' }}"
    node = {"type": "set", "config": {"variables": {"said": source}}, "outlets": {}}
    program = compile_flow(
        {"callweave": 1, "name": "f", "languages": ["zh-CN", "en"], "start": "a", "nodes": {"a": node}}
    )
    turn = start(
        program, at=datetime(2026, 11, 24, 2, tzinfo=UTC), record={"at": "2026-12-03T01:30:00Z"},
        contact={"language": language, "time_zone": "Asia/Shanghai"},
    )  # fmt: skip
    assert turn.session.vars == {"said": words}

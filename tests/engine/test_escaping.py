"""Values where they stand: a JSON body, HTML, a URL."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.escaping import html_text, json_text, url_text
from engine.expressions import Template

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


@given(TEXT, st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), TEXT, st.lists(TEXT, max_size=3)))
def test_a_body_stays_json_whatever_the_values_are(inside: str, outside: Any) -> None:
    template = Template('{"a \\" b": "<{{ record.inside }}>", "c": {{ record.outside }}, "d": ["{{ record.inside }}"]}')
    scope = {"record": {"inside": inside, "outside": outside}}
    assert json.loads(json_text(template, scope)) == {'a " b': f"<{inside}>", "c": outside, "d": [inside]}


@given(TEXT)
def test_a_value_cannot_change_an_address(value: str) -> None:
    url = url_text(Template("https://h.example/a/{{ record.v }}?b={{ record.v }}&c=1#d"), {"record": {"v": value}})
    assert url.startswith("https://h.example/a/")
    assert (url.count("/"), url.count("?"), url.count("&"), url.count("#")) == (4, 1, 1, 1)
    assert url.isascii()


@given(TEXT)
def test_a_value_cannot_open_a_tag(value: str) -> None:
    assert html_text(Template("<p title='{{ record.v }}'>"), {"record": {"v": value}}).count("<") == 1


@pytest.mark.parametrize(
    ("write", "source", "written"),
    [
        (url_text, "{{ record.url }}", "https://h.example/a b"),
        (url_text, "{{ record.url }}/{{ record.name }}", "https://h.example/a b/A%20%26%20B"),
        (url_text, "https://{{ record.host }}/{{ record.name }}", "https://h.example:80/A%20%26%20B"),
        (url_text, "https://h/?q={{ record.name | url_encode }}", "https://h/?q=A+%26+B"),
        (html_text, "{{ record.name }}", "A &amp; B"),
        (html_text, "{{ record.name | escape }}", "A &amp; B"),
        (html_text, "{% if record.name %}<b>{{ record.name }}{% endif %}", "<b>A & B"),
        (json_text, "{{ record.name }}", "A & B"),
        (json_text, "name={{ record.name }}", "name=A & B"),
        (json_text, '[{{ record.name }}, "{{ record.none }}", {{ record.none }}]', '["A & B", "", null]'),
    ],
)
def test_written(write: Any, source: str, written: str) -> None:
    record = {"url": "https://h.example/a b", "host": "h.example:80", "name": "A & B"}
    assert write(Template(source), {"record": record}) == written

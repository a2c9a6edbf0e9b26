"""Who changed what a prompt says, in which language: as far as drafts are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from designer.parts import Parts
from designer.prompt_history import Edition, changes
from engine.store import keys, now_micros
from tests.designer.conftest import KEY, Caller
from tests.designer.test_prompt_reviews import draft, put_in

BEN = "a-key-of-ben"


@pytest.fixture
def ben(app: Flask) -> Caller:
    parts: Parts = app.extensions["callweave"]
    with parts.stores.control.begin() as connection:
        keys.add(connection, BEN, tenant="main", name="Ben", role=keys.ADMINISTRATOR, at=now_micros())
    return Caller(app.test_client(), BEN)


@pytest.fixture
def flow(call: Caller) -> str:
    return str(call("POST", "/flows", draft({"zh-CN": "您好", "en": "Hello"})).json["id"])  # type: ignore[index]


def told(call: Caller, flow: str, place: str = "prompt") -> list[tuple[Any, ...]]:
    items = call("GET", f"/flows/{flow}/prompt-changes/ask/{place}").json["items"]  # type: ignore[index]
    return [(one["by"], one["language"], one["what"], one["before"], one["after"]) for one in items]


def test_each_change_has_its_author_and_what_was_said_before(call: Caller, ben: Caller, flow: str) -> None:
    me = call("GET", "/me").json["name"]  # type: ignore[index]
    assert told(call, flow) == []
    assert call("PUT", f"/flows/{flow}/draft", draft({"zh-CN": "您好", "en": "Hi"}), If_Match="*").status_code == 200
    assert told(call, flow) == [(me, "en", "text", "Hello", "Hi")]
    spoken = [{"rate": 0.9}, {"say": "您好"}]
    assert ben("PUT", f"/flows/{flow}/draft", draft({"zh-CN": "您好", "en": "Good day"}), If_Match="*").status_code == 200
    assert call("PUT", f"/flows/{flow}/draft", draft({"zh-CN": spoken}), If_Match="*").status_code == 200
    assert told(call, flow) == [
        (me, "en", "text", "Good day", None), (me, "zh-CN", "voice", "您好", spoken),
        ("Ben", "en", "text", "Hi", "Good day"), (me, "en", "text", "Hello", "Hi"),
    ]  # fmt: skip
    assert told(call, flow, "choices.7.said") == []


def test_a_recording_that_was_put_in_is_told_with_whoever_did_it(app: Flask, call: Caller, ben: Caller, flow: str) -> None:
    put_in(app, BEN, "", 0.2, name="hello")
    spoken = [{"audio": "hello"}]
    assert call("PUT", f"/flows/{flow}/draft", draft({"zh-CN": "您好", "en": spoken}), If_Match="*").status_code == 200
    put_in(app, KEY, "/hello/versions", 0.3)
    items = call("GET", f"/flows/{flow}/prompt-changes/ask/prompt").json["items"]  # type: ignore[index]
    me = call("GET", "/me").json["name"]  # type: ignore[index]
    assert [(one["by"], one["what"], one["asset"], one["version"]) for one in items] == [
        (me, "recording", "hello", 2), (me, "recording", None, None), ("Ben", "recording", "hello", 1),
    ]  # fmt: skip


def test_a_text_for_all_languages_that_is_told_apart_is_a_change_of_those_that_differ() -> None:
    def edition(prompt: Any, by: str) -> Edition:
        return Edition(prompt=prompt, languages=["zh-CN", "en"], by=by, at=1)

    found = changes([edition("Hi", "a"), edition({"zh-CN": "您好", "en": "Hi"}, "b"), edition(None, "c")])
    assert [(one.by, one.language, one.before, one.after) for one in found] == [
        ("b", "zh-CN", "Hi", "您好"), ("c", "zh-CN", "您好", None), ("c", "en", "Hi", None),
    ]  # fmt: skip


def test_changes_are_a_tenants_own(other: Callable[..., Any], flow: str) -> None:
    assert other("GET", f"/flows/{flow}/prompt-changes/ask/prompt").status_code == 404

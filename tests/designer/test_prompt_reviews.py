"""A mark on a prompt holds as long as what was found right is what is said, or heard, there."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.adapters.test_audio import tone, written
from tests.designer.conftest import KEY, OTHER_KEY

Caller = Callable[..., Any]
on_both = pytest.mark.parametrize("database_urls", ["sqlite", "schemas"], indirect=True)


def draft(prompt: Any) -> dict[str, Any]:
    choices = [{"key": "1", "label": "Yes"}, {"key": "2", "label": "No"}]
    ask = {"type": "menu", "config": {"prompt": prompt, "choices": choices}}
    return {"callweave": 1, "name": "Spoken", "languages": ["zh-CN", "en"], "start": "ask", "nodes": {"ask": ask}}


def at(language: str = "en", place: str = "prompt", **more: Any) -> dict[str, Any]:
    return {"node": "ask", "place": place, "language": language} | more


@pytest.fixture
def marks(call: Caller) -> Callable[..., Any]:
    flow = call("POST", "/flows", draft({"zh-CN": "您好", "en": "Hello"})).json["id"]

    def do(method: str, body: Any = None, query: str = "") -> Any:
        if method == "DRAFT":
            return call("PUT", f"/flows/{flow}/draft", draft(body), If_Match="*")
        return call(method, f"/flows/{flow}/prompt-reviews{query}", body)

    return do


def put_in(app: Flask, key: str, path: str, seconds: float, **fields: str) -> None:
    """Put a recording in English in, or its next version."""
    sound = io.BytesIO(written(tone(seconds), 16_000, "WAV", "PCM_16"))
    given = {"file": (sound, "a.wav"), "language": "en", **fields}
    sent = app.test_client().post(
        f"/api/v1/assets{path}", data=given, headers={"Authorization": f"Bearer {key}"},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert sent.status_code == 201, sent.text


def held(marks: Callable[..., Any]) -> list[tuple[str, bool]]:
    return [(one["language"], one["others_changed"]) for one in marks("GET").json["items"]]


@on_both
def test_a_mark_is_lost_with_the_words_it_was_about(marks: Callable[..., Any], call: Caller) -> None:
    made = marks("PUT", at(spoken="Hello"))
    assert made.status_code == 200 and made.json["by"] and made.json["others_changed"] is False
    assert marks("GET").json["items"] == [made.json]
    assert marks("PUT", at("zh-CN", spoken="您好")).status_code == 200
    assert marks("PUT", at(spoken="Hello")).status_code == 200
    marks("DRAFT", {"zh-CN": "您好！", "en": "Hello"})
    assert held(marks) == [("en", True)]
    marks("DRAFT", {"zh-CN": "您好", "en": "Hi"})
    assert held(marks) == [("zh-CN", True)]
    marks("DRAFT", {"zh-CN": "您好", "en": "Hello"})
    assert held(marks) == [("en", False), ("zh-CN", False)]
    assert marks("DELETE", query="/ask/prompt/en").status_code == 204
    assert marks("DELETE", query="/ask/prompt/en").status_code == 404
    assert held(marks) == [("zh-CN", False)]
    log = [entry["detail"] for entry in call("GET", "/audit?kind=flows").json["items"]]
    assert {"before": {"reviewed": "ask.prompt en"}} in log and {"after": {"reviewed": "ask.prompt en"}} in log


def test_only_what_the_draft_says_now_is_marked(marks: Callable[..., Any]) -> None:
    assert marks("PUT", at(spoken="Good day")).status_code == 409
    for where in (at("fr", spoken=""), at(place="no_match_prompt", spoken="x"), at(place="choices.7.said", spoken="x")):
        assert marks("PUT", where).status_code == 422
    marks("DRAFT", "Hello")
    assert marks("PUT", at("fr", spoken="Hello")).status_code == 200
    assert marks("PUT", at(spoken="Hello") | {"node": "none"}).status_code == 422


def test_a_mark_is_lost_with_the_recording_it_was_about(app: Flask, marks: Callable[..., Any]) -> None:
    put_in(app, KEY, "", 0.2, name="hello")
    spoken = [{"audio": "hello"}]
    marks("DRAFT", {"zh-CN": spoken, "en": spoken})
    for language in ("en", "zh-CN"):
        assert marks("PUT", at(language, spoken=spoken)).status_code == 200
    put_in(app, KEY, "/hello/versions", 0.3)
    assert held(marks) == [("zh-CN", False)]


def test_marks_are_a_tenants_own(app: Flask, call: Caller, other: Caller, marks: Callable[..., Any]) -> None:
    assert OTHER_KEY and app
    flow = call("GET", "/flows").json["items"][0]["id"]
    assert other("GET", f"/flows/{flow}/prompt-reviews").status_code == 404
    assert other("PUT", f"/flows/{flow}/prompt-reviews", at(spoken="Hello")).status_code == 404

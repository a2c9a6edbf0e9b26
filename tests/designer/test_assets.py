"""Recordings and documents: put in, heard from then on, in versions and languages; refused with the place."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from designer.uploads import MOST_BYTES
from engine.commands import Audio, PlayPrompt
from engine.host.recordings import located
from tests.adapters.test_audio import loudest, tone, written
from tests.designer.conftest import KEY, OTHER_KEY

Caller = Callable[..., Any]


@pytest.fixture
def send(app: Flask) -> Caller:
    """Sends a form with a file."""

    def post(path: str, content: bytes, form: dict[str, str], *, file_name: str = "a.wav", key: str = KEY, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {key}"} | {name.replace("_", "-"): value for name, value in headers.items()}
        data = {**form, "file": (io.BytesIO(content), file_name)}
        return app.test_client().post(f"/api/v1{path}", data=data, headers=sent, content_type="multipart/form-data")

    return post


def clip(hertz: float = 440.0, loud: float = 0.1) -> bytes:
    return written(tone(hertz=hertz, loud=loud), 16_000, "WAV", "PCM_16")


def heard(app: Flask, name: str, language: str, tenant: str = "main") -> float | None:
    """The frequency that a call hears for this name and language file; None if there is nothing."""
    part = located(tenant, PlayPrompt(leg="a", prompt=(Audio(asset=name),))).prompt[0]
    assert isinstance(part, Audio)
    path = app.extensions["callweave"].settings.folder_assets / part.asset / f"{language}.wav"
    return round(loudest(path.read_bytes())[1], -1) if path.is_file() else None


def test_a_recording_is_heard_by_language_in_its_newest_version_or_the_one_taken_back(
    app: Flask, call: Caller, send: Caller
) -> None:
    made = send("/assets", clip(440), {"name": "欢迎词", "language": "zh-CN"}, file_name="../../欢迎.wav")
    assert made.status_code == 201, made.json
    assert made.json["files"][0] | {"created_at": 0, "sha256": 0} == {
        "language": "zh-CN", "version": 1, "in_use": True, "media_type": "audio/wav", "size": len(clip()), "seconds": pytest.approx(2.756, abs=0.01),
        "level": pytest.approx(-23, abs=0.5), "file_name": "欢迎.wav", "source": "upload", "created_at": 0, "sha256": 0,
    }  # fmt: skip
    identity = made.json["id"]
    assert heard(app, "欢迎词", "zh-CN") == pytest.approx(160)  # a tone of 44.1 kHz samples, written as 16 kHz
    send(f"/assets/{identity}/versions", clip(880), {"language": "zh-CN"})
    changed = send("/assets/欢迎词/versions", clip(1320), {"language": "en"})
    assert changed.status_code == 201, changed.json
    assert [(file["language"], file["version"], file["in_use"]) for file in changed.json["files"]] == [
        ("en", 1, True), ("zh-CN", 2, True), ("zh-CN", 1, False),
    ]  # fmt: skip
    assert (heard(app, "欢迎词", "zh-CN"), heard(app, "欢迎词", "en")) == (320, 480)
    back = call("POST", f"/assets/{identity}/use", {"language": "zh-CN", "version": 1})
    assert [file["in_use"] for file in back.json["files"]] == [True, False, True]
    assert heard(app, "欢迎词", "zh-CN") == 160
    assert call("GET", f"/assets/{identity}/content?language=zh-CN&version=1").data == clip(440)
    assert call("GET", f"/assets/{identity}/content?language=en").data == clip(1320)
    assert call("DELETE", f"/assets/{identity}").status_code == 204
    assert heard(app, "欢迎词", "zh-CN") is None
    assert call("GET", f"/assets/{identity}").status_code == 404
    assert not [path for path in app.extensions["callweave"].settings.folder_assets.rglob("*") if path.is_file()]


def test_what_two_assets_have_in_common_stays_for_the_other(app: Flask, call: Caller, send: Caller) -> None:
    first, second = (send("/assets", clip(), {"name": name}).json["id"] for name in ("one", "two"))
    call("DELETE", f"/assets/{first}")
    assert call("GET", f"/assets/{second}/content").data == clip()


def test_lists_are_by_kind_and_name(call: Caller, send: Caller) -> None:
    for name, content in (("Opening", clip()), ("Closing", clip()), ("Advice", b"%PDF-1.7 ...")):
        assert send("/assets", content, {"name": name}).status_code == 201
    assert [row["name"] for row in call("GET", "/assets").json["items"]] == ["Advice", "Closing", "Opening"]
    assert [row["name"] for row in call("GET", "/assets?kind=document").json["items"]] == ["Advice"]
    assert [row["name"] for row in call("GET", "/assets?search=ING&limit=1").json["items"]] == ["Closing"]


def test_the_loudness_of_a_bad_recording_is_said(send: Caller) -> None:
    made = send("/assets", clip(loud=0.002), {"name": "quiet"}, Accept_Language="zh-CN")
    assert made.json["warnings"] == ["录音过轻，已放大：可能听到噪声"]


@pytest.mark.parametrize(
    ("content", "form", "status", "path"),
    [
        (b"", {"name": "a"}, 422, "file"),
        (b"MZ\x90\0\3\0", {"name": "a"}, 422, "file"),
        (b"RIFF\0\0\0\0WAVE", {"name": "a"}, 422, "file"),
        (clip(), {}, 422, "name"),
        (clip(), {"name": "../x"}, 422, "name"),
        (clip(), {"name": " x"}, 422, "name"),
        (clip(), {"name": "x" * 129}, 422, "name"),
        (clip(), {"name": "a", "language": "../en"}, 422, "language"),
        (bytes(MOST_BYTES + 100_000), {"name": "a"}, 413, None),
    ],
    ids=["empty", "program", "broken", "no name", "path", "blank", "long", "language", "large"],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_place_and_nothing_is_kept(
    app: Flask, call: Caller, send: Caller, content: bytes, form: dict[str, str], status: int, path: str | None
) -> None:
    refused = send("/assets", content, form)
    assert refused.status_code == status, refused.json
    assert [fault["path"] for fault in refused.json.get("errors", [])] == ([path] if path else [])
    assert call("GET", "/assets").json["items"] == []


def test_names_are_taken_once_and_kinds_do_not_mix(call: Caller, send: Caller) -> None:
    made = send("/assets", clip(), {"name": "a"}).json["id"]
    assert send("/assets", clip(880), {"name": "a"}).status_code == 409
    refused = send(f"/assets/{made}/versions", b"%PDF-1.7 ...", {})
    assert (refused.status_code, refused.json["errors"][0]["message"]) == (422, "is no recording")
    assert call("POST", f"/assets/{made}/use", {"version": 7}).status_code == 404


def test_another_tenant_sees_nothing_of_it(app: Flask, other: Caller, send: Caller) -> None:
    made = send("/assets", clip(), {"name": "a"}).json["id"]
    for path in (f"/assets/{made}", "/assets/a", f"/assets/{made}/content"):
        assert other("GET", path).status_code == 404
    assert other("DELETE", "/assets/a").status_code == 404
    assert heard(app, "a", "any", tenant="other") is None
    assert send("/assets", clip(880), {"name": "a"}, key=OTHER_KEY).status_code == 201
    assert heard(app, "a", "any") != heard(app, "a", "any", tenant="other")


def test_a_flow_is_published_once_its_recordings_are_there(call: Caller, send: Caller) -> None:
    prompt = {"zh-CN": [{"audio": "欢迎词"}], "en": [{"audio": "欢迎词"}]}
    document = {
        "callweave": 1, "name": "Opening", "languages": ["zh-CN", "en"], "start": "hello",
        "nodes": {"hello": {"type": "say", "config": {"prompt": prompt}, "outlets": {"done": "bye"}}, "bye": {"type": "end"}},
    }  # fmt: skip
    made = call("POST", "/flows", document).json
    assert [fault["path"] for fault in made["errors"]] == [
        "nodes.hello.config.prompt.zh-CN.0.audio", "nodes.hello.config.prompt.en.0.audio",
    ]  # fmt: skip
    assert call("POST", f"/flows/{made['id']}/publish", {"message": "x"}).status_code == 422
    send("/assets", clip(), {"name": "欢迎词", "language": "zh-CN"})
    checked = call("POST", "/flows/check", document).json
    missing = {"path": "nodes.hello.config.prompt.en.0.audio", "message": "the recording '欢迎词' is missing in en"}
    assert (checked["errors"], missing in checked["warnings"]) == ([], True)
    assert call("POST", f"/flows/{made['id']}/publish", {"message": "x"}).status_code == 201

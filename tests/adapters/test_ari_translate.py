"""ARI's words and ours, as tables."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pytest

from engine.adapters.ari import AriConfig, AriMisconfigured, messages, translate
from engine.adapters.ari.errors import AriError, AriForbidden, AriGone, AriRefused, AriTrouble, error_for
from engine.adapters.ari.messages import QueryString
from engine.adapters.ari.translate import Request
from engine.adapters.leg import PlaybackEnded, PlaybackFailed
from engine.adapters.telephony import LegFound
from engine.events import CallOffered

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CHANNEL = {
    "id": "1795302766.0", "name": "PJSIP/local-00000000", "state": "Ring", "caller": {"name": "", "number": "1001"},
    "connected": {"name": "", "number": ""}, "accountcode": "", "creationtime": "2026-11-21T23:12:46.245+0000",
    "dialplan": {
        "context": "callweave", "exten": "7001", "priority": 3, "app_name": "Stasis", "app_data": "callweave,7001",
    },
}  # fmt: skip


def event(kind: str, **fields: object) -> messages.AriMessage:
    """An event as Asterisk sends it, with much that we don't read."""
    message = {
        "type": kind,
        "timestamp": "2026-11-21T23:12:46.246+0000",
        "asterisk_id": "x",
        "application": "callweave",
    }
    return messages.read(json.dumps(message | fields))


def channel(**changes: object) -> dict[str, object]:
    dialplan = CHANNEL["dialplan"] | changes.pop("dialplan", {})  # type: ignore[operator]
    return CHANNEL | {"dialplan": dialplan} | changes


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (translate.answer("17.3"), Request("POST", "channels/17.3/answer")),
        (translate.answer("a/b c"), Request("POST", "channels/a%2Fb%20c/answer")),
        (
            translate.play("17.3", "17.3-p0", ["/data/a,b", "/data/c"]),
            Request("POST", "channels/17.3/play/17.3-p0", body='{"media":["sound:/data/a,b","sound:/data/c"]}'),
        ),
        (translate.stop("17.3-p0"), Request("DELETE", "playbacks/17.3-p0")),
        (translate.hang_up("17.3", "busy"), Request("DELETE", "channels/17.3", (QueryString("reason", "busy"),))),
        (translate.hang_up("17.3", "weather"), Request("DELETE", "channels/17.3", (QueryString("reason", "normal"),))),
        (translate.all_channels(), Request("GET", "channels")),
    ],
)
def test_what_we_ask(request_: Request, expected: Request) -> None:
    assert request_ == expected


def test_the_event_filter_lets_answers_through() -> None:
    request = translate.event_filter("callweave")
    assert (request.method, request.uri) == ("PUT", "applications/callweave/eventFilter")
    assert {entry["type"] for entry in json.loads(request.body)["allowed"]} == {
        "StasisStart", "StasisEnd", "ChannelHangupRequest", "ChannelDestroyed", "ChannelDtmfReceived",
        "ChannelTransfer", "ChannelUserevent", "Dial", "PlaybackFinished", "RecordingFinished", "RecordingFailed",
        "ApplicationReplaced", "RESTResponse",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("started", "called"),
    [
        (event("StasisStart", args=["7001"], channel=channel()), "7001"),
        (event("StasisStart", args=[], channel=channel(dialplan={"exten": "95588"})), "95588"),
    ],
)
def test_a_call_that_comes_in(started: messages.StasisStart, called: str) -> None:
    offer = CallOffered(at=AT, leg="1795302766.0", caller="1001", called=called, line="local")
    assert translate.offered(started, AT) == offer
    assert not translate.is_after_end(started)


def test_the_h_extension_is_no_call() -> None:
    after_end = event("StasisStart", args=[], channel=channel(dialplan={"exten": "h"}))
    assert isinstance(after_end, messages.StasisStart) and translate.is_after_end(after_end)


def test_the_legs_that_are_there() -> None:
    channels = [
        channel(),
        channel(id="2", state="Up", dialplan={"app_data": "callweave", "exten": "7002"}),
        channel(id="3", dialplan={"app_data": "callweave2,7001"}),
        channel(id="4", dialplan={"app_name": "Playback"}),
    ]
    assert translate.found(messages.read_channels(json.dumps(channels)), "callweave") == [
        LegFound(leg="1795302766.0", caller="1001", called="7001", answered=False),
        LegFound(leg="2", caller="1001", called="7002", answered=True),
    ]


@pytest.mark.parametrize(
    ("state", "meaning"),
    [("done", PlaybackEnded(4)), ("failed", PlaybackFailed(4, "Asterisk could not play the prompt"))],
)
def test_the_end_of_a_playback(state: str, meaning: object) -> None:
    playback = {
        "id": "17.3-p0",
        "state": state,
        "target_uri": "channel:17.3",
        "media_uri": "sound:/a",
        "language": "en",
    }
    finished = event("PlaybackFinished", playback=playback)
    assert isinstance(finished, messages.PlaybackFinished)
    assert translate.leg_of(finished) == "17.3"
    assert translate.end_of_playback(finished, 4) == meaning


@pytest.mark.parametrize(
    ("state", "ours", "cause"),
    [("Up", None, "normal"), ("Ring", None, "cancelled"), ("Ring", "busy", "busy"), ("Up", "normal", "normal")],
)
def test_why_a_leg_ended(state: str, ours: str | None, cause: str) -> None:
    ended = event("StasisEnd", channel=channel(state=state))
    assert isinstance(ended, messages.StasisEnd)
    assert translate.cause_of(ended, ours) == cause


def test_what_is_not_ours_is_no_event() -> None:
    with pytest.raises(msgspec.ValidationError):
        event("ChannelVarset", variable="x", value="y")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, None), (204, None), (400, AriRefused), (401, AriForbidden), (403, AriForbidden), (404, AriGone),
        (409, AriGone), (412, AriGone), (422, AriRefused), (500, AriTrouble), (503, AriTrouble),
    ],
)  # fmt: skip
def test_errors_are_named_by_what_to_do(status: int, error: type[AriError] | None) -> None:
    assert type(error_for(status, "Reason")) is (error or type(None))


def test_the_url_says_where_and_who() -> None:
    config = AriConfig.read("http://call%40weave:s%3Acret@[::1]:8090/ari/")
    assert config.url == "ws://[::1]:8090/ari/events?app=callweave"
    assert config.authorization == "Basic Y2FsbEB3ZWF2ZTpzOmNyZXQ="
    assert AriConfig.read("https://u:p@pbx.example.org").url == "wss://pbx.example.org:8088/ari/events?app=callweave"
    assert "cret" not in repr(config) and "Basic" not in repr(config)


@pytest.mark.parametrize(
    "url", ["", "pbx", "ftp://u:p@host", "http://host:8088/ari", "http://u@host", "http://u:secret@host:x"]
)
def test_a_url_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(AriMisconfigured, match="CALLWEAVE_ARI_URL") as refusal:
        AriConfig.read(url)
    assert "secret" not in str(refusal.value)

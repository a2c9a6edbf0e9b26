"""What we use of ARI stands in the Swagger files that ship with this Asterisk: paths, methods, parameters, fields."""

from __future__ import annotations

import json
import types
import typing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from callweave.asterisk.root import AsteriskRoot
from engine.adapters.ari import faxes, messages, recordings, translate
from engine.adapters.ari.translate import Request
from engine.adapters.telephony import Outgoing

CALL = Outgoing(leg="1.2", endpoint="PJSIP/13800000000@local", caller_id="02088886666")
REQUESTS = {
    "/applications/{applicationName}/eventFilter": translate.event_filter("callweave"),
    "/channels": translate.all_channels(),
    "/channels/{channelId}/answer": translate.answer("1.2"),
    "/channels/{channelId}/play/{playbackId}": translate.play("1.2", "1.2-p0", ["/a", "/b"]),
    "/playbacks/{playbackId}": translate.stop("1.2-p0"),
    "/channels/{channelId}": translate.hang_up("1.2", "busy"),
    "/channels/create": translate.create(CALL, "callweave"),
    "/channels/{channelId}/dial": translate.dial(CALL),
    "/channels/{channelId}/continue": translate.detect(CALL),
    "/applications/{applicationName}/subscription": translate.watch("1.2", "callweave"),
    "/channels/{channelId}/variable": translate.known("1.2", "CALLWEAVE_FAX_FILE", "/a.tif"),
    "/channels/{channelId}/snoop/{snoopId}": faxes.listen("1.2", "callweave"),
    "/bridges/{bridgeId}/record": recordings.record_bridge("room-1", "1.2-rm1"),
    "/recordings/live/{recordingName}": recordings.running("1.2-rm1"),
    "/channels/{channelId}/record": faxes.record_heard("1.2-fax-heard"),
}
SENT_AND_READ = [*messages.EVENTS, messages.RestRequest]


@pytest.fixture(scope="module")
def swagger(asterisk_root: AsteriskRoot) -> dict[str, Any]:
    """All operations by path and method, and all models."""
    apis: dict[str, Any] = {"operations": {}, "models": {}}
    for file in sorted(Path(asterisk_root.data / "rest-api").glob("*.json")):
        declared = json.loads(file.read_text(encoding="utf-8"))
        apis["models"] |= declared.get("models", {})
        for api in declared.get("apis", []):
            for operation in api.get("operations", []):
                apis["operations"][api["path"], operation["httpMethod"]] = operation
    assert apis["operations"], "no Swagger files were found"
    return apis


@pytest.mark.parametrize("path", REQUESTS)
def test_a_request_stands_there(swagger: dict[str, Any], path: str) -> None:
    request: Request = REQUESTS[path]
    assert len(path.strip("/").split("/")) == len(request.uri.split("/"))
    for declared, ours in zip(path.strip("/").split("/"), request.uri.split("/"), strict=True):
        assert declared.startswith("{") or declared == ours
    operation = swagger["operations"][path, request.method]
    parameters = {entry["name"]: entry for entry in operation.get("parameters", [])}
    for query in request.query:
        assert parameters[query.name]["paramType"] == "query"
        allowed = parameters[query.name].get("allowableValues", {})
        assert query.value in allowed.get("values", [query.value])
    body = json.loads(request.body or "{}")
    if any(entry["paramType"] == "body" for entry in parameters.values()):
        return
    for name, value in body.items():  # a JSON body may carry what the query declares
        assert parameters[name]["paramType"] == "query"
        assert parameters[name].get("allowMultiple", False) == isinstance(value, list)


def test_every_cause_has_a_word_that_asterisk_knows(swagger: dict[str, Any]) -> None:
    (reason,) = (
        p for p in swagger["operations"]["/channels/{channelId}", "DELETE"]["parameters"] if p["name"] == "reason"
    )
    assert set(translate.REASONS.values()) <= set(reason["allowableValues"]["values"])


@pytest.mark.parametrize("message", SENT_AND_READ, ids=messages.tag_of)
def test_a_message_stands_there(swagger: dict[str, Any], message: type[msgspec.Struct]) -> None:
    check_fields(swagger["models"], message, messages.tag_of(message))


def check_fields(models: dict[str, Any], struct: type[msgspec.Struct], model: str) -> None:
    """Each field of ours is in the model, of the same kind; one that we cannot do without is always sent."""
    properties = models[model]["properties"]
    for field in msgspec.structs.fields(struct):
        assert field.name in properties, f"{model} has no {field.name}"
        declared = properties[field.name]
        if field.required and struct is not messages.RestRequest:
            assert declared.get("required"), f"{model}.{field.name} may be missing"
        kind = declared["type"]
        inner = next((part for part in typing.get_args(field.type) if part is not type(None)), field.type)
        if isinstance(inner, type) and issubclass(inner, msgspec.Struct) and not kind.startswith("List["):
            check_fields(models, inner, kind)
        elif typing.get_origin(field.type) is dict:
            assert kind == "object", f"{model}.{field.name} is {kind}"
        elif isinstance(field.type, types.GenericAlias) or typing.get_origin(field.type):
            assert kind.startswith("List["), f"{model}.{field.name} is {kind}"
        else:
            assert kind == {str: "string", int: "int"}[field.type], f"{model}.{field.name} is {kind}"


def test_states_that_we_tell_apart_exist(swagger: dict[str, Any]) -> None:
    states = swagger["models"]["Playback"]["properties"]["state"]["allowableValues"]["values"]
    assert {"done", "failed"} <= set(states)
    channel_states = swagger["models"]["Channel"]["properties"]["state"]["allowableValues"]["values"]
    assert {"Ring", "Up"} <= set(channel_states)

"""The API's own document: sound, whole, and every list of it cut into pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Flask
from openapi_spec_validator import validate
from pydantic import BaseModel


def test_the_apis_document_is_valid_and_complete(app: Flask) -> None:
    client = app.test_client()
    document = client.get("/api/v1/openapi.json").json
    assert document is not None
    validate(_each_answer_once(document))
    assert document["openapi"].startswith("3.1")
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")}
    written = {path.replace("{", "<").replace("}", ">") for path in document["paths"]}
    plain = {route.replace("<int:", "<").replace("<path:", "<") for route in routes}
    a_web_socket = "/api/v1/browser-phones/<phone>/line"
    assert plain - written == {"/api/v1/openapi.json", "/api/v1/docs", a_web_socket}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert "application/problem+json" in operation["responses"]["422"]["content"], (method, path)
    from_a_provider = document["paths"]["/api/v1/inbound/{tenant}/{gateway}/{callback}"]["get"]["responses"]
    assert {"401", "403"} <= set(from_a_provider), "who is not the provider"
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "/api/v1/flows/{flow}/publish" in page.text
    assert "<script" not in page.text


def test_every_list_is_cut_into_pages(app: Flask) -> None:
    """CONTRACT §3: items, next, and a limit of 50 by default."""
    document = app.test_client().get("/api/v1/openapi.json").json
    assert document is not None
    shapes = document["components"]["schemas"]
    unlimited = []
    for path, operations in document["paths"].items():
        answer = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        shape = shapes.get(answer.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2], {})
        if {"items", "next"} <= shape.get("properties", {}).keys():
            given = {parameter["name"] for parameter in operations["get"].get("parameters", [])}
            unlimited += [] if {"limit", "cursor"} <= given else [path]
    assert unlimited == []


def test_no_two_bodies_or_answers_have_one_name(app: Flask) -> None:
    """The document keeps one of them, and says its fields for both."""
    named: dict[str, set[str]] = {}
    for model in _below(BaseModel):
        if model.__module__.startswith("designer.") and model.__name__.endswith(("Body", "Shape", "Form")):
            named.setdefault(model.__name__, set()).add(model.__module__)
    assert len(named) > 200
    assert {name: places for name, places in named.items() if len(places) > 1} == {}


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in model.__subclasses__():
        yield one
        yield from _below(one)


def _each_answer_once(document: dict[str, Any]) -> dict[str, Any]:
    """The same, with an answer that was already written in full for another operation cut down to its description.

    Nine in ten of 2,800 are the same few refusals, which the validator would look at anew each time.
    """
    seen: set[str] = set()
    paths: dict[str, Any] = {}
    for path, operations in document["paths"].items():
        paths[path] = {}
        for method, operation in operations.items():
            answers = {}
            for status, answer in operation["responses"].items():
                text = json.dumps(answer, sort_keys=True)
                answers[status] = {"description": answer["description"]} if text in seen else answer
                seen.add(text)
            paths[path][method] = operation | {"responses": answers}
    return document | {"paths": paths}

"""Asking every operation of the API's document, as every role, what the document lets one ask, and what it does not.

schemathesis makes the requests from the document and compares each answer with it: never a 5xx but the 503 that says what
is not there, no status, media type or shape that is not written. Every request is sent as each role in turn, the one who
may least first, and without anybody; half of them with ids of things that there are. What is one's own account is asked
besides by a browser: each operation by somebody new, who has just signed in with a password, as he may not be in any more after it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import jsonschema_rs
import msgspec
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    status_code_conformance,
)

from designer.access.rights import ROLES
from designer.parts import Parts
from engine.store import keys, now_micros

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance]
"""Whether a body has its shape is asked of jsonschema-rs: schemathesis takes our `prefixItems` apart and cannot go on."""
NOBODY = "nobody"
LEAST_FIRST = (NOBODY, *reversed(ROLES))
BROWSER = "a user in a browser"
OWN = ("/api/v1/me", "/api/v1/sign-out")
ORDER = {"GET": 0, "HEAD": 0, "POST": 1, "PUT": 2, "PATCH": 3, "DELETE": 4}


class Seen(msgspec.Struct):
    """What came of it: answers by status, and each thing that was wrong, once, with how to ask for it."""

    asked: int = 0
    operations: int = 0
    statuses: Counter[int] = msgspec.field(default_factory=Counter)
    wrong: dict[str, str] = msgspec.field(default_factory=dict)


def keys_of(app: Flask) -> dict[str, str]:
    """A key of each role of tenant main."""
    parts: Parts = app.extensions["callweave"]
    made = {role: keys.new_secret() for role in ROLES}
    with parts.stores.control.begin() as connection:
        for role, secret in made.items():
            keys.add(connection, secret, tenant="main", name=role, role=role, at=now_micros())
    return made


class Shapes:
    """The document's schemas of answers."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._made: dict[bytes, jsonschema_rs.Draft202012Validator] = {}

    def fault(self, method: str, path: str, answer: Any) -> str | None:
        """What is wrong with a JSON answer's body, if anything."""
        kind = answer.headers.get("content-type", [""])[0].partition(";")[0]
        content = self._document["paths"][path][method.lower()]["responses"].get(str(answer.status_code), {})
        schema = content.get("content", {}).get(kind, {}).get("schema")
        if schema is None or not kind.endswith("json"):
            return None
        key = msgspec.json.encode(schema)
        if key not in self._made:
            self._made[key] = jsonschema_rs.Draft202012Validator({**schema, "components": self._document["components"]})
        try:
            self._made[key].validate(msgspec.json.decode(answer.content))
        except jsonschema_rs.ValidationError as error:
            return str(error)[:600]
        return None


def ask_all(
    app: Flask, secrets: Mapping[str, str], known: Mapping[str, str], *, examples: int,
    wanted: Callable[[str, str], bool] = lambda method, path: True,
) -> Seen:  # fmt: skip
    """Ask every operation: so many good requests, and as many that do not fit; `known` are values of path parameters.

    Of one example, what does not fit is sent by the administrator alone.
    """
    headers = {NOBODY: {}} | {role: {"Authorization": f"Bearer {secrets[role]}"} for role in LEAST_FIRST[1:]}
    seen, shapes = Seen(), Shapes(app.test_client().get("/api/v1/openapi.json").json)
    for operation in operations(app):
        if wanted(operation.method, operation.path):
            seen.operations += 1
            asking = dict(headers)
            if operation.path.startswith(OWN):
                asking[BROWSER] = _somebody(app, headers[LEAST_FIRST[-1]], seen.operations)
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                _ask(operation, mode, asking, known, examples, seen, shapes)
    return seen


def operations(app: Flask) -> Iterator[Any]:
    """The document's operations, those that only read first, those that remove last."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    found = [result.ok() for result in schema.get_all_operations()]
    yield from sorted(found, key=lambda one: (ORDER.get(one.method.upper(), 5), one.path))


def _ask(
    operation: Any,
    mode: Any,
    asking: Mapping[str, dict[str, str]],
    known: Mapping[str, str],
    examples: int,
    seen: Seen,
    shapes: Shapes,
) -> None:
    @settings(
        max_examples=examples, phases=[Phase.generate], database=None, derandomize=True, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    def once(case: Any, real: bool) -> None:
        if real and isinstance(case.path_parameters, dict):
            word = operation.path.removeprefix("/api/v1/").partition("/")[0]
            for name in case.path_parameters:
                case.path_parameters[name] = (
                    known.get(f"{word}/{name}") or known.get(name) or case.path_parameters[name]
                )
        fits = mode is GenerationMode.POSITIVE
        for role in asking if fits or examples > 1 else LEAST_FIRST[-1:]:
            _send(case, role, asking[role], seen, shapes)

    with suppress(Unsatisfiable):  # nothing can be asked of it that does not fit
        once()


def _somebody(app: Flask, administrator: dict[str, str], number: int) -> dict[str, str]:
    """What the browser of a new user sends, who has just come in."""
    invited = {"login": f"{number}@own.example", "name": "Own", "role": "operator"}
    made = app.test_client().post("/api/v1/users", json=invited, headers=administrator)
    browser = app.test_client()
    chosen = {"token": made.json["link"].partition("#")[2], "password": "quiet rivers carry barges"}
    reached = browser.post("/api/v1/sign-in/link/use", json=chosen)
    cookie = browser.get_cookie("callweave")
    assert cookie is not None
    return {"Cookie": f"callweave={cookie.value}", "X-CSRF-Token": reached.json["csrf"]}


def _send(case: Any, role: str, headers: dict[str, str], seen: Seen, shapes: Shapes) -> None:
    seen.asked += 1
    answer = case.call(headers=headers)
    seen.statuses[answer.status_code] += 1
    if answer.status_code == 503 and "problem+json" in str(answer.headers):
        return  # Redis, or a machine that is not there: the document says so of every operation
    faults: list[str] = []
    try:
        case.validate_response(answer, checks=CHECKS)
    except (Failure, FailureGroup) as failure:
        faults += [f"{type(one).__name__}: {one}" for one in getattr(failure, "exceptions", [failure])]
    if (fault := shapes.fault(case.method, case.operation.path, answer)) is not None:
        faults.append(f"Shape: {fault}")
    for fault in faults:
        place = f"{case.method} {case.operation.path} {answer.status_code} {fault.partition(':')[0]}"
        seen.wrong.setdefault(place, f"as {role}: {fault[:600]}\n{case.as_curl_command()[:1500]}")

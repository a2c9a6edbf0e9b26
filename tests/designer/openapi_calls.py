"""Requests made from the API's document: every operation, with its address filled in and the smallest body that fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from flask import Flask

from designer.api.docs import document

FORMATS = {"date-time": "2030-01-01T00:00:00Z", "date": "2030-01-01"}


class Operation(msgspec.Struct, frozen=True):
    """One operation of the document."""

    method: str
    path: str
    right: str
    names: tuple[str, ...]
    body: Any = None

    def at(self, values: Mapping[str, str]) -> str:
        """Its address below /api/v1 with these values for the parts of the path; `nobody` where none is given."""
        found = self.path.removeprefix("/api/v1")
        for name in self.names:
            found = found.replace(f"{{{name}}}", values.get(name, "nobody"))
        return found


def operations(app: Flask) -> list[Operation]:
    """All of them, in the document's order."""
    with app.test_request_context():
        written = document()
    return list(_operations(written))


def _operations(written: dict[str, Any]) -> Iterator[Operation]:
    schemas = written["components"]["schemas"]
    for path, methods in written["paths"].items():
        names = tuple(part[1:-1] for part in path.split("/") if part.startswith("{"))
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            body = None if schema is None else sample(schema, schemas)
            yield Operation(method.upper(), path, operation["x-right"], names, body)


def sample(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """The smallest value that a schema takes, as far as can be told from it."""
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas)
    for name in ("const", "default"):
        if schema.get(name) is not None:
            return schema[name]
    if "enum" in schema:
        return schema["enum"][0]
    for name in ("anyOf", "oneOf", "allOf"):
        if schema.get(name):
            return sample(schema[name][0], schemas)
    match schema.get("type"):
        case "object":
            known = schema.get("properties", {})
            return {name: sample(known.get(name, {}), schemas) for name in schema.get("required", ())}
        case "array":
            return [sample(schema.get("items", {}), schemas)] * schema.get("minItems", 0)
        case "string":
            return FORMATS.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
    return {}

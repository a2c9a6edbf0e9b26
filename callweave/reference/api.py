"""The reference of the HTTP API, made from its OpenAPI document: a page for each part, and a table of all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from callweave.reference.schemas import cell, resolved, rows, value
from designer.access.rights import DOOR, RIGHTS, ROLES

ROOT = "/api/v1/"
PARTS = {
    "Flows": "flows node-types templates speech shared",
    "Trying": "simulations simulated-calls simulated-callees browser-phones",
    "Triggers and campaigns": "triggers campaigns rehearsals lists",
    "Sessions and calls": "sessions bulk calls conferences recordings tasks figures",
    "Messages": "messages faxes outbox receipts consents do-not-contact",
    "Records and people": "records record-types checks exports tables contacts erasures privacy",
    "Sources": "sources source-kinds workbench connectors connector",
    "Lines and material": "trunks numbers gateways text-routes inbound assets calendars",
    "Users and keys": "sign-in sign-out sign-in-rules me users roles api-keys audit audit.csv",
}
"""The pages, each with the first words of its paths; what is in none of them is on the last."""
FOR_ALL = ("400", "401", "403", "404", "405", "413", "422", "429", "500", "503")
"""Refusals that hardly any operation is without; they stand once, on the page over all."""
OF_CHANGES = ("409", "412")
"""Refusals of what changes something: it is in use, or another was first."""


class Operation(NamedTuple):
    """One method of one path."""

    method: str
    path: str
    told: Mapping[str, Any]

    @property
    def title(self) -> str:
        return f"{self.method.upper()} {self.path.removeprefix(ROOT.rstrip('/'))}"


def over_all(document: Mapping[str, Any]) -> str:
    """Every operation in a line, and which role has which right."""
    return "\n".join(_over_all(by_part(document)))


def pages(document: Mapping[str, Any]) -> dict[str, str]:
    """A page for each part, by the name of its file."""
    made = {}
    definitions = document["components"]["schemas"]
    for part, operations in by_part(document).items():
        lines = [f"# {part}: the HTTP API\n", "[What holds for all of it](http-api.md).\n"]
        for operation in operations:
            lines += _operation(operation, definitions)
        made[file_of(part)] = "\n".join(lines) + "\n"
    return made


def file_of(part: str) -> str:
    """The file of a part's page."""
    return f"api-{part.lower().replace(' ', '-')}.md"


def anchor(operation: Operation) -> str:
    """Where it stands on its page: what Markdown makes of its heading."""
    return re.sub(r"\s+", "-", re.sub(r"[^\w\s-]", "", operation.title).lower())


def by_part(document: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """The operations of each page, in its order."""
    where = {word: part for part, words in PARTS.items() for word in words.split()}
    order = {word: number for number, word in enumerate(where)}
    found: dict[str, list[Operation]] = {part: [] for part in PARTS}
    last = next(reversed(PARTS))

    def word_of(path: str) -> str:
        return path.removeprefix(ROOT).split("/")[0]

    for path in sorted(document["paths"], key=lambda path: (order.get(word_of(path), len(order)), path)):
        for method, told in document["paths"][path].items():
            found[where.get(word_of(path), last)].append(Operation(method, path, told))
    return found


def _over_all(parts: Mapping[str, list[Operation]]) -> Iterator[str]:
    for part, operations in parts.items():
        yield f"## [{part}]({file_of(part)})\n"
        yield "| operation | what it does | right |\n|---|---|---|"
        for one in operations:
            link = f"[`{one.title}`]({file_of(part)}#{anchor(one)})"
            yield f"| {link} | {cell(one.told['summary'])} | {_right(one)} |"
        yield ""
    yield "## Rights\n"
    yield "| right | " + " | ".join(ROLES) + " |\n|---|" + "---|" * len(ROLES)
    for right, roles in RIGHTS.items():
        yield f"| `{right}` | " + " | ".join("yes" if role in roles else "" for role in ROLES) + " |"


def _right(operation: Operation) -> str:
    right = operation.told["x-right"]
    return "none" if right in (DOOR, None) else f"`{right}`"


def _operation(operation: Operation, definitions: Mapping[str, Any]) -> Iterator[str]:
    told = operation.told
    yield f"## {operation.title}\n"
    yield told["summary"] + "\n"
    if told.get("description"):
        yield told["description"] + "\n"
    yield _who(operation) + "\n"
    table = [*_parameters(told.get("parameters", ())), *_body(told.get("requestBody", {}), definitions)]
    if table:
        yield "| | what it is | value |\n|---|---|---|"
        yield from table
        yield ""
    yield from _answers(operation, definitions)


def _who(operation: Operation) -> str:
    right = operation.told["x-right"]
    if right in (DOOR, None):
        return "Right: none; whoever comes shows in another way who he is, or has not signed in yet."
    return f"Right: `{right}` ({', '.join(role for role in ROLES if role in RIGHTS[right])})."


def _parameters(parameters: Any) -> Iterator[str]:
    for entry in parameters:
        schema = entry.get("schema", {})
        words = entry.get("description") or schema.get("description") or ""
        if entry["in"] == "path" and not words:
            continue  # its name stands in the path, and says it
        said = value(schema, bool(entry.get("required")) and entry["in"] != "path")
        yield f"| `{entry['name']}` ({entry['in']}) | {cell(words)} | {cell(said)} |"


def _body(body: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    if not body:
        return
    contents = body["content"]
    schemas = [resolved(content.get("schema", {}), definitions) for content in contents.values()]
    words = body.get("description") or schemas[0].get("description") or ""
    yield f"| body | {cell(words)} | {' or '.join(contents)} |"
    for schema in schemas:
        yield from rows(schema, definitions)


def _answers(operation: Operation, definitions: Mapping[str, Any]) -> Iterator[str]:
    responses = operation.told["responses"]
    usual = FOR_ALL if operation.method != "get" else (*FOR_ALL, *OF_CHANGES)
    refused = [status for status in responses if status[0] in "45" and status not in usual]
    for status, answer in responses.items():
        if status[0] in "45":
            continue
        said = [f"`{status}`"]
        for media, content in answer.get("content", {}).items():
            schema = resolved(content.get("schema", {}), definitions)
            said.append(_fields(schema, definitions) or f"{answer['description']} ({media})")
        yield f"Answer {': '.join(said)}.\n"
    if refused:
        yield f"Refuses besides: {', '.join(f'`{status}`' for status in refused)}.\n"


def _fields(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """The names of an answer's fields; of a list, those of its rows as well."""
    named = []
    for name, entry in schema.get("properties", {}).items():
        row = resolved(entry.get("items", {}), definitions) if entry.get("type") == "array" else {}
        within = ", ".join(f"`{field}`" for field in row.get("properties", {}))
        named.append(f"`{name}` (each {within})" if within else f"`{name}`")
    return ", ".join(named)

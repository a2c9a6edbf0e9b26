"""From bytes to a document: what is refused outright, before anything is kept.

Only what cannot be kept as a draft is refused here; every other fault is found by `check`, kept with the draft, and
keeps it from being published.
"""

from __future__ import annotations

from typing import Any

import msgspec

from engine.faults import Fault, shown

MAX_BYTES = 1 << 20
MAX_NODES = 2_000
MAX_DEPTH = 50

MESSAGES = {
    "larger than {limit} bytes (is {value})", "is not JSON: {reason}", "nested deeper than {limit} levels",
    "must be an object", "must be 1: the version of this format (is {value})", "must be text (is {value})",
    "at most {limit} nodes (has {actual})", "text that is not Unicode",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class DocumentRefused(Exception):
    """Not a flow document. `status` is the HTTP status that says so: 400, 413 or 422."""

    def __init__(self, status: int, faults: list[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.status = status
        self.faults = faults


def parse_document(data: bytes) -> dict[str, Any]:
    """The document in these bytes; `DocumentRefused` if they are too large, not JSON, or not a flow's envelope."""
    if len(data) > MAX_BYTES:
        raise DocumentRefused(413, [Fault("", "larger than {limit} bytes (is {value})", _sizes(len(data)))])
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DocumentRefused(400, [Fault("", "is not JSON: {reason}", {"reason": str(error)})]) from error
    except RecursionError as error:
        raise DocumentRefused(422, [_too_deep()]) from error
    return accept(document)


def accept(document: Any) -> dict[str, Any]:
    """The same for a document that is parsed already."""
    faults = list(_envelope(document))
    if faults:
        raise DocumentRefused(422, faults)
    assert isinstance(document, dict)
    return document


def _envelope(document: Any) -> list[Fault]:
    if not isinstance(document, dict):
        return [Fault("", "must be an object")]
    if _deeper_than(document, MAX_DEPTH):
        return [_too_deep()]
    if not _is_unicode(document):
        return [Fault("", "text that is not Unicode")]
    faults = []
    if document.get("callweave") != 1 or document.get("callweave") is True:
        value = {"value": shown(document.get("callweave"))}
        faults.append(Fault("callweave", "must be 1: the version of this format (is {value})", value))
    if not isinstance(document.get("name"), str):
        faults.append(Fault("name", "must be text (is {value})", {"value": shown(document.get("name"))}))
    nodes = document.get("nodes")
    if not isinstance(nodes, dict):
        faults.append(Fault("nodes", "must be an object"))
    elif len(nodes) > MAX_NODES:
        counts = {"limit": MAX_NODES, "actual": len(nodes)}
        faults.append(Fault("nodes", "at most {limit} nodes (has {actual})", counts))
    return faults


def _sizes(size: int) -> dict[str, Any]:
    return {"limit": MAX_BYTES, "value": size}


def _too_deep() -> Fault:
    return Fault("", "nested deeper than {limit} levels", {"limit": MAX_DEPTH})


def _deeper_than(value: Any, limit: int) -> bool:
    """Whether lists and objects are nested deeper; level by level, so that depth costs no stack."""
    level = [value]
    for _ in range(limit):
        level = [
            child
            for parent in level
            if isinstance(parent, (dict, list))
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True


def _is_unicode(document: dict[str, Any]) -> bool:
    """JSON can carry half of a surrogate pair, which no database takes."""
    try:
        msgspec.json.encode(document)
    except UnicodeEncodeError:
        return False
    return True

"""Two edits of one document, merged over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Caller = Callable[..., Any]
Make = Callable[..., dict[str, Any]]


def test_two_edits_are_brought_together(call: Caller, document: Make) -> None:
    base = document()
    ours = document(description="Ours.", name="Ours")
    theirs = document(name="Theirs", on_hang_up="bye")
    merged = call("POST", "/flows/merge", {"base": base, "ours": ours, "theirs": theirs})
    assert merged.status_code == 200
    assert merged.json["document"] == document(description="Ours.", name="Ours", on_hang_up="bye")
    assert merged.json["conflicts"] == [{"path": "name", "base": "Hello", "ours": "Ours", "theirs": "Theirs"}]
    gone = document()
    del gone["description"]
    merged = call("POST", "/flows/merge", {"base": base, "ours": gone, "theirs": document(description="x")}).json
    assert merged["conflicts"] == [{"path": "description", "base": "Says hello.", "theirs": "x"}]
    assert call("GET", "/flows").json["items"] == [], "nothing is kept"


def test_what_is_no_document_is_refused_with_its_side(call: Caller, document: Make) -> None:
    refused = call("POST", "/flows/merge", {"base": document(), "ours": document(callweave=2), "colour": 1})
    assert refused.status_code == 422
    assert {fault["path"] for fault in refused.json["errors"]} == {"ours.callweave", "theirs", "colour"}
    assert call("POST", "/flows/merge", []).status_code == 422
    assert call("POST", "/flows/merge", b"{").status_code == 400


def test_three_documents_may_be_larger_than_one_alone(call: Caller, document: Make) -> None:
    large = document(description="x" * 600_000)
    assert call("POST", "/flows/merge", dict.fromkeys(("base", "ours", "theirs"), large)).status_code == 200
    larger = document(description="x" * 1_200_000)
    assert call("POST", "/flows/merge", dict.fromkeys(("base", "ours", "theirs"), larger)).status_code == 413

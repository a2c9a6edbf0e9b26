"""Campaigns' reasons and happenings as the API writes them: codes for programs, words for readers, numbers by sight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.access.sight import sight
from designer.words import say
from engine.campaigns.reasons import Reason
from engine.faults import Phrase
from engine.host.campaigns import rules, words
from engine.host.campaigns.trace import Entry
from engine.store import from_micros, id_text


def said(phrase: Phrase) -> str:
    """A phrase in the reader's language; phrases among its values, too."""
    params = {name: said(value) if isinstance(value, Phrase) else value for name, value in phrase.params.items()}
    return say(phrase.message, params)


def why(kept: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A kept reason."""
    if kept is None:
        return None
    until = kept.get("until")
    return {
        "code": kept.get("code", ""), "words": said(words.reason(kept)), "values": kept.get("values") or {},
        "until": None if until is None else from_micros(until),
    }  # fmt: skip


def reason(found: Reason) -> dict[str, Any] | None:
    """A reason of the rules."""
    return why(rules.told([found])[0])


def entry(found: Entry) -> dict[str, Any]:
    """One entry of a trace."""
    values = {name: _shown(name, value) for name, value in found.values.items() if value is not None}
    in_words: dict[str, Any] = {name: value for name, value in values.items() if isinstance(value, (str, int, float))}
    if found.why is not None:
        in_words["reason"] = words.reason(found.why)
    return {
        "at": from_micros(found.at), "kind": found.kind, "words": said(words.happening(found.kind, in_words)),
        "values": values, "why": why(found.why), "campaign": _id(found.campaign), "member": _id(found.member),
        "session": _id(found.session), "trigger": _id(found.trigger),
    }  # fmt: skip


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, bytes):
        return id_text(value)
    if name == "address" and isinstance(value, str):
        return sight().address(value)
    if name == "next_at" and isinstance(value, int):
        return from_micros(value)
    if name == "why" and isinstance(value, Mapping):
        return why(value)
    if name == "reasons" and isinstance(value, list):
        return [why(one) for one in value]
    return value


def _id(identity: bytes | None) -> str | None:
    return None if identity is None else id_text(identity)

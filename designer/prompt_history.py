"""What became of one prompt, language by language: read from the drafts that were kept.

A draft is kept whenever somebody else goes on with it, and of one author's every ten minutes; so each change has its
author, and several of his within ten minutes are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from designer.prompt_places import assets_in, prompt_at, said_in
from engine.flow.upgrade import upgrade_document
from engine.host.plugins import node_types
from engine.store import assets, audit, flows, id_text, kept_drafts
from engine.store.audit import Wanted

What = Literal["text", "voice", "recording"]
AT_MOST = 50
ASKED_OF_AN_ASSET = 200
VOICE = ("voice", "rate")
"""The parts of a prompt that say how it is spoken."""


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt as one draft has it, who saved that draft and when (microseconds UTC)."""

    prompt: Any
    languages: Sequence[str]
    by: str | None
    at: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change in one language; `before` or `after` is None where nothing was said."""

    at: int
    by: str | None
    language: str
    what: What
    before: Any = None
    after: Any = None
    asset: str | None = None
    version: int | None = None


def of_prompt(connection: sa.Connection, tenant: str, flow_id: bytes, node: str, place: str) -> list[Change]:
    """The newest changes of a prompt, the newest first; raises FlowUnknown."""
    editions = _editions(connection, flow_id, node, place)
    found = [*changes(editions), *_recorded(connection, tenant, editions[-1])]
    return sorted(found, key=lambda one: (-one.at, one.language))[:AT_MOST]


def changes(editions: Sequence[Edition]) -> Iterable[Change]:
    """What differs from each edition to the next."""
    for before, after in pairwise(editions):
        if before.prompt == after.prompt and before.languages == after.languages:
            continue
        for language in dict.fromkeys((*_spoken_in(before), *_spoken_in(after))):
            was, now = _said(before.prompt, language), _said(after.prompt, language)
            if was != now:
                yield Change(
                    at=after.at, by=after.by, language=language, what=_what(was, now), before=was, after=now
                )  # fmt: skip


def _editions(connection: sa.Connection, flow_id: bytes, node: str, place: str) -> list[Edition]:
    """The prompt in every draft there is, the oldest first."""
    flow = flows.get(connection, flow_id)
    draft, _ = flows.draft(connection, flow_id)
    documents = [*kept_drafts.every(connection, flow_id), (draft, flow.saved_by, flow.updated_at)]
    types = node_types()
    found: list[Edition] = []
    for text, by, at in documents:
        document = upgrade_document(msgspec.json.decode(text), types)
        spoken = document.get("languages")
        languages = [tag for tag in spoken if isinstance(tag, str)] if isinstance(spoken, list) else []
        prompt = prompt_at(document.get("nodes") or {}, node, place)
        found.append(Edition(prompt=prompt, languages=languages, by=by, at=at))
    return found


def _spoken_in(edition: Edition) -> list[str]:
    own = list(edition.prompt) if isinstance(edition.prompt, dict) else []
    return [*edition.languages, *(language for language in own if language not in edition.languages)]


def _said(prompt: Any, language: str) -> Any:
    said = said_in(prompt, language)
    return said if isinstance(said, (str, list)) and said else None


def _what(was: Any, now: Any) -> What:
    if assets_in(was) != assets_in(now):
        return "recording"
    return "voice" if was is not None and now is not None and _words(was) == _words(now) else "text"


def _words(said: Any) -> list[Any]:
    """What is said, however it is spoken."""
    parts = said if isinstance(said, list) else [{"say": said}]
    return [part for part in parts if not (isinstance(part, dict) and any(name in part for name in VOICE))]


def _recorded(connection: sa.Connection, tenant: str, edition: Edition) -> Iterable[Change]:
    """The recordings that were put in for what is heard now."""
    for language in _spoken_in(edition):
        for name in dict.fromkeys(assets_in(_said(edition.prompt, language))):
            asset = assets.find(connection, name)
            if asset is None:
                continue
            by = _put_in_by(connection, tenant, id_text(asset.id))
            for file in asset.files:
                if file.language in (language, assets.ANY_LANGUAGE):
                    yield Change(
                        at=file.created_at, by=by.get((file.language, file.number)), language=language,
                        what="recording", asset=name, version=file.number,
                    )  # fmt: skip


def _put_in_by(connection: sa.Connection, tenant: str, asset: str) -> dict[tuple[str, int], str]:
    """Who put in which version of which language, as far as the audit log has it."""
    wanted = Wanted(kind="assets", object=asset)
    entries = audit.page(connection, tenant, wanted, before=None, limit=ASKED_OF_AN_ASSET)
    put_in = [(entry.detail.get("after") or {}, entry.actor_name) for entry in entries]
    return {(str(after.get("language", "")), after["version"]): by for after, by in put_in if "version" in after}

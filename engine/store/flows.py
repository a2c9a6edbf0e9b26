"""Flows and their versions: a draft that changes under a revision, versions that never change."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from engine.store import kept_drafts
from engine.store.ids import id_bytes, new_id
from engine.store.tenant import flow, session, version


class FlowUnknown(LookupError):
    """There is no such flow."""


class RevisionConflict(RuntimeError):
    """Somebody else saved first; `revision` is the one that is kept now."""

    def __init__(self, revision: int) -> None:
        super().__init__(f"the draft is at revision {revision}")
        self.revision = revision


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a document: its canonical text and what lists show of it."""

    document: str
    name: str
    description: str = ""
    languages: list[str] = []
    errors: int = 0
    warnings: int = 0


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A flow as lists show it; `published` is its newest version's number."""

    id: bytes
    name: str
    description: str
    languages: list[str]
    revision: int
    errors: int
    warnings: int
    published: int | None
    state: str
    created_at: int
    updated_at: int
    saved_by: str | None = None
    """Who saved the draft as it is."""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A published version, without its document."""

    flow_id: bytes
    number: int
    sha256: str
    message: str
    created_at: int
    author: str | None = None


TRIAL = "trial"
"""The state of a flow that is a draft being called for real (`engine/store/trials.py`): it is in no list."""
_DRAWN = flow.c.state != TRIAL
_FLOW = [flow.c[field] for field in Flow.__struct_fields__]
_VERSION = [version.c[field] for field in Version.__struct_fields__]


def create(
    connection: sa.Connection, draft: Draft, *, at: int, by: str | None = None, identity: bytes | None = None,
    state: str = "active",
) -> Flow:  # fmt: skip
    """Keep a new flow as revision 1."""
    values = {
        **_columns(draft), "id": identity or new_id(), "revision": 1, "published": None, "state": state,
        "created_at": at, "updated_at": at, "saved_by": by,
    }  # fmt: skip
    connection.execute(flow.insert().values(values))
    return msgspec.convert({field: values[field] for field in Flow.__struct_fields__}, Flow)


def get(connection: sa.Connection, identity: bytes) -> Flow:
    """The flow; raises FlowUnknown."""
    row = connection.execute(sa.select(*_FLOW).where(flow.c.id == identity)).one_or_none()
    if row is None:
        raise FlowUnknown
    return _flow(row)


def draft(connection: sa.Connection, identity: bytes) -> tuple[str, int]:
    """The draft's canonical text and its revision; raises FlowUnknown."""
    row = connection.execute(sa.select(flow.c.draft, flow.c.revision).where(flow.c.id == identity)).one_or_none()
    if row is None:
        raise FlowUnknown
    return row.draft, row.revision


def draft_named(connection: sa.Connection, named: str) -> str | None:
    """The draft of the flow with this id, else of the newest with this name; None if there is none."""
    identity = id_bytes(named)
    if identity is not None:
        by_id: str | None = connection.scalar(sa.select(flow.c.draft).where(flow.c.id == identity))
        if by_id is not None:
            return by_id
    newest = sa.select(flow.c.draft).where(flow.c.name == named, _DRAWN).order_by(flow.c.id.desc()).limit(1)
    by_name: str | None = connection.scalar(newest)
    return by_name


def drafts_with(connection: sa.Connection, words: str) -> list[str]:
    """The drafts whose canonical text has these words in it."""
    found = sa.select(flow.c.draft).where(_DRAWN, flow.c.draft.contains(words, autoescape=True))
    return list(connection.scalars(found))


def with_words(connection: sa.Connection, words: str) -> list[str]:
    """The names of the flows whose draft or published version has these words in its canonical text."""
    published = sa.and_(version.c.flow_id == flow.c.id, version.c.number == flow.c.published)
    statement = (
        sa.select(flow.c.name)
        .outerjoin_from(flow, version, published)
        .where(flow.c.draft.contains(words, autoescape=True) | version.c.document.contains(words, autoescape=True))
        .where(_DRAWN)
        .order_by(flow.c.id)
    )
    return list(connection.scalars(statement))


def save_draft(
    connection: sa.Connection, identity: bytes, revision: int, draft: Draft, *, at: int, by: str | None = None,
    keep: bool = False,
) -> int:  # fmt: skip
    """Replace the draft if it still is at this revision; gives the new revision.

    A draft that is saved unchanged keeps its revision. The one before is kept aside if somebody else saved it, if none
    has been kept for ten minutes, or if the caller says so. Raises FlowUnknown, RevisionConflict.
    """
    columns = sa.select(flow.c.draft, flow.c.revision, flow.c.saved_by, flow.c.updated_at)
    known = connection.execute(columns.where(flow.c.id == identity).with_for_update()).one_or_none()
    if known is None:
        raise FlowUnknown
    if known.revision != revision:
        raise RevisionConflict(known.revision)
    changed = bool(known.draft != draft.document)
    kept_as = revision + 1 if changed else revision
    values = {**_columns(draft), "revision": kept_as}
    if changed:
        values |= {"updated_at": at, "saved_by": by}
        if keep or known.saved_by != by or kept_drafts.is_due(connection, identity, at=at):
            kept_drafts.keep(connection, identity, known.revision, known.draft, by=known.saved_by, at=known.updated_at)
    connection.execute(flow.update().where(flow.c.id == identity).values(values))
    return kept_as


def page(connection: sa.Connection, *, before: bytes | None, limit: int) -> list[Flow]:
    """Flows, the newest first, older than `before`."""
    statement = sa.select(*_FLOW).where(_DRAWN).order_by(flow.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(flow.c.id < before)
    return [_flow(row) for row in connection.execute(statement)]


def live_sessions(connection: sa.Connection, identities: list[bytes]) -> dict[bytes, int]:
    """How many sessions of each of these flows have not ended."""
    statement = (
        sa.select(session.c.flow_id, sa.func.count())
        .where(session.c.ended_at.is_(None), session.c.flow_id.in_(identities))
        .group_by(session.c.flow_id)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def publish(
    connection: sa.Connection, identity: bytes, *, document: str, sha256: str, message: str, at: int,
    by: str | None = None,
) -> Version:  # fmt: skip
    """Keep this document as the flow's next version, which new sessions take. Raises FlowUnknown."""
    known = connection.execute(sa.select(flow.c.id).where(flow.c.id == identity).with_for_update()).one_or_none()
    if known is None:
        raise FlowUnknown
    last = connection.scalar(sa.select(sa.func.max(version.c.number)).where(version.c.flow_id == identity)) or 0
    made = Version(flow_id=identity, number=last + 1, sha256=sha256, message=message, created_at=at, author=by)
    connection.execute(version.insert().values(document=document, **msgspec.structs.asdict(made)))
    connection.execute(flow.update().where(flow.c.id == identity).values(published=made.number))
    return made


def versions(connection: sa.Connection, identity: bytes, *, below: int | None, limit: int) -> list[Version]:
    """A flow's versions, the newest first."""
    statement = sa.select(*_VERSION).where(version.c.flow_id == identity).order_by(version.c.number.desc()).limit(limit)
    if below is not None:
        statement = statement.where(version.c.number < below)
    return [_version(row) for row in connection.execute(statement)]


def version_document(connection: sa.Connection, identity: bytes, number: int) -> tuple[Version, str] | None:
    """A version and its canonical document."""
    row = connection.execute(
        sa.select(*_VERSION, version.c.document).where(version.c.flow_id == identity, version.c.number == number)
    ).one_or_none()
    return None if row is None else (_version(row), row.document)


def published_named(connection: sa.Connection, named: str) -> tuple[bytes, int | None] | None:
    """The id and the published version of the flow with this id, else of the newest with this name."""
    columns, identity = sa.select(flow.c.id, flow.c.published), id_bytes(named)
    by_id = None if identity is None else connection.execute(columns.where(flow.c.id == identity)).one_or_none()
    newest = columns.where(flow.c.name == named, _DRAWN).order_by(flow.c.id.desc()).limit(1)
    row = by_id or connection.execute(newest).one_or_none()
    return None if row is None else (row.id, row.published)


def _columns(draft: Draft) -> dict[str, object]:
    values: dict[str, object] = msgspec.structs.asdict(draft)
    values["draft"] = values.pop("document")
    return values


def _flow(row: sa.Row[Any]) -> Flow:
    return Flow(**{field: row._mapping[field] for field in Flow.__struct_fields__})


def _version(row: sa.Row[*tuple[Any, ...]]) -> Version:
    return Version(**{field: row._mapping[field] for field in Version.__struct_fields__})

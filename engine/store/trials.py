"""Trials: a draft that is called for real before it is published.

What is called is a version of a flow of its own beside the drawn one: no list shows it, nothing is started by it, and
its sessions count in none of the drawn flow's numbers. Its id follows from the drawn flow's, so there is one of each.
"""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from engine.store import flows
from engine.store.flows import TRIAL, Draft
from engine.store.tenant import flow, version


def trial_id(flow_id: bytes) -> bytes:
    """The id of the flow whose versions are the calls of this one's draft."""
    return hashlib.blake2b(flow_id, digest_size=16, person=b"trial").digest()


def every(connection: sa.Connection) -> set[bytes]:
    """The flows that are calls of drafts."""
    return set(connection.scalars(sa.select(flow.c.id).where(flow.c.state == TRIAL)))


def keep(connection: sa.Connection, flow_id: bytes, draft: Draft, *, sha256: str, at: int) -> tuple[bytes, int]:
    """Keep a draft as it is called now; the flow and the version to begin a session of."""
    identity = trial_id(flow_id)
    there = connection.scalar(sa.select(flow.c.id).where(flow.c.id == identity).with_for_update())
    if there is None:
        flows.create(connection, draft, at=at, identity=identity, state=TRIAL)
    newest = sa.select(version.c.number, version.c.sha256).where(version.c.flow_id == identity)
    last = connection.execute(newest.order_by(version.c.number.desc()).limit(1)).one_or_none()
    if last is not None and last.sha256 == sha256:
        return identity, last.number
    made = flows.publish(connection, identity, document=draft.document, sha256=sha256, message="", at=at)
    connection.execute(flow.update().where(flow.c.id == identity).values(name=draft.name, updated_at=at))
    return identity, made.number

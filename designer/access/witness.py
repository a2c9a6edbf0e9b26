"""Writes the audit log: the first change that a request commits has its entry in the same transaction.

The web process opens its databases by `WitnessedStores`. Where a request of somebody who is known changes something,
the entry is added right before that transaction is committed: it is there if the change is, and only then. So a new
endpoint is witnessed without a word of its own. A view that knows more than its address says so by `changed`.

Nothing of a request's body is copied but what a view states: a body may hold a secret, or what the erasure of a person
could not take out of this log again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

import msgspec
import sqlalchemy as sa
from flask import g, has_request_context, request

from engine.records.seeing import COVER, masked
from engine.store import audit, id_bytes, now_micros
from engine.store.audit import Entry
from engine.store.databases import Store, Stores
from engine.store.keys import CONNECTOR

LONGEST = 200
"""Characters of one value."""
MOST = 20
"""Fields of one object."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SECRET = re.compile(r"pass|secret|token|credential|\bkey\b|_key|pin\b|hash|authorization", re.IGNORECASE)
_unseen: ContextVar[bool] = ContextVar("unseen", default=False)


class Someone(Protocol):
    """Of the one who changes something, what is written down (`identity.Who`)."""

    @property
    def key(self) -> bytes:
        """His id, or his key's."""

    @property
    def user(self) -> bytes | None:
        """His id, if he is a user."""

    @property
    def tenant(self) -> str:
        """Whose log it is."""

    @property
    def role(self) -> str:
        """His role."""

    @property
    def name(self) -> str:
        """How he is called."""


class WitnessedStore(Store):
    """A database whose write transactions are witnessed while a request is served."""

    def __init__(self, opened: Store) -> None:
        self.__dict__.update(vars(opened))

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """One write transaction, as `Store.begin`; the request's first one carries its entry."""
        wrote = False
        with super().begin() as connection:
            yield connection
            wrote = _witness(connection)
        if wrote:
            g.witnessed = True


class WitnessedStores(Stores):
    """The web process's databases."""

    def _open_control(self) -> Store:
        return WitnessedStore(super()._open_control())

    def _open_tenant(self, name: str, url: sa.URL) -> Store:
        return WitnessedStore(super()._open_tenant(name, url))


@contextmanager
def unseen() -> Iterator[None]:
    """What is written in this block is no change that anybody made: housekeeping of a request."""
    token = _unseen.set(True)
    try:
        yield
    finally:
        _unseen.reset(token)


def changed(
    kind: str, identity: str | None, *, before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None
) -> None:
    """Say what this request changes: called by a view inside its transaction, before its end.

    Of `before` and `after` only what differs is kept, short, and nothing that looks like a secret.
    """
    if has_request_context():
        g.changed = (kind, identity, difference(before or {}, after or {}))


def about(flow_id: bytes | None) -> None:
    """Say which flow this request is about: said by the gate, and where a view asks for the flow's permissions."""
    if has_request_context() and flow_id is not None:
        g.about = flow_id


def unchanged() -> None:
    """Say that the transaction at hand changes nothing after all: called by a view before its end."""
    if has_request_context():
        g.unchanged = True


def record(
    connection: sa.Connection, someone: Someone, action: str, *, kind: str, identity: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write an entry of one's own, such as for a sign-in, where no request of somebody known does by itself."""
    address = (request.remote_addr or "") if has_request_context() else ""
    entry = Entry(
        at=now_micros(), actor="key" if someone.user is None else "user", actor_id=someone.user or someone.key,
        actor_name=someone.name, role=someone.role, address=address, action=action, kind=kind, object=identity,
        detail=_short(detail or {}), flow_id=_flow(kind, identity),
    )  # fmt: skip
    audit.append(connection, someone.tenant, entry)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What differs, before and after, in short."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {
        side: _short({name: values[name] for name in names if name in values})
        for side, values in (("before", before), ("after", after))
        if any(name in values for name in names)
    }


def _witness(connection: sa.Connection) -> bool:
    """Add the request's entry if it has none yet; whether it was added."""
    if _unseen.get() or not has_request_context() or request.method in _SAFE or g.get("witnessed"):
        return False
    if g.pop("unchanged", False):
        return False
    someone: Someone | None = g.get("who")
    if someone is None or someone.role == CONNECTOR:
        return False
    kind, identity, detail = g.get("changed") or (request.blueprint or "", _object(), {})
    record(connection, someone, request.endpoint or request.path, kind=kind, identity=identity, detail=detail)
    return True


def _object() -> str | None:
    named = request.view_args or {}
    parts = [masked(str(value)) if name == "address" else str(value) for name, value in named.items()]
    return "/".join(parts) or None


def _flow(kind: str, identity: str | None) -> bytes | None:
    noted: bytes | None = g.get("about") if has_request_context() else None
    if noted is None and kind == "flows" and identity is not None:
        return id_bytes(identity.partition("/")[0])  # it has just been made
    return noted


def _short(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in list(values.items())[:MOST]:
        if name in ("before", "after") and isinstance(value, Mapping):
            found[name] = _short(value)
        elif _SECRET.search(name):
            found[name] = COVER
        elif isinstance(value, bool | int | float) or value is None:
            found[name] = value
        else:
            written = value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=str).decode()
            found[name] = written if len(written) <= LONGEST else written[: LONGEST - 1] + "…"
    return found

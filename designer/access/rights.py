"""What each role may: one table, and the mark by which every endpoint says which right it needs.

An endpoint that names no right is closed, so that nobody opens one by forgetting. What a key may is what its role may,
narrowed by its scopes. A role of a name of your own, such as `doctor`, is for record types that say who sees a field;
it may what an operator may.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, Protocol, TypeVar, get_args

ADMINISTRATOR, DESIGNER, OPERATOR, AUDITOR = "administrator", "designer", "operator", "auditor"
CONNECTOR = "connector"
"""The role of a connector's key: its own line, and none of these rights."""
ROLES: Final = (ADMINISTRATOR, DESIGNER, OPERATOR, AUDITOR)

Right = Literal[
    "own", "flows.read", "flows.try", "flows.edit", "flows.publish", "flows.run", "flows.share",
    "sessions.read", "sessions.control", "recordings.hear", "recordings.delete", "messages.read", "messages.send",
    "contacts.read", "contacts.erase", "records.read", "records.write", "campaigns.read", "campaigns.edit",
    "campaigns.run", "material.read", "material.edit", "consent.read", "consent.edit", "lines.read", "lines.edit",
    "outbox.read", "outbox.control", "sources.read", "sources.edit", "connectors.edit", "privacy.edit", "keys.manage",
    "users.manage", "audit.read", "tasks.read", "tasks.decide",
]  # fmt: skip
"""What somebody may do; `own` is what everybody may who is signed in, such as to see who he is."""

Door = Literal["door"]
DOOR: Final[Door] = "door"
"""In place of a right: an endpoint for people without one, which looks for itself at who comes."""

_A = frozenset({ADMINISTRATOR})
_AD = _A | {DESIGNER}
_AO = _A | {OPERATOR}
_ADO = _AD | {OPERATOR}
_AOU = _AO | {AUDITOR}
_ALL = _ADO | {AUDITOR}

RIGHTS: Final[dict[Right, frozenset[str]]] = {
    "own": _ALL,
    "flows.read": _ALL,
    "flows.try": _ADO,
    "flows.edit": _AD,
    "flows.publish": _AD,
    "flows.run": _ADO,
    "flows.share": _AD,
    "sessions.read": _ALL,
    "sessions.control": _AO,
    "recordings.hear": _AOU,
    "recordings.delete": _A,
    "messages.read": _ALL,
    "messages.send": _AO,
    "contacts.read": _ALL,
    "contacts.erase": _A,
    "records.read": _ALL,
    "records.write": _AO,
    "campaigns.read": _ALL,
    "campaigns.edit": _ADO,
    "campaigns.run": _AO,
    "material.read": _ALL,
    "material.edit": _AD,
    "consent.read": _ALL,
    "consent.edit": _AO,
    "lines.read": _ALL,
    "lines.edit": _A,
    "outbox.read": _ALL,
    "outbox.control": _AO,
    "sources.read": _ALL,
    "sources.edit": _AD,
    "connectors.edit": _A,
    "privacy.edit": _A,
    "keys.manage": _A,
    "users.manage": _A,
    "audit.read": _A | {AUDITOR},
    "tasks.read": _ALL,
    "tasks.decide": _AO,
}
"""Which roles have a right."""

EVERY: Final[tuple[Right, ...]] = get_args(Right)
View = TypeVar("View", bound=Callable[..., Any])


class Asks(Protocol):
    """Of the one who asks, what rights depend on."""

    @property
    def role(self) -> str:
        """His role, by its name."""

    @property
    def scopes(self) -> frozenset[str] | None:
        """The rights that his key is narrowed to; None if it is not."""


def needs(right: Right | Door) -> Callable[[View], View]:
    """Mark a view with the right that it needs; written next to its route."""

    def mark(view: View) -> View:
        view.right = right  # type: ignore[attr-defined]
        return view

    return mark


def needed(view: Callable[..., Any]) -> Right | Door | None:
    """The right that a view was marked with."""
    found: Right | Door | None = getattr(view, "right", None)
    return found


def acts_as(role: str) -> str:
    """The one of the roles whose rights somebody has; a role of another name acts as an operator."""
    return role if role in ROLES or role == CONNECTOR else OPERATOR


def rights_of(role: str, scopes: frozenset[str] | None = None) -> frozenset[Right]:
    """All that a role may, narrowed to these scopes."""
    acting = acts_as(role)
    return frozenset(
        right for right, roles in RIGHTS.items()
        if acting in roles and (scopes is None or right == "own" or right in scopes)
    )  # fmt: skip


def allowed(asking: Asks, right: Right) -> bool:
    """Whether somebody may do this."""
    return right in rights_of(asking.role, asking.scopes)

"""Campaigns as rows: what each is to do, in which state it is, and where its pace stands."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from engine.store.compiled import Compiled
from engine.store.ids import new_id
from engine.store.tenant import attempt, campaign, campaign_member, campaign_note

State = Literal["draft", "running", "paused", "stopped", "finished"]
STATES = ("draft", "running", "paused", "stopped", "finished")
OPEN: tuple[State, ...] = ("running", "paused")


class CampaignUnknown(LookupError):
    """There is no such campaign."""


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign. Times are microseconds UTC; `why` is a reason's code and values, of a campaign that has stopped.

    A campaign that is running and not built yet is still looking for whom it means. Its audience may name ten thousand
    people: it is empty here unless the whole was asked for.
    """

    id: bytes
    name: str
    state: State
    flow_id: bytes
    version: int | None
    policy: dict[str, Any]
    settings: dict[str, Any]
    why: dict[str, Any] | None
    reached: bytes | None
    seen: int
    left_out: int
    going_since: int | None
    next_dial_at: int
    created_at: int
    updated_at: int
    started_at: int | None
    built_at: int | None
    ended_at: int | None
    audience: dict[str, Any] = {}


_WHOLE = [campaign.c[name] for name in Campaign.__struct_fields__]
_COLUMNS = [column for column in _WHOLE if column.name != "audience"]


def _state(state: str) -> sa.Exists:
    """Whether a campaign is in a state, as a literal: for an index of those rows alone to be used."""
    return sa.exists(sa.select(campaign.c.id).where(campaign.c.state == sa.literal(state, literal_execute=True)))


_UNENDED = sa.exists(sa.select(attempt.c.session_id).where(attempt.c.ended_at.is_(None)))
HAS_WORK = Compiled(sa.select(sa.or_(_state("running"), _state("paused"), _UNENDED)))
"""Whether there is a campaign to be driven, or an attempt whose end is not known."""


def create(
    connection: sa.Connection, *, name: str, flow_id: bytes, audience: dict[str, Any], policy: dict[str, Any],
    settings: dict[str, Any], at: int,
) -> Campaign:  # fmt: skip
    """A campaign that has not been started."""
    made = Campaign(
        id=new_id(), name=name, state="draft", flow_id=flow_id, version=None, audience=audience, policy=policy,
        settings=settings, why=None, reached=None, seen=0, left_out=0, going_since=None, next_dial_at=0, created_at=at,
        updated_at=at, started_at=None, built_at=None, ended_at=None,
    )  # fmt: skip
    connection.execute(campaign.insert().values(msgspec.structs.asdict(made)))
    return made


def get(connection: sa.Connection, identity: bytes, *, lock: bool = False, whole: bool = False) -> Campaign:
    """The campaign of this id, locked for this transaction if asked for; raises CampaignUnknown."""
    statement = sa.select(*(_WHOLE if whole else _COLUMNS)).where(campaign.c.id == identity)
    row = connection.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise CampaignUnknown
    return Campaign(**row._mapping)


def page(
    connection: sa.Connection, *, before: bytes | None, limit: int, states: Collection[str] = (),
    flow_id: bytes | None = None, unseen: Collection[bytes] = (),
) -> list[Campaign]:  # fmt: skip
    """Whole campaigns, the newest first; none of `unseen` flows."""
    statement = sa.select(*_WHOLE).order_by(campaign.c.id.desc()).limit(limit)
    if unseen:
        statement = statement.where(campaign.c.flow_id.not_in(unseen))
    if before is not None:
        statement = statement.where(campaign.c.id < before)
    if states:
        statement = statement.where(campaign.c.state.in_(states))
    if flow_id is not None:
        statement = statement.where(campaign.c.flow_id == flow_id)
    return [Campaign(**row._mapping) for row in connection.execute(statement)]


def open_ones(connection: sa.Connection) -> list[Campaign]:
    """Those that are running or paused, the oldest first."""
    found = connection.execute(sa.select(*_COLUMNS).where(campaign.c.state.in_(OPEN)).order_by(campaign.c.id))
    return [Campaign(**row._mapping) for row in found]


def every(connection: sa.Connection, identities: Collection[bytes]) -> dict[bytes, Campaign]:
    """The campaigns of these ids."""
    found = connection.execute(sa.select(*_COLUMNS).where(campaign.c.id.in_(list(identities))))
    return {row.id: Campaign(**row._mapping) for row in found}


def change(
    connection: sa.Connection, identity: bytes, *, at: int, among: Collection[State] | None = None, **values: Any
) -> bool:
    """Change a campaign's columns; False where it is in none of the states of `among` any more."""
    mine = [campaign.c.id == identity]
    if among is not None:
        mine.append(campaign.c.state.in_(list(among)))
    changed = campaign.update().where(*mine).values(updated_at=at, **values)
    return bool(connection.execute(changed).rowcount)


def of_flow(connection: sa.Connection, flow_id: bytes) -> bool:
    """Whether a flow has a campaign that has not ended."""
    live = sa.and_(campaign.c.flow_id == flow_id, campaign.c.state.in_(("draft", *OPEN)))
    return connection.execute(sa.select(campaign.c.id).where(live).limit(1)).first() is not None


def going_by(connection: sa.Connection, name: str) -> list[str]:
    """The names of the campaigns that are not over and go by this calendar."""
    statement = sa.select(campaign.c.name, campaign.c.policy).where(campaign.c.state.in_(("draft", *OPEN)))
    return sorted({row.name for row in connection.execute(statement) if row.policy.get("calendar") == name})


def stopped_by_themselves(connection: sa.Connection, *, since: int) -> list[str]:
    """Names and reasons of campaigns that have stopped since then, and that no person has stopped."""
    lately = sa.and_(campaign.c.state == sa.literal("stopped", literal_execute=True), campaign.c.ended_at >= since)
    rows = connection.execute(sa.select(campaign.c.name, campaign.c.why).where(lately))
    return [f"{row.name} ({row.why['code']})" for row in rows if row.why and row.why["code"] != "person"]


def remove(connection: sa.Connection, identity: bytes) -> None:
    """Remove a campaign with all that is kept of it; its sessions stay."""
    for table in (attempt, campaign_member, campaign_note):
        connection.execute(table.delete().where(table.c.campaign_id == identity))
    connection.execute(campaign.delete().where(campaign.c.id == identity))

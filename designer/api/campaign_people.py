"""`/campaigns/{id}/members`, `/attempts`, `/dry-run`: who is in a campaign, what became of each, and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Response
from pydantic import BaseModel, Field

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.campaigns import CampaignPath, found
from designer.api.contacts import ContactPath
from designer.api.once import once
from designer.api.paging import PageQuery, identity, page
from designer.api.replies import reply, resource
from designer.api.shapes.campaigns import AttemptsShape, DryRunShape, MemberShape, MembersShape, TraceShape
from designer.campaign_words import entry, reason, why
from designer.parts import parts
from designer.problems import Problem
from engine.contact_key import contact_key
from engine.host.calendars import TenantCalendars
from engine.host.campaigns import ending, foreseeing, trace, words
from engine.host.campaigns.audience import NoAudience
from engine.host.campaigns.foreseeing import Foreseen
from engine.host.campaigns.trace import Entry
from engine.records.seeing import Sight, seen_contact
from engine.records.table import guarded
from engine.store import (
    Store,
    attempts,
    campaign_members,
    campaigns,
    contacts,
    from_micros,
    history,
    id_text,
    now_micros,
    records,
    triggers,
)
from engine.store.attempts import AttemptRow
from engine.store.campaign_members import Member
from engine.texting.addresses import canonical

api = resource("campaign_people", 404, 409)
NO_MEMBER = "There is no such member of this campaign."
MESSAGES = {NO_MEMBER}
"""Sentences of this module; each has its translation."""
MOST_RECORDS = 1_000
CSV = ("session", "member", "number", "called", "at", "dialled_at", "fate", "cause", "rang", "completed", "outcome",
       "seconds", "cost", "ended_at")  # fmt: skip


class MembersQuery(PageQuery):
    state: campaign_members.State | None = Field(None)
    fate: str | None = Field(None, max_length=16, description="Of the last attempt.")
    number: str | None = Field(None, max_length=200, description="With this number or mail address, in any spelling.")


class MemberPath(CampaignPath):
    member: str = Field(max_length=64)


class AttemptsQuery(PageQuery):
    fate: str | None = Field(None, max_length=16)


class NothingBody(BaseModel):
    """Nothing has to be said."""


@api.get("/campaigns/<campaign>/members", responses={200: MembersShape})
@needs("campaigns.read")
def list_members(path: CampaignPath, query: MembersQuery) -> Response:
    """Who is in the audience, in its order, once it was frozen."""
    address = None if query.number is None else canonical(query.number, parts().settings.country)
    found(path)
    with store().read() as connection:
        rows = campaign_members.page(
            connection, path.id, after=query.after(int), limit=query.limit + 1, state=query.state, fate=query.fate,
            address=address,
        )  # fmt: skip
    return reply(page(rows, query.limit, lambda row: row.place, _member))


@api.get("/campaigns/<campaign>/members/<member>", responses={200: MemberShape})
@needs("campaigns.read")
def get_member(path: MemberPath) -> Response:
    """One person of a campaign."""
    return reply(_member(_one(path)))


@api.post("/campaigns/<campaign>/members/<member>/cancel", responses={200: MemberShape})
@once
@needs("campaigns.run")
def cancel_member(path: MemberPath, body: NothingBody) -> Response:
    """Take somebody out: he is not contacted again by this campaign; what is under way goes on."""
    wanted = identity(path.member, NO_MEMBER)
    with store().begin() as connection:
        if ending.cancel_member(connection, path.id, wanted, by=who().name[:200], at=now_micros()) is None:
            raise Problem(404, NO_MEMBER)
    return reply(_member(_one(path)))


@api.get("/campaigns/<campaign>/members/<member>/why", responses={200: TraceShape})
@needs("campaigns.read")
def why_member(path: MemberPath) -> Response:
    """Why he was, or was not, contacted: all that was considered and done, in order of time."""
    here, campaign, member = store(), found(path), _one(path)
    with here.read() as connection:
        entries = trace.of_member(
            connection, campaign, member, TenantCalendars(here), zone=here.time_zone, at=now_micros()
        )
    return reply({"items": [entry(one) for one in entries]})


@api.get("/contacts/<contact>/why", responses={200: TraceShape})
@needs("contacts.read")
def why_contact(path: ContactPath) -> Response:
    """Why a person was, or was not, contacted, by whatever campaign, trigger or flow; in order of time."""
    here = store()
    with here.read() as connection:
        person = contacts.get(connection, path.id)
        if person is None:
            raise Problem(404, "There is no such contact.")
        key = contact_key(person.as_session_gets_it)
        entries = trace.of_contact(
            connection, person.id, keys=[] if key is None else [key],
            addresses=contacts.only_his(connection, person.id), calendars=TenantCalendars(here),
            records=[row.id for row in records.of_contact(connection, person.id, limit=MOST_RECORDS)],
            zone=here.time_zone, at=now_micros(),
        )  # fmt: skip
        entries = _followed(connection, entries)
    return reply({"items": [entry(one) for one in entries]})


def _followed(connection: sa.Connection, entries: list[Entry]) -> list[Entry]:
    """Without what belongs to flows whose sessions one may not follow."""
    unseen = flow_rights.unseen(connection, who())
    if not unseen:
        return entries
    ran = campaigns.every(connection, {each.campaign for each in entries if each.campaign is not None})
    walked = history.of_ids(connection, list({each.session for each in entries if each.session is not None}))
    hidden = {each.id for each in [*ran.values(), *walked] if each.flow_id in unseen}
    kept = triggers.of_flows(connection, list(unseen))
    hidden |= {each.id for found in kept.values() for each in found}
    return [each for each in entries if hidden.isdisjoint({each.campaign, each.session, each.trigger})]


@api.get("/campaigns/<campaign>/attempts", responses={200: AttemptsShape})
@needs("campaigns.read")
def list_attempts(path: CampaignPath, query: AttemptsQuery) -> Response:
    """The ledger: each attempt once, the newest first."""
    found(path)
    with store().read() as connection:
        rows = attempts.page(
            connection, path.id, before=query.after(bytes), limit=query.limit + 1, fate=query.fate
        )
    return reply(page(rows, query.limit, lambda row: row.session_id, _attempt))


@api.get("/campaigns/<campaign>/attempts.csv", responses={200: None})
@needs("campaigns.read")
def export_attempts(path: CampaignPath) -> Response:
    """The whole ledger as a table, UTF-8 with a mark that spreadsheets know."""
    found(path)
    answer = Response(_lines(store(), path.id, sight()), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="attempts.csv"'
    return answer


@api.get("/campaigns/<campaign>/dry-run", responses={200: DryRunShape})
@needs("campaigns.read")
def dry_run(path: CampaignPath, query: PageQuery) -> Response:
    """Who would be contacted when, and who would not and why, if the campaign were started now."""
    here, campaign = store(), found(path)
    settings = parts().settings
    after = query.after(int)
    try:
        rows = foreseeing.dry_run(
            here, campaign, TenantCalendars(here), settings.folder_assets, settings.country,
            after=-1 if after is None else after, limit=query.limit + 1, at=now_micros(),
        )  # fmt: skip
    except NoAudience as refusal:
        raise no_audience(refusal) from refusal
    return reply(page(rows, query.limit, lambda row: row.place, _foreseen))


def no_audience(refusal: NoAudience) -> Problem:
    """The refusal of an audience that cannot be found."""
    said = words.reason({"code": refusal.code, "values": refusal.values_})
    return Problem(422, said.message, said.params)


def _lines(here: Store, campaign_id: bytes, shown: Sight) -> Iterator[str]:
    """The table, a part at a time; said after the request has been answered, so it asks nothing of it."""
    before: bytes | None = None
    line = io.StringIO()
    writer = csv.writer(line)
    line.write("\ufeff")
    writer.writerow(CSV)
    while True:
        with here.read() as connection:
            rows = attempts.page(connection, campaign_id, before=before, limit=500)
        for row in rows:
            data = _attempt(row, shown.address(row.called))
            values = (data[name] for name in CSV)
            writer.writerow(
                guarded("" if value is None else value.isoformat() if isinstance(value, datetime) else value)
                for value in values
            )
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        if len(rows) < 500:
            return
        before = rows[-1].session_id


def _one(path: MemberPath) -> Member:
    wanted = identity(path.member, NO_MEMBER)
    with store().read() as connection:
        campaigns.get(connection, path.id)
        member = campaign_members.get(connection, path.id, wanted)
    if member is None:
        raise Problem(404, NO_MEMBER)
    return member


def _member(row: Member) -> dict[str, Any]:
    return {
        "id": id_text(row.id),
        "number": sight().address(row.number),
        "contact": seen_contact(row.contact, sight()),
        "contact_id": None if row.contact_id is None else id_text(row.contact_id),
        "time_zone": row.zone,
        "state": row.state,
        "next_at": None if row.next_at is None else from_micros(row.next_at),
        "attempts": row.attempts,
        "fate": row.fate,
        "why": why(row.why),
    }


def _attempt(row: AttemptRow, called: str | None = None) -> dict[str, Any]:
    times = {
        name: None if (at := getattr(row, name)) is None else from_micros(at)
        for name in ("at", "dialled_at", "ended_at")
    }
    return {
        "session": id_text(row.session_id), "member": id_text(row.member_id), "number": row.number,
        "called": sight().address(row.called) if called is None else called, "fate": row.fate, "cause": row.cause,
        "rang": None if row.rang is None else bool(row.rang),
        "completed": None if row.completed is None else bool(row.completed), "outcome": row.outcome,
        "seconds": row.seconds, "cost": None if row.cost is None else row.cost / 1e6, **times,
    }  # fmt: skip


def _foreseen(row: Foreseen) -> dict[str, Any]:
    return {
        "number": sight().address(row.number), "contact": seen_contact(row.contact, sight()), "at": row.at,
        "why": [reason(one) for one in row.reasons],
    }  # fmt: skip

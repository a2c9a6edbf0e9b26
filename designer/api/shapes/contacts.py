"""People and the receipts of their erasure, as the API writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from designer.api.shapes.campaigns import WhyShape
from designer.api.shapes.messages import ConsentShape, EntryShape, MessageShape
from designer.api.shapes.records import RecordShape
from designer.api.shapes.sessions import SessionRowShape
from designer.api.shapes.sounds import CallShape


class ContactShape(BaseModel):
    id: str
    key: str = Field(description="The person key; where a type declares none, the type and the record's key.")
    fields: dict[str, Any] = Field(description="Name, phone, email, language, time_zone, and what flows have noted.")
    created_at: datetime
    updated_at: datetime


class ContactsShape(BaseModel):
    items: list[ContactShape]
    next: str | None


class AddressShape(BaseModel):
    address: str
    current: bool
    since: datetime


class InCampaignShape(BaseModel):
    campaign: str
    name: str
    campaign_state: str
    member: str
    state: str = Field(description="How he stands there: waiting, under_way, done or left_out.")
    next_at: datetime | None = Field(description="When it is his turn, as far as it is planned.")
    why: WhyShape | None


class WholeContactShape(ContactShape):
    addresses: list[AddressShape]
    records: list[RecordShape] = Field(description="The latest 100, as of the others.")
    sessions: list[SessionRowShape]
    calls: list[CallShape]
    messages: list[MessageShape] = Field(description="Of his sessions, and at addresses that are his alone.")
    consents: list[ConsentShape]
    do_not_contact: list[EntryShape]
    campaigns: list[InCampaignShape] = Field(description="That he is in, the newest first.")


class ErasureShape(BaseModel):
    id: str
    person: str = Field(description="A keyed hash of the person key.")
    counts: dict[str, int] = Field(description="Rows erased, by table; what is kept says so.")
    by: str
    reason: str
    at: datetime


class ErasuresShape(BaseModel):
    items: list[ErasureShape]
    next: str | None

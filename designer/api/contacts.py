"""`/contacts`: the people whom records are about, and all that there is of one; forgetting one, with a receipt."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.access.veils import veils
from designer.api.calls import call_data
from designer.api.do_not_contact import consent_data, entry_data
from designer.api.messages import message_data
from designer.api.once import once
from designer.api.paging import PageQuery, identity, page
from designer.api.record_data import intake_of, record_data
from designer.api.replies import reply, resource
from designer.api.sessions import session_data
from designer.api.shapes.contacts import ContactsShape, ErasureShape, ErasuresShape, WholeContactShape
from designer.campaign_words import why
from designer.parts import parts
from designer.problems import Problem
from engine.contact_key import contact_key
from engine.events import SessionCancelled
from engine.records.seeing import ADMINISTRATOR, seen_contact
from engine.store import (
    campaign_members,
    campaigns,
    contacts,
    definitions,
    do_not_contact,
    erasing,
    from_micros,
    history,
    id_text,
    inbox,
    messages,
    now_micros,
    records,
)
from engine.store.contacts import Contact
from engine.store.erasing import Receipt
from engine.store.files import Files
from engine.store.inbox import Posted
from engine.store.tenant import record_type
from engine.texting.addresses import canonical

api = resource("contacts", 404, 409)
MOST = 100
"""Of each kind of thing that one person's page lists."""
MISSING = "There is no such contact."
MESSAGES = {
    MISSING, "Only an administrator may erase a person.",
    "Numbers are looked for whole, by `address`.",
    "Sessions with this person are still going on. They have been told to stop: ask again in a moment.",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


class ContactsQuery(PageQuery):
    key: str | None = Field(None, max_length=300, description="The person key, as records give it.")
    address: str | None = Field(None, max_length=200, description="Who has or had this number or mail address.")
    text: str | None = Field(None, min_length=1, max_length=200, description="With this in what is known of them.")


class ContactPath(BaseModel):
    contact: str = Field(max_length=64)

    @property
    def id(self) -> bytes:
        """The contact's id; raises Problem 404 if it cannot be one."""
        return identity(self.contact, MISSING)


class EraseBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=500, description="For the receipt; it should not say who it was.")


class ErasuresQuery(PageQuery):
    key: str | None = Field(None, max_length=300, description="Of this person key: proof for who asks about himself.")


@api.get("/contacts", responses={200: ContactsShape})
@needs("contacts.read")
def list_contacts(query: ContactsQuery) -> Response:
    """People by their keys."""
    looks = sight()
    if query.text is not None and not looks.numbers and any(letter.isdigit() for letter in query.text):
        raise Problem(403, "Numbers are looked for whole, by `address`.")
    address = None if query.address is None else canonical(query.address, parts().settings.country)
    with store().read() as connection:
        rows = contacts.page(
            connection, after=query.after(str), limit=query.limit + 1, key=query.key, address=address, text=query.text
        )
    return reply(page(rows, query.limit, lambda row: row.key, _data))


@api.get("/contacts/<contact>", responses={200: WholeContactShape})
@needs("contacts.read")
def get_contact(path: ContactPath) -> Response:
    """One person: his addresses, the latest records, sessions, calls and messages, and what he agreed to."""
    with store().read() as connection:
        return reply(_whole(connection, _there(connection, path)))


@api.post("/contacts/<contact>/erase", responses={200: ErasureShape})
@once
@needs("contacts.erase")
def erase_contact(path: ContactPath, body: EraseBody) -> Response:
    """Forget a person for good, everywhere; the receipt says what was erased, and not who it was.

    409 while sessions with him go on: they are told to stop, and you ask again.
    """
    if who().role != ADMINISTRATOR:
        raise Problem(403, "Only an administrator may erase a person.")
    with store().begin() as connection:
        person, at = _there(connection, path), now_micros()
        found = erasing.find(connection, person)
        if not found.live:
            kinds = definitions.every(connection, record_type).values()
            fields = {field for each in kinds if (field := each.get("contact")) is not None}
            receipt, gone = erasing.erase(
                connection, person, found, by=who().name, reason=body.reason, at=at, fields=fields
            )
        for session_id in found.live:
            posted = Posted(event=SessionCancelled(reason="erased"))
            inbox.put(
                connection, session_id=session_id, source="api.erase", external_id=session_id.hex(), posted=posted,
                at=at,
            )  # fmt: skip
    if found.live:
        parts().hint(who().tenant)
        raise Problem(
            409, "Sessions with this person are still going on. They have been told to stop: ask again in a moment.",
            headers={"Retry-After": "1"},
        )  # fmt: skip
    for sha256 in gone:
        Files(parts().settings.folder_assets, who().tenant).remove(sha256)
    return reply(_receipt_data(receipt))


@api.get("/erasures", responses={200: ErasuresShape})
@needs("contacts.read")
def list_erasures(query: ErasuresQuery) -> Response:
    """Receipts of what was erased, the newest first; of one person, for who knows his key."""
    with store().read() as connection:
        rows = erasing.receipts(connection, before=query.after(bytes), limit=query.limit + 1, key=query.key)
    return reply(page(rows, query.limit, lambda row: row.id, _receipt_data))


def _there(connection: sa.Connection, path: ContactPath) -> Contact:
    row = contacts.get(connection, path.id)
    if row is None:
        raise Problem(404, MISSING)
    return row


def _data(row: Contact) -> dict[str, Any]:
    return {
        "id": id_text(row.id),
        "key": row.key,
        "fields": seen_contact(row.fields, sight()),
        "created_at": from_micros(row.created_at),
        "updated_at": from_micros(row.updated_at),
    }


def _whole(connection: sa.Connection, row: Contact) -> dict[str, Any]:
    looks, veil = sight(), veils(connection, sight())
    unseen = flow_rights.unseen(connection, who())
    addresses = contacts.addresses(connection, row.id)
    known = [each.address for each in addresses]
    own = contacts.only_his(connection, row.id)
    consents = [
        each for address in known
        for each in do_not_contact.consents(connection, before=None, limit=MOST, equal={"address": address})
    ]  # fmt: skip
    listed = [
        each for address in known
        for each in do_not_contact.page(connection, after=None, limit=MOST, equal={"address": address})
    ]  # fmt: skip
    return _data(row) | {
        "addresses": [
            {"address": looks.address(each.address), "current": bool(each.current), "since": from_micros(each.at)}
            for each in addresses
        ],
        "records": [
            record_data(each, intake_of(connection, each.record_type).kind, looks)
            for each in records.of_contact(connection, row.id, limit=MOST)
        ],
        "sessions": [
            session_data(each, veil(each))
            for each in history.sessions(connection, contact_id=row.id, limit=MOST, unseen=unseen)
        ],
        "calls": [call_data(each) for each in history.calls(connection, contact_id=row.id, limit=MOST, unseen=unseen)],
        "messages": [
            message_data(each)
            for each in messages.of_person(connection, row.id, own, limit=MOST, unseen=unseen)
        ],
        "consents": [consent_data(each) for each in consents],
        "do_not_contact": [entry_data(each) for each in listed],
        "campaigns": _campaigns(connection, row, own, unseen),
    }


def _campaigns(
    connection: sa.Connection, row: Contact, addresses: Collection[str], unseen: Collection[bytes]
) -> list[dict[str, Any]]:
    """Those that he is in, the newest first: by his key, and by addresses that are his alone."""
    key = contact_key(row.as_session_gets_it)
    members = campaign_members.of_person(connection, [] if key is None else [key], addresses)
    ran = campaigns.every(connection, {each.campaign_id for each in members})
    return [
        {
            "campaign": id_text(each.campaign_id), "name": one.name, "campaign_state": one.state,
            "member": id_text(each.id), "state": each.state, "why": why(each.why),
            "next_at": None if each.next_at is None else from_micros(each.next_at),
        }
        for each in reversed(members[-MOST:])
        if (one := ran[each.campaign_id]).flow_id not in unseen
    ]  # fmt: skip


def _receipt_data(row: Receipt) -> dict[str, Any]:
    return {
        "id": id_text(row.id), "person": row.person.hex(), "counts": row.counts, "by": row.by, "reason": row.reason,
        "at": from_micros(row.at),
    }  # fmt: skip

"""`/do-not-contact` and `/consents`: who is not to be written to, and how it came to that."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.messages import ADDRESS
from designer.api.once import once
from designer.api.paging import PageQuery, page
from designer.api.replies import reply, resource
from designer.api.shapes.messages import Barred, ConsentsShape, EntriesShape, EntryShape, WordsShape
from designer.parts import parts
from designer.problems import Problem
from engine.host.texting.routing import STOP_WORDS
from engine.store import do_not_contact, from_micros, id_text, now_micros, own_settings
from engine.store.do_not_contact import Consent, Entry
from engine.store.own_settings import StopWords
from engine.texting.addresses import canonical

api = resource("do_not_contact", 404)
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class ListQuery(PageQuery):
    medium: Barred | None = Field(None)
    number: str | None = Field(None, max_length=200, description="This number or mail address, in any spelling.")


class EntryBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    medium: Barred
    address: str = Field(pattern=ADDRESS, max_length=255)
    source: Literal["person", "api"] = Field("api", description="`person`: he has said so to one of yours.")
    reason: str = Field("", max_length=1_000)


class EntryPath(BaseModel):
    medium: Barred
    address: str = Field(max_length=255)


class WordsBody(BaseModel):
    """Besides STOP, TD, 退订 and their kin, which always hold."""

    model_config = ConfigDict(extra="forbid")

    stop: list[Word] = Field([], max_length=50, description="Texts that stop us, if they are nothing else.")
    start: list[Word] = Field([], max_length=50, description="Texts by which somebody wants texts again.")
    stopped: str = Field("", max_length=500, description="What he is told then, once; nothing if empty.")
    resumed: str = Field("", max_length=500)


@api.get("/do-not-contact", responses={200: EntriesShape})
@needs("consent.read")
def list_entries(query: ListQuery) -> Response:
    """The list, by address and medium."""
    with store().read() as connection:
        rows = do_not_contact.page(
            connection, after=query.after(tuple[str, str]), limit=query.limit + 1, equal=_equal(query)
        )
    return reply(page(rows, query.limit, lambda row: (row.address, row.medium), entry_data))


@api.post("/do-not-contact", responses={201: EntryShape})
@once
@needs("consent.edit")
def add_entry(body: EntryBody) -> Response:
    """Nothing is sent to an address from now on, whatever waits for it; one that is on the list stays as it is."""
    entry = _entry(body)
    with store().begin() as connection:
        do_not_contact.add(connection, entry)
        there = do_not_contact.get(connection, entry.medium, entry.address)
    assert there is not None
    return reply(entry_data(there), 201)


@api.delete("/do-not-contact/<medium>/<address>", responses={204: None})
@needs("consent.edit")
def remove_entry(path: EntryPath) -> Response:
    """An address may be written to again: that is a consent, and kept as one."""
    entry = Entry(
        medium=path.medium, address=_one(path.address), source="api", reason="taken off the list", at=now_micros(),
        by=who().name[:200],
    )  # fmt: skip
    with store().begin() as connection:
        if not do_not_contact.remove(connection, entry):
            raise Problem(404, "This address is not on the list.")
    return Response(status=204)


@api.get("/do-not-contact/words", responses={200: WordsShape})
@needs("consent.read")
def get_words() -> Response:
    """Your own words by which somebody stops your texts, and what he is told."""
    with store().read() as connection:
        return reply(own_settings.get(connection, STOP_WORDS, StopWords))


@api.put("/do-not-contact/words", responses={200: WordsShape})
@needs("consent.edit")
def put_words(body: WordsBody) -> Response:
    """Set them."""
    words = StopWords(stop=tuple(body.stop), start=tuple(body.start), stopped=body.stopped, resumed=body.resumed)
    with store().begin() as connection:
        own_settings.put(connection, STOP_WORDS, words, at=now_micros())
    return reply(words)


@api.get("/consents", responses={200: ConsentsShape})
@needs("consent.read")
def list_consents(query: ListQuery) -> Response:
    """Each time that somebody agreed to be written to or took it back, the newest first; none is ever changed."""
    with store().read() as connection:
        rows = do_not_contact.consents(
            connection, before=query.after(bytes), limit=query.limit + 1, equal=_equal(query)
        )
    return reply(page(rows, query.limit, lambda row: row.id, consent_data))


@api.post("/consents", responses={201: EntryShape})
@once
@needs("consent.edit")
def add_consent(body: EntryBody) -> Response:
    """Keep that somebody has agreed to be written to; who is on the do-not-contact list stays there."""
    entry = _entry(body)
    with store().begin() as connection:
        do_not_contact.agree(connection, entry)
    return reply(entry_data(entry), 201)


def _entry(body: EntryBody) -> Entry:
    return Entry(
        medium=body.medium, address=_one(body.address), source=body.source, reason=body.reason, by=who().name[:200],
        at=now_micros(),
    )  # fmt: skip


def _one(address: str) -> str:
    return canonical(address, parts().settings.country)


def _equal(query: ListQuery) -> dict[str, Any]:
    return {"medium": query.medium, "address": None if query.number is None else _one(query.number)}


def entry_data(row: Entry | Consent) -> dict[str, Any]:
    """An entry of the list, or a consent, as the API writes it."""
    return {
        "medium": row.medium,
        "address": sight().address(row.address),
        "source": row.source,
        "reason": row.reason,
        "by": row.by,
        "message": None if row.message_id is None else id_text(row.message_id),
        "at": from_micros(row.at),
    }


def consent_data(row: Consent) -> dict[str, Any]:
    """A consent as the API writes it."""
    return {"id": id_text(row.id), "given": bool(row.given), **entry_data(row)}

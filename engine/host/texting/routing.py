"""Where a message goes that has come in: the law first, then whoever waits for it, then what it starts, then a person.

    STOP, TD, 退订, own words  → the do-not-contact list, at once; one confirmation if there is one
    an answer that fits        → its session (`texting/choosing.py` says which of several)
    a keyword                  → the flow of its trigger
    an answer that fits nothing → the question asked last, which asks again
    anything                   → the flow of a trigger without a keyword
    all else                   → the inbox, for a person

All of it is one transaction, so a message is in the ledger exactly when it has gone somewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import msgspec
import sqlalchemy as sa

from engine.commands import SendMail, SendSms
from engine.events import MessageReceived
from engine.host.outbox.registry import CONFIRMATION, row_by_hand
from engine.host.programs import Programs
from engine.host.texting import questions
from engine.store import (
    Store,
    do_not_contact,
    flow_state,
    from_micros,
    id_text,
    inbox,
    messages,
    new_id,
    outbox,
    own_settings,
    starts,
    triggers,
)
from engine.store.do_not_contact import Entry
from engine.store.flows import FlowUnknown
from engine.store.inbox import Posted, Start
from engine.store.messages import Became, MessageRow
from engine.store.own_settings import StopWords
from engine.store.starts import CannotStart
from engine.texting.addresses import bare, canonical
from engine.texting.choosing import Open, asked_again, meant
from engine.texting.keywords import by_any, by_keyword
from engine.texting.stop_words import meaning

SOURCE = "message"
STOP_WORDS = "stop_words"
"""The name of the setting with an organisation's own words."""
LATE_WITHIN = 30 * 24 * 3600 * 1_000_000
"""So long a message that nobody waits for is shown beside what was last sent to its sender (microseconds)."""


class Went(msgspec.Struct, frozen=True, kw_only=True):
    """Where a message has gone."""

    became: Became
    session: bytes | None = None
    reason: str | None = None


class Routing:
    """One message on its way; `about` is the session of the mail that it answers, where a token says so."""

    def __init__(
        self, connection: sa.Connection, store: Store, programs: Programs, row: MessageRow, *, country: str, at: int,
        about: bytes | None = None,
    ) -> None:  # fmt: skip
        self._connection = connection
        self._store = store
        self._programs = programs
        self._row = row
        self._country = country
        self._at = at
        self._about = about
        self._ours = canonical(row.receiver, country)
        self._event = MessageReceived(
            at=from_micros(at), text=row.text, sender=row.sender, to=row.receiver, medium=row.medium,
            message_id=id_text(row.id),
        )  # fmt: skip

    def go(self) -> Went:
        """Let it go where it belongs."""
        said = self._said()
        if said == "stop":
            return self._stop()
        resumed = said == "start" and self._resume()
        fitting = None if resumed else meant(self._open, self._ours)
        if fitting is not None:
            return self._answer(fitting)
        words = triggers.sms_keywords(self._connection)
        started = self._start(by_keyword(self._row.text, self._ours, words))
        if started is None and resumed:
            return Went(became="resumed")
        if started is None and (again := asked_again(self._open, self._ours)) is not None:
            return self._answer(again)
        started = started or self._start(by_any(self._ours, words))
        return started or self._late()

    @cached_property
    def _open(self) -> Sequence[Open]:
        connection, country = self._connection, self._country
        given = {"peer": self._row.peer, "country": country}
        if self._about is not None:
            by_token = questions.of_session(
                connection, self._store, self._programs, self._event, session=self._about, **given
            )  # fmt: skip
            if by_token:
                return by_token
        return questions.open_to(connection, self._store, self._programs, self._event, **given)

    def _said(self) -> str | None:
        own = own_settings.get(self._connection, STOP_WORDS, StopWords)
        plainly = meaning(self._row.text, answers=True, stop=own.stop, start=own.start)
        alone = meaning(self._row.text, stop=own.stop, start=own.start)
        if plainly == alone:
            return alone
        asked = any(each.kind == "question" and each.fits and not each.answered for each in self._open)
        return plainly if asked else alone

    def _stop(self) -> Went:
        """Nothing more is sent to him; a question that takes the word for its answer has it as well."""
        if do_not_contact.add(self._connection, self._entry):
            self._confirm(own_settings.get(self._connection, STOP_WORDS, StopWords).stopped)
        fitting = meant([each for each in self._open if each.kind == "question"], self._ours)
        session = None if fitting is None else self._answer(fitting).session
        return Went(became="stopped", session=session)

    def _resume(self) -> bool:
        if not do_not_contact.remove(self._connection, self._entry):
            return False
        self._confirm(own_settings.get(self._connection, STOP_WORDS, StopWords).resumed)
        return True

    @cached_property
    def _entry(self) -> Entry:
        row = self._row
        return Entry(
            medium=row.medium, address=row.peer, source="message", reason=row.text[:200], message_id=row.id, at=self._at
        )  # fmt: skip

    def _confirm(self, text: str) -> None:
        """One text that says what was understood."""
        if not text:
            return
        row = self._row
        command: SendSms | SendMail = SendSms(id=CONFIRMATION, to=row.sender, text=text)
        if row.medium == "mail":
            command = SendMail(id=CONFIRMATION, to=row.sender, subject=row.subject or text[:78], text=text)
        outbox.insert(self._connection, [row_by_hand(new_id(), command, self._at)])

    def _answer(self, to: Open) -> Went:
        event = msgspec.structs.replace(self._event, sender=to.key or self._event.sender)
        posted = Posted(event=event)
        inbox.put(
            self._connection, session_id=to.session, source=SOURCE, external_id=self._row.id.hex(), posted=posted,
            at=self._at,
        )  # fmt: skip
        return Went(became="answered", session=to.session)

    def _start(self, trigger: bytes | None) -> Went | None:
        """Begin a session of the trigger's flow; for a person if that cannot be."""
        found = None if trigger is None else triggers.get(self._connection, trigger)
        if found is None:
            return None
        contact = {("email" if self._row.medium == "mail" else "phone"): bare(self._row.sender)}
        try:
            flow = flow_state.standing(self._connection, found.flow_id)
            if flow.published is None:
                raise CannotStart("not_published", "the flow is not published")
            starts.admitted(self._connection, flow, contact)
        except (CannotStart, FlowUnknown) as refusal:
            return Went(became="inbox", reason=str(refusal) or "there is no such flow")
        identity = new_id()
        start = Start(
            flow_id=flow.id, version=flow.published, contact=contact, record={}, expires_at=flow.expires_at(self._at)
        )
        inbox.put(
            self._connection, session_id=identity, source=SOURCE, external_id=self._row.id.hex(), at=self._at,
            posted=Posted(event=self._event, start=start),
        )  # fmt: skip
        return Went(became="started", session=identity)

    def _late(self) -> Went:
        """For a person, who sees beside it the session that last wrote to its sender."""
        last = messages.last_of(self._connection, self._row.peer, "out")
        if not last or last[0].session_id is None or (last[0].queued_at or 0) < self._at - LATE_WITHIN:
            return Went(became="inbox")
        return Went(became="inbox", session=last[0].session_id, reason="no question was open any more")

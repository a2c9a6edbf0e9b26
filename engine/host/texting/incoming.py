"""What comes in, on its way into the ledger: known ones counted once, parts joined, what lies or is too much shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from engine.adapters.message_news import MailReceived, TextReceived
from engine.host.programs import Programs
from engine.host.texting import mails
from engine.host.texting.routing import Routing, Went
from engine.store import Store, arrivals, message_files, messages, new_id
from engine.store.arrivals import Left, Whole
from engine.store.assets import NewFile
from engine.store.messages import MessageRow
from engine.store.times import SECOND, from_micros, to_micros
from engine.texting.addresses import canonical
from engine.texting.joining import KEPT, MOST_OF_ONE, is_sound, joined
from engine.texting.outgoing import clean

MOST_CHARACTERS = 20_000
"""Of a text that is kept; what is longer is nobody's answer."""
AGAIN_WITHIN = 2 * SECOND
"""The same text from the same telephone within this time is the carrier's second copy: nobody types so fast."""
MOST_SWEPT = 100


class Incoming:
    """What has come in at one gateway, in one transaction."""

    def __init__(
        self, connection: sa.Connection, store: Store, gateway: str, programs: Programs, *, country: str, at: int
    ) -> None:
        self._connection = connection
        self._store = store
        self._gateway = gateway
        self._programs = programs
        self._country = country
        self._at = at

    def text(self, news: TextReceived) -> None:
        """A text, or a part of one."""
        if not arrivals.is_new(self._connection, self._gateway, news.external_id, at=self._at):
            return
        if news.part is None:
            self._enter(self._row(news))
            return
        part = news.part
        if not is_sound(part.total, part.number):
            reason = f"its header says part {part.number} of {part.total}"
            self._enter(self._row(news), Went(became="inbox", reason=reason))
            return
        sender = canonical(news.sender, self._country)
        whole = Whole(
            gateway=self._gateway, sender=sender, receiver=news.receiver[:200], reference=part.reference & 0xFFFF,
            total=part.total,
        )  # fmt: skip
        text = news.text[:1_000]
        pieces = arrivals.add_part(self._connection, whole, part.number, text, at=self._at)
        if pieces is not None:
            self._enter(self._row(msgspec.structs.replace(news, text=joined(pieces, part.total)[0])))
        elif arrivals.waiting_of(self._connection, self._gateway, sender) > MOST_OF_ONE:
            self._show(arrivals.take_oldest(self._connection, self._gateway, sender=sender))

    def mail(self, news: MailReceived, files: Sequence[NewFile]) -> None:
        """A mail: an answer where its token says so, or its sender is waited for. Its files are stored already."""
        if not arrivals.is_new(self._connection, self._gateway, news.external_id, at=self._at):
            return
        row = msgspec.structs.replace(
            self._row(_text(news.sender, news.receiver, news.text, news.at)),
            medium="mail", subject=clean(news.subject)[:1_000],
        )  # fmt: skip
        message_files.enter(self._connection, row.id, files, at=self._at)
        if news.automatic:
            self._enter(row, Went(became="automatic"))
            return
        asked = mails.about(self._connection, self._gateway, news.token)
        self._enter(row, about=None if asked is None else asked.session_id)

    def sweep(self) -> int:
        """Show texts whose parts have not come in time; how many."""
        before = self._at - int(KEPT.total_seconds()) * SECOND
        for count in range(MOST_SWEPT):
            left = arrivals.take_oldest(self._connection, self._gateway, before=before)
            if left is None:
                return count
            self._show(left)
        return MOST_SWEPT

    def _show(self, left: Left | None) -> None:
        """A text as far as it came, for a person: half an answer is none."""
        if left is None:
            return
        text, missing = joined(left.parts, left.whole.total)
        news = _text(left.whole.sender, left.whole.receiver, text, from_micros(left.at))
        reason = f"{missing} of its {left.whole.total} parts never came"
        self._enter(self._row(news), Went(became="inbox", reason=reason))

    def _enter(self, row: MessageRow, went: Went | None = None, about: bytes | None = None) -> None:
        if went is None and self._is_double(row):
            went = Went(became="doubled")
        if went is None and row.reason is None:
            went = Routing(
                self._connection, self._store, self._programs, row, country=self._country, at=self._at, about=about
            ).go()  # fmt: skip
        went = went or Went(became="inbox")
        entered = msgspec.structs.replace(
            row, became=went.became, session_id=went.session, reason=went.reason or row.reason
        )
        messages.add(self._connection, entered)

    def _is_double(self, row: MessageRow) -> bool:
        last = messages.last_of(self._connection, row.peer, "in")
        if not last or last[0].queued_at is None or row.medium != "sms":
            return False
        same = last[0].text == row.text and last[0].receiver == row.receiver
        return same and abs(self._at - last[0].queued_at) < AGAIN_WITHIN

    def _row(self, news: TextReceived) -> MessageRow:
        text, reason = clean(news.text), None
        if len(text) > MOST_CHARACTERS:
            text, reason = text[:MOST_CHARACTERS], f"only the first {MOST_CHARACTERS} of {len(text)} characters"
        sender, receiver = clean(news.sender)[:200], clean(news.receiver)[:200]
        return MessageRow(
            id=new_id(), direction="in", medium="sms", gateway=self._gateway, sender=sender, receiver=receiver,
            peer=canonical(sender, self._country), text=text, state="received", reason=reason, queued_at=self._at,
            sent_at=to_micros(news.at),
        )  # fmt: skip


def _text(sender: str, receiver: str, text: str, at: datetime) -> TextReceived:
    return TextReceived(external_id="", sender=sender, receiver=receiver, text=text, at=at)

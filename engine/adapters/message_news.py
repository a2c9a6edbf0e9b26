"""What gateways for texts and mail tell the host of their own accord: what has come in, and what became of what left.

A gateway says each of these by `Surroundings.report`, which returns when the news is safely kept; only then may the
other side (message centre, mail server, provider) be told that it was taken. Reports may be made side by side: those
that come together are kept together. Who tells the same twice gives the same `external_id`, and it counts once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal

import msgspec

ReceiptState = Literal["buffered", "delivered", "failed", "expired", "rejected", "unknown"]


class PartOf(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of which long text this is, as its header says: nothing of it is to be trusted."""

    reference: int
    number: int
    total: int


class TextReceived(msgspec.Struct, frozen=True, kw_only=True):
    """A text, or a part of one, has come in. `external_id` is the gateway's id of it, empty where it gives none.

    A part's text may end in the middle of a character: UCS-2 is decoded with `surrogatepass`.
    """

    external_id: str
    sender: str
    receiver: str
    text: str
    at: datetime
    part: PartOf | None = None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a text, or of one of its parts. `reference` is an id that the gateway gave in `Carried`.

    It may come before `Carried` does. `receiver` is the telephone it speaks of, where it says so.
    """

    reference: str
    state: ReceiptState
    at: datetime
    reason: str = ""
    receiver: str = ""


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came with a mail."""

    name: str
    media_type: str
    content: bytes


class MailReceived(msgspec.Struct, frozen=True, kw_only=True):
    """A mail has come in. `token` is the reference (`Carried`) of the mail that it answers, empty if of none.

    `automatic`: a machine has written it (somebody is on holiday, a list): no answer, and not to be answered.
    """

    external_id: str
    sender: str
    receiver: str
    subject: str
    text: str
    at: datetime
    token: str = ""
    attachments: tuple[Attached, ...] = ()
    automatic: bool = False


class Bounced(msgspec.Struct, frozen=True, kw_only=True):
    """A mail of ours has come back: `token` is its reference (`Carried`), `address` who could not be reached.

    `permanent`: no mail will ever arrive there; else it was this mail, or this week.
    """

    token: str
    address: str
    permanent: bool
    reason: str
    at: datetime


News = TextReceived | Receipt | MailReceived | Bounced
Report = Callable[[News], Awaitable[None]]
"""Returns when the news is kept; raises NotKept, or what the database raises, when it cannot be kept now."""


class NotKept(Exception):
    """The news cannot be kept now: the other side is asked to say it again later."""


async def nobody(news: News) -> None:
    """Reports to nobody: of a gateway that is open only to send, for a trial."""
    raise NotKept("nobody takes what comes in here")

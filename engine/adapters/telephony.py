"""What the host and a telephony adapter are to each other.

The adapter knows telephones and no flows; the host knows sessions and no sockets. Between them stand commands and
events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from engine.adapters.party_news import PartyNews, RoomNews
from engine.adapters.quality import Quality
from engine.commands import LegCommand
from engine.events import AnyEvent, CallOffered

if TYPE_CHECKING:
    from engine.adapters.parties import Parties


class LegFound(msgspec.Struct, frozen=True, kw_only=True):
    """A live party that was there when the adapter connected."""

    leg: str
    caller: str = ""
    called: str = ""
    answered: bool = False
    placed: bool = False
    """We called it; it may not have answered yet."""
    rings: bool = False
    """The far end was ringing when we looked."""


class FaxToSend(msgspec.Struct, frozen=True, kw_only=True):
    """What goes to who answers: a TIFF file that Asterisk can read, its pages, and who we say we are."""

    file: str
    pages: int
    header: str = ""
    station: str = ""


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A call that is to be placed. `leg` is the name that it has from now on, on the line as well as in our rows."""

    leg: str
    endpoint: str
    caller_id: str = ""
    ring_seconds: float = 30.0
    detect_machine: bool = False
    wait_for_beep: bool = False
    """A machine has answered: tell so only when its greeting is over."""
    record_early: bool = False
    """Keep what is heard before the answer, if there is none."""
    fax: FaxToSend | None = None
    """It is a machine that is called, to send it this; the leg is never anything else."""


class Rang(msgspec.Struct, frozen=True):
    """The far end rings."""


class PickedUp(msgspec.Struct, frozen=True, kw_only=True):
    """The call is up; `by` is who answered, as far as it was asked for."""

    by: Literal["human", "machine", "unsure"] = "human"


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """The call was not answered, and its leg has ended.

    `fate` is the outlet's word, `cause` what became of it in one word, `sip` what the far end said, 0 if not known.
    """

    fate: Literal["busy", "no_answer", "failed"] = "failed"
    cause: str = ""
    rang: bool = False
    sip: int = 0
    trunk_trouble: bool = False
    """Whether the callee was not reached for a reason of the trunk's, so that another one may be tried."""


class FaxOver(msgspec.Struct, frozen=True, kw_only=True):
    """A call to send a fax has ended: the last word about one that was picked up.

    `pages` are those that have arrived, `station` is what the other machine calls itself, `cause` why it was not sent.
    """

    sent: bool
    pages: int = 0
    cause: str = ""
    station: str = ""
    medium: Literal["audio", "t38", ""] = ""
    rate: int = 0


News = Rang | PickedUp | Missed | FaxOver
Told = Callable[[News], None]
"""Is told on the event loop what becomes of a call: that it rings, at most once; then that it is up, or missed.

Of a call with a fax it is told besides that it is over, some time after it was up.
"""


class Listener(Protocol):
    """The host, as the adapter sees it. Every method is called on the event loop and returns at once."""

    def legs_found(self, legs: Sequence[LegFound]) -> None:
        """After each connect: every party that is live in our application, in no order."""

    def leg_offered(self, event: CallOffered) -> None:
        """Somebody calls."""

    def leg_event(self, leg: str, event: AnyEvent) -> None:
        """Something happened to a party: the answer to a command, or its end."""

    def party_news(self, news: PartyNews) -> None:
        """What becomes of a party that was called for a leg of a session: dialled, invited, or to listen in."""

    def room_news(self, news: RoomNews) -> None:
        """How a room is now."""

    def leg_measured(self, leg: str, quality: Quality) -> None:
        """How well a party was heard that is about to go; its end is told next."""

    def leg_gone(self, leg: str) -> None:
        """A party whose end was told has left the line, too: what is kept for it is free."""

    def replaced(self) -> None:
        """Another engine took the application: drop everything, never reconnect."""

    def may_act(self) -> bool:
        """Whether this engine still holds its lease; asked before each command that goes out."""


class Telephony(Protocol):
    """Telephones, as the host sees them."""

    parties: Parties
    """Those who are joined with others."""

    async def run(self) -> None:
        """Connect, and reconnect with back-off, until `close` is called."""

    def perform(self, command: LegCommand, reference: str, tenant: str = "") -> None:
        """Begin what the command asks for; its outcome comes as an event.

        `reference` is unique over all sessions and engines' lives, and names what is played. `tenant` is whose leg it
        is: parties that are called for it leave by this tenant's trunks, and its rooms are this tenant's.
        """

    def withdraw(self, leg: str, command_id: str) -> None:
        """What a command asked for is not wanted any more; nothing is told of it."""

    def hear_fax(self, leg: str) -> None:
        """Listen for a fax machine's tone on this leg: `FaxToneDetected` if there is one."""

    def send_back(self, leg: str) -> None:
        """Leave a call that was offered to the next engine: the caller hears that it goes on in a moment."""

    @property
    def ready(self) -> bool:
        """Whether there is a connection, and the host knows which legs there are."""

    def place(self, call: Outgoing, told: Told) -> bool:
        """Call somebody; False if that cannot be begun now, so that certainly nothing has gone out.

        Once picked up it is a leg like any other: `perform` takes commands for it, its end is a `CallEnded` to the
        listener. `HangUp` for a leg that still rings gives the call up: it is `Missed` then. If the connection breaks
        meanwhile nothing is told: the leg is among those found later, or was lost (`CallEnded`).
        """

    def take_on(self, call: Outgoing, told: Told) -> None:
        """Go on with a call that was placed before, and is among the legs found: ringing, or up and not yet told."""

    async def trunks_changed(self) -> None:
        """What is written of trunks has changed: read it."""

    async def reachable(self) -> dict[str, bool]:
        """Which endpoints there are, and whether each answers; those that are not asked count as answering."""

    async def close(self) -> None:
        """Leave the telephones as they are, and go."""

"""A call of ours, from its making until somebody has taken it or it has failed.

The channel is ours before anything is dialled, under the name that stands in our rows already; so whatever dies, the
next engine finds it by that name, and nobody is rung a second time. Up to the answer there is no leg that could speak:
this is a machine of its own, which the leg's takes over from.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Literal

import structlog

from engine.adapters.ari import fates, translate
from engine.adapters.ari.errors import AriError, AriGone, AriTimedOut, AriTrouble, AriUnreachable
from engine.adapters.ari.exchange import Telephones
from engine.adapters.ari.fates import Ended
from engine.adapters.ari.messages import ChannelDestroyed, ChannelHangupRequest, Dial, StasisStart
from engine.adapters.telephony import Missed, Outgoing, PickedUp, Rang, Told

_log = structlog.get_logger()

GRACE = 5.0
"""Seconds after the ring time-out at which we no longer believe that Asterisk counts it."""
RANG_LONG_ENOUGH = 32
"""The hang-up cause with which Asterisk ends what has rung for as long as we said."""
DETECTS = 60.0
"""Seconds after which machine detection, with a greeting waited for, has not come back."""


class Phase(Enum):
    """How far the call is."""

    MADE = "its channel was asked for"
    DIALLED = "the far end is asked"
    DETECTING = "it is up, and listened to who answers"
    FAXING = "it is up, and a fax goes out"
    OVER = "told"


class Placing:
    """One call that is on its way."""

    def __init__(self, telephones: Telephones, call: Outgoing, told: Told) -> None:
        self.call = call
        self.phase = Phase.MADE
        self._telephones = telephones
        self._told = told
        self._rang = False
        self._given_up = ""
        self._timed_out = False
        self._guard: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Make the channel; it is dialled when it is in our application."""
        self._telephones.send(translate.create(self.call, self._telephones.application), self._on_create)

    def go_on(self, state: str) -> None:
        """Take on a channel that was there: `state` is Asterisk's word for how far it is."""
        if state == "Up":
            self._up()
            return
        self.phase = Phase.DIALLED
        if state == "Ringing":
            self._rings()
        self._watch(self.call.ring_seconds + GRACE)

    def started(self, event: StasisStart) -> None:
        """The channel is in our application: new, or back from machine detection."""
        if self.phase is Phase.MADE:
            if self._given_up:
                return
            self.phase = Phase.DIALLED
            self._watch(self.call.ring_seconds + GRACE)
            self._telephones.send(translate.dial(self.call), self._on_dial)
        elif self.phase is Phase.DETECTING:
            self._telephones.send(translate.unwatch(self.call.leg, self._telephones.application))
            self._pick_up(translate.who_answered(event))

    def dial_is(self, event: Dial) -> None:
        """How far the far end is. 183 without 180 is no answer either, but somebody is there."""
        if event.dialstatus == "PROGRESS" and self.call.record_early and self.phase in (Phase.MADE, Phase.DIALLED):
            self._telephones.media.early.begin(self.call.leg)
        if event.dialstatus in ("RINGING", "PROGRESS"):
            self._rings()
        elif event.dialstatus == "ANSWER" and self.phase in (Phase.MADE, Phase.DIALLED):
            self._up()

    def hangup_asked(self, event: ChannelHangupRequest) -> None:
        """Asterisk's own ring time-out says itself like this."""
        if event.cause == RANG_LONG_ENOUGH and self.phase is Phase.DIALLED:
            self._timed_out = True

    def destroyed(self, event: ChannelDestroyed) -> None:
        """The channel is no more."""
        if self.phase is Phase.DETECTING:  # they hung up while we listened to them
            self._pick_up("unsure")
            return
        ended = Ended(
            cause=event.cause, tech_cause=event.tech_cause, rang=self._rang, given_up=bool(self._given_up),
            timed_out=self._timed_out,
        )  # fmt: skip
        self._miss(fates.missed(ended))

    def give_up(self, cause: str) -> None:
        """Hang up; `Missed` is told when it is done."""
        self._given_up = self._given_up or cause
        self._telephones.send(translate.hang_up(self.call.leg, cause), self._on_hang_up)

    def close(self) -> None:
        """Free everything; nothing is told any more."""
        if self._guard is not None:
            self._guard.cancel()
            self._guard = None

    def _rings(self) -> None:
        if not self._rang and self.phase in (Phase.MADE, Phase.DIALLED):
            self._rang = True
            self._told(Rang())

    def _up(self) -> None:
        if self._given_up:
            return
        if not self.call.detect_machine:
            self._pick_up("human")
            return
        self.phase = Phase.DETECTING
        self._watch(DETECTS)
        self._telephones.send(translate.watch(self.call.leg, self._telephones.application))
        self._telephones.send(translate.detect(self.call), self._on_detect)

    def _pick_up(self, by: Literal["human", "machine", "unsure"]) -> None:
        if self.phase is Phase.OVER:
            return
        self.phase = Phase.OVER
        self.close()
        self._telephones.legs.picked_up(self.call.leg)
        self._told(PickedUp(by=by))

    def _miss(self, missed: Missed) -> None:
        if self.phase is Phase.OVER:
            return
        self.phase = Phase.OVER
        self.close()
        self._telephones.legs.missed(self.call.leg)
        self._told(missed)

    def _watch(self, seconds: float) -> None:
        self.close()
        self._guard = asyncio.get_running_loop().call_later(seconds, self._late)

    def _late(self) -> None:
        """What Asterisk should have ended has not ended."""
        self._guard = None
        if self.phase is Phase.DETECTING:
            _log.warning("machine detection has not come back", leg=self.call.leg)
            self._pick_up("unsure")
            return
        self._timed_out = True
        self._telephones.send(translate.hang_up(self.call.leg, "no_answer"), self._on_hang_up)

    # what Asterisk answered

    def _on_create(self, error: AriError | None, _: str) -> None:
        if error is None:
            if self._given_up:
                self._telephones.send(translate.hang_up(self.call.leg, self._given_up), self._on_hang_up)
            return
        if isinstance(error, AriUnreachable) and not isinstance(error, AriTimedOut):
            return  # the connection broke: whether it was made is seen when there is one again
        _log.warning("a call could not be made", leg=self.call.leg, endpoint=self.call.endpoint, reason=str(error))
        if isinstance(error, AriTimedOut):
            self._telephones.send(translate.hang_up(self.call.leg, "normal"))
        self._miss(Missed(cause="trunk_trouble", trunk_trouble=True))

    def _on_dial(self, error: AriError | None, _: str) -> None:
        if error is None or isinstance(error, (AriUnreachable, AriGone)):
            return  # its end is an event
        _log.warning("a call could not be dialled", leg=self.call.leg, reason=str(error))
        self._telephones.send(translate.hang_up(self.call.leg, "failure"), self._on_hang_up)

    def _on_detect(self, error: AriError | None, _: str) -> None:
        if error is None or isinstance(error, (AriUnreachable, AriGone)):
            return
        _log.warning("machine detection could not begin", leg=self.call.leg, reason=str(error))
        self._pick_up("unsure")

    def _on_hang_up(self, error: AriError | None, _: str) -> None:
        if isinstance(error, AriGone) and self.phase is not Phase.MADE:
            self._miss(Missed(cause="cancelled" if self._given_up else "unknown", rang=self._rang))
        elif isinstance(error, (AriTimedOut, AriTrouble)):
            _log.warning("a call could not be given up; trying again", leg=self.call.leg, reason=str(error))
            self._watch(1.0)

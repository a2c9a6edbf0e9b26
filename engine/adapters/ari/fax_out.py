"""A fax that goes out: a call of ours that is handed to the dialplan as soon as somebody has answered.

The other machine hangs up as soon as it has all pages, so what became of them is told by the dialplan's last event
before the channel is no more. A person who has answered is let go; who it is is heard, or told by T.38: we do not ask
for it, so who does is a machine.
"""

from __future__ import annotations

import asyncio

import structlog

from engine.adapters.ari import faxes, messages, translate
from engine.adapters.ari.errors import AriError, AriGone, AriTimedOut, AriTrouble, AriUnreachable
from engine.adapters.ari.exchange import Telephones
from engine.adapters.ari.messages import ChannelDestroyed, StasisStart
from engine.adapters.ari.outbound import Phase, Placing
from engine.adapters.faxes import Arrived
from engine.adapters.telephony import FaxOver, FaxToSend, Outgoing, PickedUp, Told

_log = structlog.get_logger()

SETTLING = 120.0
A_PAGE = 180.0
"""Seconds after which a fax is given up: a page takes 40 at 14,400 baud, and two minutes at 4,800."""
NO_MACHINE = "no_fax_machine"


class SendingFax(Placing):
    """One fax on its way, from its call's making to its end."""

    def __init__(self, telephones: Telephones, call: Outgoing, told: Told) -> None:
        super().__init__(telephones, call, told)
        self._listener = telephones.media.fax_listener
        self._came_from: Arrived | None = None
        self._nobody = False
        """No machine has answered: we have hung up."""

    @property
    def _fax(self) -> FaxToSend:
        assert self.call.fax is not None
        return self.call.fax

    def go_on(self, state: str) -> None:
        """Take on a channel that was there; one that is up may be in the dialplan already, or still with us."""
        if state == "Up":
            self._answered(found=True)
        else:
            super().go_on(state)

    def started(self, event: StasisStart) -> None:
        """The channel is in our application: new."""
        if self.phase is Phase.MADE:
            super().started(event)

    def fax_over(self, arrived: Arrived) -> None:
        """The dialplan says how it went; its last word counts."""
        self._came_from = arrived

    def destroyed(self, event: ChannelDestroyed) -> None:
        """The channel is no more."""
        if self.phase is Phase.FAXING:
            self._end()
        else:
            super().destroyed(event)

    def _up(self) -> None:
        if not self._given_up and self.phase is not Phase.FAXING:
            self._answered(found=False)

    def _answered(self, *, found: bool) -> None:
        self.phase = Phase.FAXING
        self._watch(SETTLING + A_PAGE * self._fax.pages)
        self._told(PickedUp())
        self._telephones.send(translate.watch(self.call.leg, self._telephones.application))
        self._listener.begin(self.call.leg, self._judged, found=found)
        self._telephones.send(faxes.send(self.call.leg), self._on_enter)

    def _judged(self, heard: bool | None) -> None:
        """It was listened to who has answered. Where nothing could be heard, the line alone ends the fax."""
        if heard is not False or self.phase is not Phase.FAXING:
            return

        def then(error: AriError | None, body: str) -> None:
            if error is None and messages.read_variable(body).value in faxes.T38_STATES:
                return
            if self.phase is Phase.FAXING and not isinstance(error, (AriUnreachable, AriGone)):
                self._let_go()

        self._telephones.send(translate.asked(self.call.leg, faxes.T38), then)

    def _let_go(self) -> None:
        _log.info("no fax machine has answered", leg=self.call.leg)
        self._nobody = True
        self._telephones.send(translate.hang_up(self.call.leg, "normal"), self._on_hang_up)

    def _end(self) -> None:
        if self.phase is Phase.OVER:
            return
        self.phase = Phase.OVER
        self.close()
        self._listener.over(self.call.leg)
        self._telephones.legs.missed(self.call.leg)
        came = self._came_from or Arrived(whole=False, fault="broke_off")
        cause = "" if came.whole else NO_MACHINE if self._nobody else "cancelled" if self._given_up else came.fault
        self._told(
            FaxOver(
                sent=came.whole, pages=came.pages, cause=cause, station=came.station, medium=came.medium, rate=came.rate
            )
        )

    def _late(self) -> None:
        if self.phase is not Phase.FAXING:
            super()._late()
            return
        self._guard = None
        _log.warning("a fax does not come to its end", leg=self.call.leg)
        self._telephones.send(translate.hang_up(self.call.leg, "normal"), self._on_hang_up)

    # what Asterisk answered

    def _on_enter(self, error: AriError | None, _: str) -> None:
        if error is None or isinstance(error, (AriUnreachable, AriGone)):
            return  # gone: its end is an event, or it was found in the dialplan
        _log.warning("a fax could not begin", leg=self.call.leg, reason=str(error))
        self._telephones.send(translate.hang_up(self.call.leg, "failure"), self._on_hang_up)

    def _on_hang_up(self, error: AriError | None, body: str) -> None:
        if self.phase is not Phase.FAXING:
            super()._on_hang_up(error, body)
        elif isinstance(error, AriGone):
            self._end()
        elif isinstance(error, (AriTimedOut, AriTrouble)):
            self._guard = asyncio.get_running_loop().call_later(1.0, self._late)

"""What Asterisk tells, and whom each of it is for: a line, a call on its way, what runs beside them, or the host."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import structlog

from engine.adapters.ari import bridges, faxes, translate
from engine.adapters.ari.exchange import Telephones
from engine.adapters.ari.fax_out import SendingFax
from engine.adapters.ari.line import Line
from engine.adapters.ari.messages import (
    ApplicationReplaced,
    AriEvent,
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    ChannelTransfer,
    ChannelUserevent,
    Dial,
    PlaybackFinished,
    RecordingFailed,
    RecordingFinished,
    StasisEnd,
    StasisStart,
)
from engine.adapters.ari.quality import measured
from engine.adapters.ari.switchboard import AriSwitchboard
from engine.adapters.leg import KeyPressed
from engine.adapters.telephony import LegFound, Listener

_log = structlog.get_logger()


class Happenings:
    """Passes on each event of Asterisk's. `replaced` is called when another engine has taken the application."""

    def __init__(
        self, telephones: Telephones, board: AriSwitchboard, listener: Listener, replaced: Callable[[], None]
    ) -> None:
        self._telephones = telephones
        self._legs = telephones.legs
        self._media = telephones.media
        self._board = board
        self._listener = listener
        self._replaced = replaced

    def receive(self, event: AriEvent) -> None:
        """Have it taken by whom it is for."""
        match event:
            case ChannelDtmfReceived():
                line = self._legs.lines.get(event.channel.id)
                if line is not None and event.digit in translate.KEYS:
                    line.receive(KeyPressed(event.digit))
            case PlaybackFinished():
                self._played(event)
            case StasisStart():
                self._started(event)
            case Dial():
                placing = self._legs.placing.get(event.peer.id)
                if placing is not None:
                    placing.dial_is(event)
            case ChannelHangupRequest() | StasisEnd():
                self._leaves(event)
            case ChannelDestroyed():
                self._destroyed(event)
            case RecordingFinished() | RecordingFailed():
                self._media.recording_over(event)
            case ChannelUserevent():
                self._fax_over(event)
            case ChannelTransfer():
                self._telephones.parties.transfer(bridges.transfer_asked(event))
            case ApplicationReplaced():
                self._replaced()

    def _played(self, event: PlaybackFinished) -> None:
        leg = translate.leg_of(event)
        line = self._legs.lines.get(leg)
        if line is None:
            if not self._media.background.ended(event):
                self._board.played(event.playback.id)
        elif not self._media.fax_tones.hold(leg, event, partial(line.playback_ended, event)):
            line.playback_ended(event)

    def _started(self, event: StasisStart) -> None:
        """A channel has come into our application, for the first time or again."""
        leg = event.channel.id
        placing, line = self._legs.placing.get(leg), self._legs.lines.get(leg)
        if placing is not None:
            placing.started(event)
        elif line is not None:
            self._back(line, event)
        elif bridges.is_listening(event):
            _ = self._telephones.parties.listening.listens(leg) or self._media.listens(leg)
        elif translate.is_placed(event):  # its maker has gone, or has given it up: nobody is to be rung for nothing
            _log.warning("a call of ours that nobody waits for", leg=leg)
            self._telephones.send(translate.hang_up(leg, "normal"))
        elif not translate.is_after_end(event):
            offer = translate.offered(event, datetime.now(UTC))
            answered = event.channel.state == "Up"
            self._legs.add(LegFound(leg=leg, caller=offer.caller, called=offer.called, answered=answered))
            self._listener.leg_offered(offer)

    def _back(self, line: Line, event: StasisStart) -> None:
        """A party was in the dialplan for a moment: it was taking a fax, or has turned out to be a machine."""
        leg = event.channel.id
        if faxes.is_back(event):
            self._media.faxes.back(leg)
        elif faxes.is_tone(event):
            self._media.fax_tones.done(leg)
            line.tone_heard()

    def _leaves(self, event: ChannelHangupRequest | StasisEnd) -> None:
        """A channel goes: the request comes first, before what was playing ends with a failure that is none."""
        leg = event.channel.id
        if event.channel.channelvars:
            quality = measured(event.channel.channelvars)
            if quality is not None:
                self._listener.leg_measured(leg, quality)
        line = self._legs.lines.get(leg)
        if line is None:
            placing = self._legs.placing.get(leg)
            if placing is not None and isinstance(event, ChannelHangupRequest):
                placing.hangup_asked(event)
        elif not self._media.faxes.has(leg):  # in the dialplan for a fax: its end is told when it is no more
            end = partial(line.end, translate.cause_of(event, line.our_cause))
            if not isinstance(event, StasisEnd) or not self._media.fax_tones.hold(leg, event, end):
                end()

    def _destroyed(self, event: ChannelDestroyed) -> None:
        """The end of a call that nobody took; of one that is up we know already, unless it was in the dialplan."""
        leg = event.channel.id
        placing = self._legs.placing.get(leg)
        if placing is not None:
            placing.destroyed(event)
        line = self._legs.lines.get(leg)
        if line is not None:
            line.end(line.our_cause or "normal")
        self._media.faxes.gone(leg)
        self._listener.leg_gone(leg)

    def _fax_over(self, event: ChannelUserevent) -> None:
        arrived = faxes.over(event)
        if arrived is None:
            return
        leg = event.channel.id
        placing = self._legs.placing.get(leg)
        if isinstance(placing, SendingFax):
            placing.fax_over(arrived)
        else:
            self._media.faxes.fax_over(leg, arrived)

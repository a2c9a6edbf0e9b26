"""Telephones through Asterisk: keeps one connection, knows the live legs, and says what happens to them.

Asterisk forgets events while nobody listens, and does not send them again. So after each connect we ask for all
channels: those that we knew and that are not there any more are lost, and all others are told to the host, which asks
each of them again for what was pending. Nothing of a leg's state is carried over a break of the connection.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

import structlog

from engine.adapters.ari import bridges, faxes, messages, recordings, translate
from engine.adapters.ari.background import Background
from engine.adapters.ari.call_recording import CallRecorder
from engine.adapters.ari.client import AriClient, Then
from engine.adapters.ari.config import AriConfig
from engine.adapters.ari.early import EarlyRecorder
from engine.adapters.ari.ears import Ears
from engine.adapters.ari.ears import Told as EarTold
from engine.adapters.ari.errors import AriError, AriForbidden, AriUnreachable
from engine.adapters.ari.fax_in import FaxReceiver
from engine.adapters.ari.fax_in import Told as FaxTold
from engine.adapters.ari.fax_listener import FaxListener
from engine.adapters.ari.fax_out import SendingFax
from engine.adapters.ari.fax_tone import FaxTones
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
from engine.adapters.ari.outbound import Placing
from engine.adapters.ari.quality import measured
from engine.adapters.ari.recorder import Recorder
from engine.adapters.ari.recorder import Told as RecordingTold
from engine.adapters.ari.room_recording import RoomRecorder
from engine.adapters.ari.shelf import Shelf
from engine.adapters.ari.switchboard import AriSwitchboard
from engine.adapters.ari.translate import Request
from engine.adapters.faxes import FaxKeeper
from engine.adapters.leg import KeyPressed, Leg, Perform, Withdraw
from engine.adapters.parties import Parties
from engine.adapters.prompts import Prompts
from engine.adapters.recognition import Recognizers
from engine.adapters.recordings import Keeper
from engine.adapters.telephony import LegFound, Listener, Outgoing, Told
from engine.adapters.ways import LocalWays, Ways
from engine.commands import Dial as DialParties
from engine.commands import HangUp, JoinConference, LegCommand, Listen, PlayBackground, Record, RecordCall
from engine.events import AnyEvent, CallEnded, ConferenceEnded, DialEnded

_log = structlog.get_logger()
_SHORTEST, _LONGEST = 0.1, 5.0
_REMEMBERED = 10_000


class AriTelephony:
    """Implements `Telephony` for one Asterisk and one application."""

    def __init__(
        self,
        config: AriConfig,
        listener: Listener,
        prompts: Prompts,
        *,
        ways: Ways | None = None,
        keeper: Keeper | None = None,
        fax_keeper: FaxKeeper | None = None,
        recognizers: Recognizers | None = None,
    ) -> None:
        self.prompts = prompts
        self._config = config
        self._listener = listener
        self._client: AriClient | None = None
        self._ready = False  # the host knows which legs there are
        self._closing = asyncio.Event()
        self._lines: dict[str, Line] = {}
        self._placing: dict[str, Placing] = {}  # calls of ours that nobody has taken yet
        self._unsure: set[str] = set()  # legs that lived when the connection broke
        self._ended: OrderedDict[str, None] = OrderedDict()  # legs that ended, lately
        self._shelf = Shelf(keeper, config.recordings)
        self.rooms = RoomRecorder(self, self._shelf)
        self._early = EarlyRecorder(self, self._shelf)
        self._switchboard = AriSwitchboard(self, listener, ways or LocalWays())
        self.parties = Parties(self._switchboard)
        self._recorder = Recorder(self, self._shelf)
        self._call_recorder = CallRecorder(self, self._shelf)
        self._background = Background(self)
        self._recognizers = recognizers or Recognizers()
        self._ears = Ears(self, self._recognizers)
        self._fax_keeper = fax_keeper
        self._fax_receiver = FaxReceiver(self, fax_keeper, config.recordings)
        self._fax_listener = FaxListener(self, config.recordings)
        self._fax_tones = FaxTones()

    async def run(self) -> None:
        """Connect, and reconnect with back-off, until `close` is called or another engine takes the application."""
        wait = _SHORTEST
        alone_since = time.monotonic()
        while not self._closing.is_set():
            client = self._client = AriClient(self._config, self._on_event)
            try:
                await client.connect()
                begun = time.monotonic()
                _log.info("connected to Asterisk", url=self._config.url)
                await self._converse(client)
                if time.monotonic() - begun > _LONGEST:
                    wait = _SHORTEST
            except AriForbidden as error:
                _log.error("Asterisk refuses us", reason=str(error))
                wait = _LONGEST
            except AriError as error:
                _log.warning("no connection to Asterisk", reason=str(error))
                if isinstance(error, AriUnreachable) and (error.refused or self._out_of_patience(alone_since)):
                    self._lost(self._unsure)
            else:
                alone_since = time.monotonic()
            finally:
                self._drop_lines()
                await client.close()
            await self._pause(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, _LONGEST)

    def perform(self, command: LegCommand, reference: str, tenant: str = "") -> None:
        """Begin what the command asks for. `reference` is for the log: playbacks are named by their leg."""
        line = self._lines.get(command.leg)
        if line is not None and isinstance(command, RecordCall):
            self._call_recorder.perform(command)
        elif line is not None and isinstance(command, PlayBackground):
            self._background.perform(command)
        elif line is not None:
            if tenant and isinstance(command, (DialParties, JoinConference)):
                self.parties.belongs(command.leg, tenant, line.party.caller)
            line.receive(Perform(command))
        elif command.leg in self._placing:
            if isinstance(command, HangUp):
                self._placing[command.leg].give_up(command.cause)
        elif self._ready and command.leg not in self._ended:
            _log.info(
                "a command for a leg that is not here", reference=reference, command=command.type, leg=command.leg
            )
            asyncio.get_running_loop().call_soon(self._lost, [command.leg])
        else:
            _log.debug("a command comes too late", reference=reference, leg=command.leg)

    def withdraw(self, leg: str, command_id: str) -> None:
        """What a command asked for is not wanted any more."""
        line = self._lines.get(leg)
        if line is not None:
            line.receive(Withdraw(command_id))

    def hear_fax(self, leg: str) -> None:
        """Have a fax machine's tone told, wherever in the call it is heard."""
        self._fax_tones.listen(leg)
        self.send(faxes.hear_tone(leg))

    def send_back(self, leg: str) -> None:
        """Give an offered call back to the dialplan; where that has no place for it, it is refused as congestion."""

        def then(error: AriError | None, _: str) -> None:
            if error is not None and not isinstance(error, AriUnreachable):
                self.send(translate.hang_up(leg, "congestion"))

        self.send(translate.send_back(leg), then)

    @property
    def ready(self) -> bool:
        """Whether there is a connection, and the host knows which legs there are."""
        return self._ready

    def place(self, call: Outgoing, told: Told) -> bool:
        """Call somebody; `told` hears what becomes of it. False without a connection: nothing has gone out."""
        if not self._ready or not self._listener.may_act():
            return False
        placing = self._placing[call.leg] = self._new(call, told)
        placing.begin()
        return True

    def take_on(self, call: Outgoing, told: Told) -> None:
        """Go on with a call of ours that is among the legs found."""
        line = self._lines.pop(call.leg, None)
        if line is None:
            asyncio.get_running_loop().call_soon(self._lost, [call.leg])
            return
        line.close()
        placing = self._placing[call.leg] = self._new(call, told)
        state = "Up" if line.party.answered else "Ringing" if line.party.rings else "Down"
        asyncio.get_running_loop().call_soon(placing.go_on, state)

    async def trunks_changed(self) -> None:
        """Have Asterisk read its trunks again; calls go on."""
        if self._client is not None:
            for module in translate.TRUNK_MODULES:
                await self._client.ask(translate.reload(module))

    async def reachable(self) -> dict[str, bool]:
        """The PJSIP endpoints, and whether each answers."""
        if self._client is None or not self._ready:
            return {}
        listed = messages.read_endpoints(await self._client.ask(translate.endpoints()))
        return {endpoint.resource: endpoint.state != "offline" for endpoint in listed}

    async def close(self) -> None:
        """Leave the calls as they are, and go."""
        self._closing.set()
        self._drop_lines()
        if self._client is not None:
            await self._client.close()
        await self._shelf.settle()
        await self._recognizers.close()
        await self._fax_receiver.settle()

    # what lines need

    def send(self, request: Request, then: Then | None = None) -> None:
        """Send to Asterisk if this engine still holds its lease; else nothing goes out."""
        if self._client is None:
            return
        if not self._listener.may_act():
            _log.warning("not sent, the lease is over", method=request.method, uri=request.uri)
            return
        self._client.send(request, then)

    def report(self, leg: str, event: AnyEvent) -> None:
        """Tell the host, unless it is told of a party that no session knows."""
        if isinstance(event, (DialEnded, ConferenceEnded)):
            self._background.alone(leg)
        if not self.parties.took(leg, event):
            self._listener.leg_event(leg, event)

    @property
    def application(self) -> str:
        """Our name at Asterisk."""
        return self._config.application

    def line(self, leg: str) -> Line | None:
        """A live party's line."""
        return self._lines.get(leg)

    def legs(self) -> list[str]:
        """All live parties."""
        return list(self._lines)

    def join(self, command: DialParties | JoinConference, *, found: bool) -> None:
        """A party is to be among others."""
        self._background.joined(command.leg)
        self.parties.join(command, found=found)

    def leave(self, leg: str) -> None:
        """A party is to be among others no more."""
        self.parties.leave(leg)
        self._background.alone(leg)

    def key(self, leg: str, key: str) -> None:
        """A party pressed a key among others."""
        self.parties.key(leg, key)

    def played(self, leg: str) -> None:
        """Something is played to a party."""
        self._background.played(leg)

    def record(self, leg: str, number: int, command: Record, told: RecordingTold, *, found: bool) -> None:
        """Record what a party says."""
        self._recorder.begin(leg, number, command, told, found=found)

    def stop_recording(self, leg: str, number: int) -> None:
        """The party has said enough."""
        self._recorder.stop(leg, number)

    def drop_recording(self, leg: str, number: int) -> None:
        """Nobody wants to know what the party says."""
        self._recorder.drop(leg, number)

    @property
    def events_url(self) -> str:
        """Where we are connected."""
        return self._config.url

    def listen(self, leg: str, number: int, command: Listen, told: EarTold) -> None:
        """Hear what a party says."""
        self._ears.begin(leg, number, command, told)

    def stop_listening(self, leg: str) -> None:
        """Nobody wants to hear a party any more."""
        self._ears.drop(leg)

    def take_fax(self, leg: str, number: int, station: str, told: FaxTold, *, found: bool) -> None:
        """Take a fax from a party."""
        self._fax_receiver.begin(leg, number, station, told, found=found)

    def drop_fax(self, leg: str) -> None:
        """Nobody wants a party's fax."""
        self._fax_receiver.drop(leg)

    def over(self, leg: str) -> None:
        """Forget a leg whose party has gone."""
        self._lines.pop(leg, None)
        self.parties.gone(leg)
        self._call_recorder.gone(leg)
        self._background.gone(leg)
        self._ears.gone(leg)
        self._fax_tones.heard(leg)
        self._ended[leg] = None
        if len(self._ended) > _REMEMBERED:
            self._ended.popitem(last=False)

    # what calls of ours need

    def picked_up(self, call: Placing) -> None:
        """The far end has answered: it is a leg like any other from now on."""
        leg = call.call.leg
        self._early.answered(leg)
        if self._placing.pop(leg, None) is not None:
            party = LegFound(leg=leg, answered=True, placed=True)
            self._lines[leg] = Line(self, Leg(leg, answered=True), party)

    def early_sound(self, leg: str) -> None:
        """There is something to hear before the answer."""
        self._early.begin(leg)

    def missed(self, call: Placing) -> None:
        """Nobody has taken the call."""
        self._placing.pop(call.call.leg, None)
        self.over(call.call.leg)

    def _new(self, call: Outgoing, told: Told) -> Placing:
        if call.fax is not None:
            return SendingFax(self, call, told, self._fax_listener, application=self._config.application)
        return Placing(self, call, told, application=self._config.application)

    def _drop_placing(self, placing: Placing) -> None:
        placing.close()
        self._placing.pop(placing.call.leg, None)
        self._unsure.add(placing.call.leg)

    # a connection's life

    async def _converse(self, client: AriClient) -> None:
        listening = asyncio.create_task(client.listen())
        beginning = asyncio.create_task(self._take_stock(client))
        closing = asyncio.create_task(self._closing.wait())
        tasks = (listening, beginning, closing)
        try:
            await asyncio.wait((listening, beginning, closing), return_when=asyncio.FIRST_COMPLETED)
            if beginning.done() and not listening.done() and not closing.done():
                beginning.result()
                await asyncio.wait((listening, closing), return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take_stock(self, client: AriClient) -> None:
        """Ask for the events we want and for the legs there are, and tell the host."""
        await client.ask(translate.event_filter(self._config.application))
        await self._switchboard.look_around(client)
        channels = messages.read_channels(await client.ask(translate.all_channels()))
        found = translate.found(channels, self._config.application)
        there = {leg.leg: leg for leg in found if leg.leg not in self._ended}
        there |= {name: line.party for name, line in self._lines.items()}  # who came while we asked
        there = {name: party for name, party in there.items() if name not in self._placing}
        self._call_recorder.found(channel.id for channel in channels)
        self._background.found(channel.id for channel in channels)
        there_are = messages.read_bridges(await client.ask(bridges.all_bridges()))
        self._ears.found([*(channel.id for channel in channels), *(bridge.id for bridge in there_are)])
        self._lost(self._unsure - there.keys())
        self._unsure.clear()
        for name, party in there.items():
            if name not in self._lines:
                self._lines[name] = Line(self, Leg(name, answered=party.answered), party, found=True)
        self._ready = True
        self._switchboard.closing = False
        self._listener.legs_found(list(there.values()))
        self.parties.resume(self._switchboard.bridges_found)
        await self._adopt_recordings()

    async def _adopt_recordings(self) -> None:
        """What parties said, who hung up while no engine was there, is kept."""
        busy = {*self._lines, *self._recorder.legs, *self._call_recorder.legs, *self.rooms.legs}
        busy |= self._recorded_rooms() | self._early.legs | self._placing.keys()
        kept = await self._shelf.adopt(busy)
        if kept:
            _log.info("recordings of ended calls are kept", count=kept)
        if self._fax_keeper is not None and self._config.recordings is not None:
            busy = {*self._lines, *self._fax_receiver.legs}
            kept = await asyncio.to_thread(self._fax_keeper.adopt_faxes, self._config.recordings, busy)
            if kept:
                _log.info("faxes of ended calls are kept", count=kept)

    def _recorded_rooms(self) -> set[str]:
        """After whom the recordings are named that still run in rooms to which nobody may have come back yet."""
        names = self.parties.recordings(self._switchboard.bridges_found)
        return {leg for name in names if (leg := recordings.leg_of(name)) is not None}

    def _drop_lines(self) -> None:
        self._ready = False
        self._switchboard.forget()
        self.parties.forget()
        self._recorder.forget(self._lines.__contains__)
        self._call_recorder.forget()
        self.rooms.forget()
        self._background.forget()
        self._ears.forget()
        self._fax_receiver.forget()
        self._fax_listener.forget()
        self._fax_tones.forget()
        for placing in list(self._placing.values()):
            self._drop_placing(placing)
        for line in self._lines.values():
            line.close()
        self._unsure |= self._lines.keys()
        self._lines.clear()

    def _lost(self, legs: Iterable[str]) -> None:
        for leg in list(legs):
            self._unsure.discard(leg)
            if leg not in self._ended:
                self.over(leg)
                self.report(leg, CallEnded(at=datetime.now(UTC), leg=leg, cause="lost"))

    def _out_of_patience(self, alone_since: float) -> bool:
        return time.monotonic() - alone_since > self._config.patience

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return

    # events

    def _on_event(self, event: AriEvent) -> None:
        match event:
            case ChannelDtmfReceived():
                line = self._lines.get(event.channel.id)
                if line is not None and event.digit in translate.KEYS:
                    line.receive(KeyPressed(event.digit))
            case PlaybackFinished():
                leg = translate.leg_of(event)
                line = self._lines.get(leg)
                if line is not None and self._fax_tones.hold(leg, event, partial(line.playback_ended, event)):
                    return
                if line is not None:
                    line.playback_ended(event)
                elif not self._background.ended(event):
                    self._switchboard.played(event.playback.id)
            case StasisStart():
                self._on_start(event)
            case Dial():
                placing = self._placing.get(event.peer.id)
                if placing is not None:
                    placing.dial_is(event)
            case ChannelHangupRequest() | StasisEnd():
                # the request comes first, before what was playing ends with a failure that is none
                if event.channel.channelvars:
                    self._measured(event)
                line = self._lines.get(event.channel.id)
                if line is not None:
                    self._leaves(line, event)
                elif isinstance(event, ChannelHangupRequest) and event.channel.id in self._placing:
                    self._placing[event.channel.id].hangup_asked(event)
            case ChannelDestroyed():
                self._on_destroyed(event)
            case RecordingFinished():
                if not self._fax_listener.ended(event.recording.name):
                    _ = (
                        self._recorder.finished(event)
                        or self._call_recorder.finished(event)
                        or self.rooms.finished(event)
                        or self._early.ended(event.recording.name)
                    )
            case RecordingFailed():
                if not self._fax_listener.ended(event.recording.name):
                    _ = (
                        self._recorder.failed(event)
                        or self._call_recorder.failed(event)
                        or self.rooms.failed(event)
                        or self._early.ended(event.recording.name)
                    )
            case ChannelUserevent():
                self._on_fax_over(event)
            case ChannelTransfer():
                self.parties.transfer(bridges.transfer_asked(event))
            case ApplicationReplaced():
                _log.warning("another engine took the application", application=self._config.application)
                self._drop_lines()
                self._unsure.clear()
                self._closing.set()
                self._listener.replaced()

    def _measured(self, event: ChannelHangupRequest | StasisEnd) -> None:
        quality = measured(event.channel.channelvars)
        if quality is not None:
            self._listener.leg_measured(event.channel.id, quality)

    def _on_start(self, event: StasisStart) -> None:
        leg = event.channel.id
        if leg in self._placing:
            self._placing[leg].started(event)
            return
        if self._ears.listens(leg) or self._early.listens(leg):
            return
        if bridges.is_listening(event):
            if not self.parties.listening.listens(leg):
                _ = self._fax_listener.listens(leg) or self._background.listens(leg) or self._call_recorder.listens(leg)
            return
        if leg in self._lines and faxes.is_back(event):
            self._fax_receiver.back(leg)
            return
        if leg in self._lines and faxes.is_tone(event):
            self._fax_tones.heard(leg)
            self._lines[leg].tone_heard()
            return
        if leg in self._lines or translate.is_after_end(event):
            return
        if translate.is_placed(event):  # its maker has gone, or has given it up: nobody is to be rung for nothing
            _log.warning("a call of ours that nobody waits for", leg=leg)
            self.send(translate.hang_up(leg, "normal"))
            return
        offer = translate.offered(event, datetime.now(UTC))
        answered = event.channel.state == "Up"
        party = LegFound(leg=leg, caller=offer.caller, called=offer.called, answered=answered)
        self._lines[leg] = Line(self, Leg(leg, answered=answered), party)
        self._listener.leg_offered(offer)

    def _leaves(self, line: Line, event: ChannelHangupRequest | StasisEnd) -> None:
        """A party is about to go, unless it is in the dialplan for a fax: then its end is told when it is no more."""
        leg = event.channel.id
        if self._fax_receiver.has(leg):
            return
        end = partial(line.end, translate.cause_of(event, line.our_cause))
        if not isinstance(event, StasisEnd) or not self._fax_tones.hold(leg, event, end):
            end()

    def _on_fax_over(self, event: ChannelUserevent) -> None:
        arrived = faxes.over(event)
        placing = self._placing.get(event.channel.id)
        if arrived is None:
            return
        if isinstance(placing, SendingFax):
            placing.fax_over(arrived)
        else:
            self._fax_receiver.fax_over(event.channel.id, arrived)

    def _on_destroyed(self, event: ChannelDestroyed) -> None:
        """The end of a call that nobody took; of one that is up we know already, unless it was in the dialplan."""
        leg = event.channel.id
        placing = self._placing.get(leg)
        if placing is not None:
            placing.destroyed(event)
        line = self._lines.get(leg)
        if line is not None:
            line.end(line.our_cause or "normal")
        self._fax_receiver.gone(leg)
        self._listener.leg_gone(leg)

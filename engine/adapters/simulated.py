"""Telephones without Asterisk: callers made of data, for tests and for trying flows where there is none.

The rules of a leg are those of real calls, for the machine is the same; only sound and network are imagined. A prompt
lasts about as long as it would take to say it, or no time at all.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

import msgspec

from engine.adapters.leg import (
    Action,
    Answered,
    CancelTimer,
    Doing,
    DropFax,
    DropRecording,
    EndCall,
    FaxTaken,
    Input,
    JoinOthers,
    KeyPressed,
    LeaveOthers,
    Leg,
    PartyGone,
    PassKey,
    Perform,
    Play,
    PlaybackEnded,
    RecordingEnded,
    Report,
    SetTimer,
    SpeechBegan,
    SpeechUnderstood,
    StartListening,
    StartRecording,
    StopListening,
    StopPlayback,
    StopRecording,
    TakeCall,
    TakeFax,
    TimerFired,
    Withdraw,
)
from engine.adapters.parties import Parties
from engine.adapters.simulated_callees import RINGS, RingingCall
from engine.adapters.simulated_switchboard import TALKS, SimulatedSwitchboard
from engine.adapters.telephony import Listener, Outgoing, Told
from engine.commands import Audio, Digits, HangUp, LegCommand, Listen, Part, Pause, PlayBackground, RecordCall, Say
from engine.events import AnyEvent, CallEnded, CallOffered, CommandDone
from engine.host import simulated_line

_REMEMBERED = 10_000


FAXED, FAXED_SECONDS = "fax", 5.0
SAID, SAID_SECONDS = "recording", 2.0
"""What every simulated caller says or faxes: assets that are none."""


class Press(msgspec.Struct, frozen=True):
    """Keys that a simulated caller presses: `after` so many seconds from the keys before, else when a gather asks."""

    press: str
    after: float | None = None


def length(part: Part) -> float:
    """About how many seconds it takes to say a part."""
    match part:
        case Say(text=text):
            return sum(0.25 if sign >= "\u2e80" else 0.07 for sign in text)
        case Digits(digits=digits):
            return 0.5 * len(digits)
        case Pause(seconds=seconds):
            return seconds
        case Audio():
            return 3.0


class SimulatedCall:
    """One imagined caller; `heard` is what was played, `answered` and `ended` what became of the call."""

    def __init__(
        self, telephony: SimulatedTelephony, leg: str, keys: Iterable[Press], *, answered: bool = False
    ) -> None:
        self.leg = leg
        self.heard: list[tuple[Part, ...]] = []
        self.answered = answered
        self.ended: str | None = None
        self.number = ""
        self.machine = Leg(leg, answered=answered)
        self._telephony = telephony
        self._keys = list(keys)
        self._timer: asyncio.TimerHandle | None = None
        self._playback: asyncio.TimerHandle | None = None
        self._hand: asyncio.TimerHandle | None = None
        self._recording: asyncio.TimerHandle | None = None
        self._asked: tuple[int, Listen] | None = None  # what the caller may answer in words
        self._over = asyncio.Event()

    def press(self, keys: str) -> None:
        """Press keys now, one after the other."""
        for key in keys:
            self.receive(KeyPressed(key))

    def say(self, words: str) -> None:
        """Say something now; it is understood if it is asked for."""
        if self._asked is not None:
            number, command = self._asked
            said = words.strip().casefold()
            fitting = (
                one.label for one in command.phrases if said in (text.casefold() for text in (one.label, *one.words))
            )
            self.receive(SpeechBegan(number))
            self.receive(SpeechUnderstood(number, next(fitting, ""), words, 1.0))

    def hang_up(self) -> None:
        """The caller hangs up."""
        self.receive(PartyGone("normal" if self.answered else "cancelled"))

    async def until_ended(self, seconds: float = 10.0) -> str:
        """Wait for the end of the call; gives its cause."""
        await asyncio.wait_for(self._over.wait(), seconds)
        assert self.ended is not None
        return self.ended

    def receive(self, happening: Input) -> None:
        """Let the machine say what to do about it, and do it."""
        for action in self.machine.receive(happening, datetime.now(UTC)):
            self._do(action)
        self._next_keys()

    def close(self) -> None:
        """Free all timers."""
        for timer in (self._timer, self._playback, self._hand, self._recording):
            if timer is not None:
                timer.cancel()

    def _do(self, action: Action) -> None:
        loop = asyncio.get_running_loop()
        match action:
            case TakeCall():
                self.answered = True
                loop.call_soon(self.receive, Answered())
            case Play(playback=number, parts=parts):
                self.heard.append(parts)
                self._playback = loop.call_later(self._telephony.seconds(parts), self.receive, PlaybackEnded(number))
            case StopPlayback():
                if self._playback is not None:
                    self._playback.cancel()
            case SetTimer(timer=number, seconds=seconds):
                self._timer = loop.call_later(seconds, self.receive, TimerFired(number))
            case CancelTimer():
                if self._timer is not None:
                    self._timer.cancel()
            case StartListening(listening=number, command=question):
                self._asked = number, question
            case StopListening():
                self._asked = None
            case StartRecording(recording=number, command=command):
                seconds = min(command.max_seconds, self._telephony.seconds((Pause(seconds=SAID_SECONDS),)))
                said = RecordingEnded(number, SAID, SAID_SECONDS)
                self._recording = loop.call_later(seconds, self.receive, said)
            case StopRecording(recording=number):
                self._stop_recording()
                loop.call_soon(self.receive, RecordingEnded(number, SAID, SAID_SECONDS))
            case DropRecording() | DropFax():
                self._stop_recording()
            case TakeFax(fax=number):
                seconds = self._telephony.seconds((Pause(seconds=FAXED_SECONDS),))
                self._recording = loop.call_later(seconds, self.receive, FaxTaken(number, FAXED, 1, FAXED))
            case JoinOthers(command=command):
                self._telephony.parties.join(command, found=False)
            case LeaveOthers():
                self._telephony.parties.leave(self.leg)
            case PassKey(key=key):
                self._telephony.parties.key(self.leg, key)
            case EndCall(cause=cause):
                loop.call_soon(self.receive, PartyGone(cause))
            case Report(event=event):
                if isinstance(event, CallEnded):
                    self.ended = event.cause
                    self.close()
                    self._over.set()
                self._telephony.report(self.leg, event)

    def _stop_recording(self) -> None:
        if self._recording is not None:
            self._recording.cancel()

    def _next_keys(self) -> None:
        """Press what is next in the script, at its time."""
        if not self._keys or self._hand is not None or self.machine.doing is Doing.GONE:
            return
        asked = self.machine.doing in (Doing.PROMPTING, Doing.FIRST_KEY, Doing.LISTENING)
        after = self._keys[0].after
        if after is not None or asked:
            self._hand = asyncio.get_running_loop().call_later(after or 0.0, self._press_next)

    def _press_next(self) -> None:
        self._hand = None
        self.press(self._keys.pop(0).press)
        self._next_keys()


class SimulatedTelephony:
    """Implements `Telephony`. With `redis_address`, callers come from there (POST /api/v1/simulated-calls)."""

    def __init__(
        self,
        listener: Listener,
        *,
        redis_address: str | None = None,
        prompts: Literal["estimated", "at_once"] = "estimated",
    ) -> None:
        self._listener = listener
        self._redis_address = redis_address
        self._prompts = prompts
        self._calls: dict[str, SimulatedCall] = {}
        self._ringing: dict[str, RingingCall] = {}
        self._callees: dict[str, tuple[str, str]] = {}  # fate and keys by number; any other call is answered
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._closing = asyncio.Event()
        self._switchboard = SimulatedSwitchboard(self, listener, talks=TALKS if prompts == "estimated" else 0.0)
        self.parties = Parties(self._switchboard)

    async def run(self) -> None:
        """Tell that nobody is on the line yet, then serve callers until `close`."""
        self._listener.legs_found([])
        if self._redis_address is None:
            await self._closing.wait()
            return
        listening = asyncio.create_task(simulated_line.listen(self._redis_address, self))
        closing = asyncio.create_task(self._closing.wait())
        try:
            await asyncio.wait((listening, closing), return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
        finally:
            listening.cancel()
            closing.cancel()
            await asyncio.gather(listening, closing, return_exceptions=True)

    def withdraw(self, leg: str, command_id: str) -> None:
        """What a command asked for is not wanted any more."""
        call = self._calls.get(leg)
        if call is not None:
            call.receive(Withdraw(command_id))

    def perform(self, command: LegCommand, reference: str, tenant: str = "") -> None:
        """Begin what the command asks for."""
        if not self._listener.may_act():
            return
        call = self._calls.get(command.leg)
        if call is not None and isinstance(command, (RecordCall, PlayBackground)):
            done = CommandDone(at=datetime.now(UTC), command_id=command.id)
            asyncio.get_running_loop().call_soon(self.report, command.leg, done)
        elif call is not None:
            if tenant:
                self.parties.belongs(command.leg, tenant, call.number)
            call.receive(Perform(command))
        elif command.leg in self._ringing:
            if isinstance(command, HangUp):
                self._ringing[command.leg].give_up()
        elif command.leg not in self._ended:
            lost = CallEnded(at=datetime.now(UTC), leg=command.leg, cause="lost")
            asyncio.get_running_loop().call_soon(self.report, command.leg, lost)

    @property
    def ready(self) -> bool:
        """Always, until `close`."""
        return not self._closing.is_set()

    def place(self, call: Outgoing, told: Told) -> bool:
        """Call a number; what becomes of it is what `callee` said, else it is answered."""
        if not self._listener.may_act():
            return False
        fate, _ = self._callee_of(call)
        rings = RINGS if self._prompts == "estimated" else 0.0
        self._ringing[call.leg] = RingingCall(self, call, told, fate, rings=rings)
        return True

    def take_on(self, call: Outgoing, told: Told) -> None:
        """Imagined calls do not outlive their engine."""
        lost = CallEnded(at=datetime.now(UTC), leg=call.leg, cause="lost")
        asyncio.get_running_loop().call_soon(self.report, call.leg, lost)

    def picked_up(self, call: Outgoing) -> None:
        """An imagined callee has answered."""
        self._ringing.pop(call.leg, None)
        if call.fax is not None:  # a machine, which nobody speaks to
            self._ended[call.leg] = None
            return
        _, keys = self._callee_of(call)
        self._calls[call.leg] = SimulatedCall(self, call.leg, map(Press, keys), answered=True)

    def missed(self, call: Outgoing) -> None:
        """An imagined callee has not."""
        self._ringing.pop(call.leg, None)
        self._ended[call.leg] = None

    def _callee_of(self, call: Outgoing) -> tuple[str, str]:
        number = call.endpoint.partition("/")[2].rpartition("@")[0]
        return self._callees.get(number, ("answered", ""))

    async def trunks_changed(self) -> None:
        """Imagined trunks need no configuration."""

    async def reachable(self) -> dict[str, bool]:
        """There are none."""
        return {}

    async def close(self) -> None:
        """The imagined callers vanish."""
        self._closing.set()
        self._switchboard.closing = True
        self.parties.forget()
        for ringing in self._ringing.values():
            ringing.close()
        for call in self._calls.values():
            call.close()
        self._calls.clear()

    def place_call(
        self,
        called: str,
        caller: str = "13800000000",
        *,
        keys: Iterable[Press] = (),
        hang_up_after: float | None = None,
        leg: str | None = None,
        line: str = "",
    ) -> SimulatedCall:
        """Somebody calls, presses these keys, and hangs up after so many seconds."""
        leg = leg or f"simulated-{uuid4().hex}"
        offer = CallOffered(at=datetime.now(UTC), leg=leg, caller=caller, called=called, line=line)
        call = self._calls[offer.leg] = SimulatedCall(self, offer.leg, keys)
        call.number = caller
        if hang_up_after is not None:
            asyncio.get_running_loop().call_later(hang_up_after, call.hang_up)
        self._listener.leg_offered(offer)
        return call

    def hear_fax(self, leg: str) -> None:
        """Imagined callers are people."""

    # callers from elsewhere, by their leg

    def send_back(self, leg: str) -> None:
        """There is no dialplan here that could keep the call: it is refused."""
        self.perform(HangUp(id="0", leg=leg, cause="congestion"), f"back-{leg}")

    def call(self, leg: str, caller: str, called: str) -> None:
        """Somebody calls."""
        if leg not in self._calls and leg not in self._ended:
            self.place_call(called, caller, leg=leg)

    def press(self, leg: str, keys: str) -> None:
        """A caller presses keys."""
        if leg in self._calls:
            self._calls[leg].press(keys)

    def say(self, leg: str, words: str) -> None:
        """A caller says something."""
        if leg in self._calls:
            self._calls[leg].say(words)

    def hang_up(self, leg: str) -> None:
        """A caller hangs up."""
        if leg in self._calls:
            self._calls[leg].hang_up()

    def callee(self, number: str, fate: str, keys: str = "") -> None:
        """From now on calls to this number have this fate, one of simulated_callees.FATES; who answers presses keys."""
        self._callees[number] = fate, keys

    # what calls need

    def seconds(self, parts: tuple[Part, ...]) -> float:
        """How long a prompt lasts here."""
        return sum(length(part) for part in parts) if self._prompts == "estimated" else 0.0

    def report(self, leg: str, event: AnyEvent) -> None:
        """Tell the host."""
        if isinstance(event, CallEnded):
            self._calls.pop(leg, None)
            self.parties.gone(leg)
            self._ended[leg] = None
            if len(self._ended) > _REMEMBERED:
                self._ended.popitem(last=False)
        if not self.parties.took(leg, event):
            self._listener.leg_event(leg, event)
        if isinstance(event, CallEnded):
            self._listener.leg_gone(leg)

    def tell(self, leg: str, happening: Input) -> None:
        """Something happens to a leg."""
        if leg in self._calls:
            self._calls[leg].receive(happening)

"""A campaign's flow, played by the real engine with the model as the world: how long it talks, what it sends.

A sample of sessions is played for each fate of the first call; what was seen in them is what the rehearsal reckons with
for the thousands. Voice runs in time (prompts last as long as they are, keys come after them, people hang up in the
midst); what other systems answer is answered at once, by the mocks that are given or else well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from engine.campaigns.answers import Answered, World
from engine.campaigns.attempts import Fate
from engine.campaigns.callee import Callee
from engine.commands import Command, Gather, HangUp, Listen, PlaceCall, PlayPrompt, SendFax, SendSms
from engine.events import AnyEvent, CallAnswered, CallEnded, CallFailed
from engine.flow.program import Program
from engine.scenarios.mocks import Mocks
from engine.scenarios.passing import seconds_to_say
from engine.scenarios.stage import Passage, Stage
from engine.session import Step
from engine.session.state import LIVE

MAX_EVENTS = 300
"""What may happen in a session; one that goes on after that goes round and round."""
SHORTEST = 1.0
"""Seconds that a call is up at least that was answered."""
WELL: Mapping[str, Any] = {
    "dial": "completed", "conference": "done", "record": "done", "record_call": "done", "background": "done",
    "send_fax": "sent", "send_sms": "delivered", "send_email": "sent", "lookup": "not_found", "http_request": "success",
    "write_source": "done", "update_record": "done", "update_contact": "done", "start_flow": "done", "job": "returns",
    "adapter": "returns",
}  # fmt: skip
"""What is answered where no mock is given."""
_FAILING: dict[Fate, Literal["busy", "no_answer"]] = {"busy": "busy", "no_answer": "no_answer"}


class Line(msgspec.Struct, frozen=True):
    """A call of a session: seconds from its start to when it was placed, seconds that it took, and those it was up."""

    after: float
    takes: float
    talked: float


class Played(msgspec.Struct):
    """One session, played to its end or as far as it goes."""

    fate: Fate = "answered"
    """That of the call that was answered, else of the last one; a session without calls has reached somebody."""
    rang: bool = False
    seconds: float = 0.0
    """From its start to its end."""
    lines: list[Line] = []
    texts: int = 0
    faxes: int = 0
    completed: bool = False
    outcome: str = ""
    walked: list[Step] = []
    trouble: str = ""
    """Why it did not come to an end: `endless`, `stuck`, `failed`."""
    node: str = ""
    """Where it stands then."""


class Player:
    """Plays one session; `number` is what its chance is drawn for."""

    def __init__(
        self,
        program: Program,
        world: World,
        number: int,
        *,
        contact: Mapping[str, Any],
        record: Mapping[str, Any],
        at: datetime,
        mocks: Mapping[str, Any],
        good: Collection[str] = (),
    ) -> None:
        """`good` are the outcomes that count as completed; none: any but `hung_up`."""
        self._good = good
        self._callee = Callee(world, number)
        self._mocks = Mocks({**WELL, **mocks}, contact, record)
        self._stage = Stage(program, contact=contact, record=record, at=at, seed=number)
        self._began = at
        self._pending: dict[str, Command] = {}
        self._up_since: datetime | None = None
        self._hangs_up: datetime | None = None
        self._placed: tuple[float, float] = (0.0, 0.0)
        self._fates: list[Fate] = []
        self.played = Played(lines=[], walked=[])

    def play(self, first: Answered) -> Played:
        """The session; its first call is answered like this."""
        self._note(self._stage.begin())
        answers: list[Answered] = [first]
        for _ in range(MAX_EVENTS):
            if self._stage.session.status not in LIVE:
                break
            if not self._go_on(answers):
                self.played.trouble = "stuck"
                break
        else:
            self.played.trouble = "endless"
        return self._ended()

    def _go_on(self, answers: list[Answered]) -> bool:
        """The next thing that happens; False if nothing ever will."""
        session = self._stage.session
        self._pending = {id: command for id, command in self._pending.items() if id in session.run.pending}
        for command in self._pending.values():
            reply = self._reply(command, answers)
            if reply is not None:
                self._let(*reply)
                return True
        text = None if self._pending else self._callee.writes(self._stage.clock, session)
        if text is not None:
            self._let(*text)
            return True
        if session.wake_at is not None:
            self._pass(max((session.wake_at - self._stage.clock).total_seconds(), 0.0))
            return True
        return False

    def _reply(self, command: Command, answers: list[Answered]) -> tuple[float, AnyEvent | None] | None:
        """After how many seconds, and by what event, a command is answered; no event for what ends of itself."""
        match command:
            case PlaceCall():
                return self._call(command, answers.pop() if answers else self._again())
            case PlayPrompt():
                return seconds_to_say(command.prompt), None
            case Gather():
                seconds, keys = self._callee.presses(command, self._stage.session)
                return seconds_to_say(command.prompt) + seconds, keys
            case Listen():
                return seconds_to_say(command.prompt) + 2.0, self._callee.says(command)
        answer = self._mocks.answer(command, self._stage.clock)
        return None if answer is None else (0.0, answer)

    def _call(self, command: PlaceCall, answered: Answered) -> tuple[float, AnyEvent]:
        rings = min(answered.rang, command.ring_seconds)
        self._placed = ((self._stage.clock - self._began).total_seconds(), rings)
        self.played.rang = self.played.rang or rings > 0
        if answered.fate in ("answered", "machine"):
            leg = f"call{command.id}"
            if not answered.completed:
                self._hangs_up = self._stage.clock + timedelta(seconds=rings + answered.talked)
            told = answered.fate == "machine" and command.detect_machine
            self._fates.append("machine" if told else "answered")
            self.played.rang = True
            return rings, CallAnswered(command_id=command.id, leg=leg, by="machine" if told else "human")
        self._fates.append(answered.fate)
        self.played.lines.append(Line(*self._placed, 0.0))
        return rings, CallFailed(command_id=command.id, fate=_FAILING.get(answered.fate, "failed"), rang=rings > 0)

    def _again(self) -> Answered:
        return self._callee.called_again(self._stage.clock, self._stage.session)

    def _let(self, seconds: float, event: AnyEvent | None) -> None:
        """Time passes, and something happens; unless the caller hangs up before."""
        due = self._stage.clock + timedelta(seconds=seconds)
        if self._up_since is not None and self._hangs_up is not None and self._hangs_up < due:
            self._pass(max((self._hangs_up - self._stage.clock).total_seconds(), 0.0))
            legs = self._stage.session.state.legs
            if legs:
                self._take(CallEnded(leg=next(iter(legs))))
            return
        self._pass(seconds)
        if event is not None and self._stage.session.status in LIVE:
            if isinstance(event, CallAnswered):
                self._up_since = self._stage.clock
            self._take(event)

    def _pass(self, seconds: float) -> None:
        self._note(self._stage.wind(timedelta(seconds=seconds)))

    def _take(self, event: AnyEvent) -> None:
        self._note(self._stage.take(msgspec.structs.replace(event, at=self._stage.clock)))

    def _note(self, passage: Passage) -> None:
        played = self.played
        played.walked.extend(passage.steps)
        for command in passage.commands:
            self._pending[command.id] = command
            played.texts += isinstance(command, SendSms)
            played.faxes += isinstance(command, SendFax)
        hung_up = any(isinstance(command, HangUp) for command in passage.commands)
        if self._up_since is not None and (hung_up or not passage.session.state.legs):
            self._line_is_down()

    def _line_is_down(self) -> None:
        if self._up_since is not None:
            talked = max((self._stage.clock - self._up_since).total_seconds(), SHORTEST)
            after, rang = self._placed
            self.played.lines.append(Line(after, rang + talked, talked))
        self._up_since = self._hangs_up = None
        for leg in self._stage.session.state.legs:
            if self._stage.session.status in LIVE:
                self._take(CallEnded(leg=leg))

    def _ended(self) -> Played:
        played, session = self.played, self._stage.session
        if self._up_since is not None:
            self._line_is_down()
        played.node = session.node or (played.walked[-1].node if played.walked else "")
        played.outcome = session.outcome or ""
        if session.status == "failed":
            played.trouble = "failed"
        if self._fates:
            spoken = (fate for fate in self._fates if fate in ("answered", "machine"))
            played.fate = next(spoken, self._fates[-1])
        played.seconds = max((line.after + line.takes for line in played.lines), default=0.0)
        if not played.trouble:
            played.seconds = max(played.seconds, (self._stage.clock - self._began).total_seconds())
        if session.status == "completed" and played.fate == "answered":
            played.completed = played.outcome in self._good if self._good else played.outcome != "hung_up"
        return played

"""A rehearsal: the whole campaign on a virtual clock, before anybody is called.

Who may be called when is decided by the very functions that the driver uses (`decide`, `Pacer`, `stop_for`); the people
are the model's. The clock jumps from one thing that happens to the next, so three weeks take a few seconds.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

import msgspec

from engine.calendars import LOOK_AHEAD, Calendar
from engine.campaigns.advice import advice
from engine.campaigns.answers import Answered, AnswerModel, World
from engine.campaigns.attempts import Attempt
from engine.campaigns.caps import Coming, Touch, precedence
from engine.campaigns.gate import Member, decide
from engine.campaigns.pace import Pacer
from engine.campaigns.playing import Line, Played
from engine.campaigns.policy import Policy
from engine.campaigns.reasons import Reason
from engine.campaigns.report import EXAMPLES, Books, Left, Report, most_first
from engine.campaigns.sampling import FlowSample
from engine.campaigns.stops import FAILED, Tally, stop_for
from engine.campaigns.tariff import Tariff
from engine.campaigns.windows import spread

TOLD_EVERY = 500
"""People done between two calls of `progress`."""
LOOKS = 5_000
"""Looks at somebody between two such calls at most."""


class Contactee(msgspec.Struct, frozen=True, kw_only=True):
    """One person of the audience."""

    matter: str
    address: str
    zone: ZoneInfo
    touches: tuple[Touch, ...] = ()
    coming: tuple[Coming, ...] = ()
    barred: Reason | None = None


class Rehearsal:
    """One run; `run` it once."""

    def __init__(
        self,
        policy: Policy,
        people: Sequence[Contactee],
        *,
        begins_at: datetime,
        model: AnswerModel,
        tariff: Tariff | None = None,
        slots: int | None = None,
        calendar: Calendar | None = None,
        sample: FlowSample | None = None,
        zone: ZoneInfo,
    ) -> None:
        self._policy, self._people, self._calendar, self._sample = policy, people, calendar, sample
        self._world, self._tariff, self._slots = World(model), tariff or Tariff(), slots
        self._now = begins_at.astimezone(UTC)
        self._limit = self._now + timedelta(days=LOOK_AHEAD)
        self._pacer = Pacer(policy.pace, self._now)
        self._waiting: list[tuple[datetime, int]] = []
        self._ready: list[tuple[tuple[int, datetime, str], int]] = []
        self._ends: list[datetime] = []
        """When lines that are taken become free."""
        self._later: list[tuple[datetime, datetime]] = []
        """Lines that sessions will take of themselves: from, until."""
        self.attempts: list[tuple[Attempt, ...]] = [()] * len(people)
        """By person: his attempts, in order."""
        self._touched: dict[str, list[Touch]] = {}
        self._latest: deque[str] = deque(maxlen=policy.stop_at.sample if policy.stop_at is not None else 1)
        self._left: dict[str, Left] = {}
        self._done = 0
        self._judged = -1
        """Attempts when it was last asked whether the campaign stops."""
        self._zone = zone
        self._books = Books(zone)
        self.report = Report(
            begins_at=self._now, ends_at=self._now, people=len(people), slots=slots, currency=self._tariff.currency,
            fates={}, attempts_each={}, left=[], hours=[],
        )  # fmt: skip

    def run(self, progress: Callable[[float], bool] | None = None) -> Report:
        """All of it; `progress` is told the share of people who are done, now and then also when nobody more is.

        It says whether to go on. If not, the report is of what was played until then.
        """
        told = looks = 0
        self._due = self._first()
        for number, due in enumerate(self._due):
            heappush(self._waiting, (due, number))
        while self._waiting or self._ready:
            if not self._ready:
                self._now = max(self._now, self._waiting[0][0])
            self._come_due()
            stop = self._stops()
            if stop is not None:
                self._end_early(stop)
                break
            begins = self._free_at()
            if begins > self._now:
                self._now = begins
                continue
            self._serve(heappop(self._ready)[1])
            looks += 1
            if progress is not None and (self._done >= told + TOLD_EVERY or looks % LOOKS == 0):
                told = self._done
                if not progress(told / len(self._people)):
                    self._end_early(Reason("not_rehearsed"))
                    break
        return self._closed()

    def _first(self) -> list[datetime]:
        """When each one's first attempt is due: by the spread, each in his own zone."""
        count = len(self._people)
        by_zone: dict[ZoneInfo, list[int]] = {}
        for number, person in enumerate(self._people):
            by_zone.setdefault(person.zone, []).append(number)
        due = [self._now] * count
        for zone, numbers in by_zone.items():
            shares = [(number + 0.5) / count for number in numbers]
            for number, at in zip(numbers, spread(self._policy, self._calendar, zone, self._now, shares), strict=True):
                due[number] = at
        return due

    def _come_due(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._now:
            due, number = heappop(self._waiting)
            heappush(self._ready, (precedence(self._policy.priority, due, self._people[number].matter), number))

    def _stops(self) -> Reason | None:
        if self._now > self._limit:
            return Reason("no_window")
        stop = self._policy.stop_at
        until = None if stop is None else stop.until
        if stop is None or (self._judged == self.report.attempts and (until is None or self._now < until)):
            return None
        self._judged = self.report.attempts
        return stop_for(self._policy, Tally(self.report.cost, tuple(self._latest)), self._now)  # type: ignore[arg-type]

    def _free_at(self) -> datetime:
        """The moment, not before now, at which pace and lines let one more begin."""
        at = self._pacer.next_at(self._now)
        while self._later and self._later[0][0] <= at:
            heappush(self._ends, heappop(self._later)[1])
        while self._ends and self._ends[0] <= at:
            heappop(self._ends)
        lines = self._pacer.lines(at)
        most = min((limit for limit in (lines, self._slots) if limit is not None), default=None)
        if most is None or len(self._ends) < most or not self._ends:
            return at
        free = self._ends[0]
        if lines is None or len(self._ends) < lines:
            self.report.waited_seconds += (free - at).total_seconds()
        return free

    def _serve(self, number: int) -> None:
        person = self._people[number]
        member = Member(
            matter=person.matter, address=person.address, zone=person.zone, due_at=self._due[number],
            attempts=self.attempts[number], coming=person.coming, barred=person.barred,
            touches=(*person.touches, *self._touched.get(person.address, ())),
        )  # fmt: skip
        verdict = decide(self._policy, member, self._now, calendar=self._calendar)
        if verdict.at is None:
            self._is_done(number, verdict.reasons[-1])
        elif verdict.at > self._now:
            heappush(self._waiting, (verdict.at, number))
        else:
            self._attempt(number, person)

    def _attempt(self, number: int, person: Contactee) -> None:
        report, now = self.report, self._now
        count = len(self.attempts[number]) + 1
        played = self._goes(number, count, self._world.answer(number, count, now, person.zone))
        attempt = Attempt(
            fate=played.fate, began_at=now, rang_at=now if played.rang else None,
            ended_at=now + timedelta(seconds=max(played.seconds, 1.0)), completed=played.completed,
        )  # fmt: skip
        self.attempts[number] = (*self.attempts[number], attempt)
        self._pacer.began(now)
        for line in played.lines:
            self._takes(now + timedelta(seconds=line.after), line)
        self._books.attempt(now, answered=played.fate == "answered")
        if attempt.counts and self._policy.cap is not None:
            self._touched.setdefault(person.address, []).append(Touch(person.matter, now))
        report.attempts += 1
        report.fates[attempt.kind] = report.fates.get(attempt.kind, 0) + 1
        report.cost += self._tariff.session(played.lines, played.texts, played.faxes)
        report.talked_seconds += sum(line.talked for line in played.lines)
        report.calls += len(played.lines)
        report.texts += played.texts
        report.faxes += played.faxes
        report.ends_at = max(report.ends_at, attempt.ended_at)
        if count == 1 or self.attempts[number][-2].fate not in FAILED:
            self._latest.append(attempt.fate)
        heappush(self._waiting, (attempt.ended_at, number))

    def _goes(self, number: int, count: int, answered: Answered) -> Played:
        """The session of an attempt: one of the sample's, else a plain call."""
        if self._sample is not None:
            return self._sample.draw(answered, self._world.chance(number, count, 6))
        takes = answered.rang + answered.talked
        return Played(
            fate=answered.fate, rang=answered.rang > 0 or answered.fate in ("answered", "machine"), seconds=takes,
            lines=[Line(0.0, takes, answered.talked)], completed=answered.completed,
        )  # fmt: skip

    def _takes(self, since: datetime, line: Line) -> None:
        until = since + timedelta(seconds=line.takes)
        self._books.line(since, until)
        if since <= self._now:
            heappush(self._ends, until)
        else:
            heappush(self._later, (since, until))

    def _is_done(self, number: int, reason: Reason) -> None:
        self._done += 1
        if reason.code == "completed":
            self.report.completed += 1
            return
        key = f"{reason.code} {reason.values.get('fate', '')}"
        left = self._left.setdefault(key, Left(reason, examples=[]))
        left.people += 1
        if len(left.examples) < EXAMPLES:
            left.examples.append(self._people[number].matter)

    def _end_early(self, stop: Reason) -> None:
        """It stops, in the campaign or before its end: who is not done is left for that reason."""
        self.report.stopped = stop
        for _, number in (*self._waiting, *self._ready):
            last = self.attempts[number][-1:]
            self._is_done(number, Reason("completed") if last and last[0].kind == "completed" else stop)

    def _closed(self) -> Report:
        report, sample = self.report, self._sample
        self._books.close(report)
        report.left = most_first(self._left)
        report.attempts_each = dict(Counter(len(attempts) for attempts in self.attempts))
        if sample is not None:
            report.dead_ends, report.unvisited = sample.dead_ends(), sample.unvisited()
            report.outcomes, report.sample = sample.outcomes(), len(sample.sessions)
        report.warnings = advice(self._policy, report.begins_at, report.ends_at, self._zone)
        return report

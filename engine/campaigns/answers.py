"""A model of how people answer: what a rehearsal takes for the world.

The weights of the fates are those of a working day's survey; whoever has a ledger puts his own in. An hour of the day
and the number of the attempt each multiply them. Chance is drawn from the seed by what it is drawn for (a person, his
attempt, a question), never by the order in which it is asked for: so one rule changed moves nobody else's answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.campaigns.attempts import Fate
from engine.campaigns.lengths import Clock, ClockOrMidnight
from engine.fields import fault

Drawn = Literal["answered", "machine", "busy", "no_answer", "failed"]
"""The fates that a model draws; what is not known, or cancelled, is none of the people's doing."""
WEIGHTS: dict[Drawn, float] = {"answered": 55, "machine": 5, "busy": 8, "no_answer": 27, "failed": 5}
_MASK = (1 << 64) - 1

MESSAGES = {"at least one must be above 0"}
"""Sentences of this module; each has its translation."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


AttemptNumber = Annotated[str, Field(pattern="^([2-9]|[1-9][0-9])$")]


class HoursFactor(_Part):
    """In these hours, by the person's clocks, fates are so many times as frequent as else."""

    start: Clock = Field(alias="from")
    end: ClockOrMidnight = Field(alias="to")
    times: dict[Drawn, float]


class AnswerModel(_Part):
    """How often what happens, and how long it takes."""

    fates: dict[Drawn, float] = Field(default_factory=lambda: dict(WEIGHTS), description="Weights, not percents.")
    by_hour: list[HoursFactor] = Field([], max_length=48)
    by_attempt: dict[AttemptNumber, dict[Drawn, float]] = Field(
        {}, max_length=20, description="By an attempt's number, from 2 on: factors for it and all after it."
    )
    dead_numbers: float = Field(0.02, ge=0, le=1, description="The share of people whose number never works.")
    failed_that_rang: float = Field(0.0, ge=0, le=1)
    completion: float = Field(0.85, ge=0, le=1, description="The share of those who answer that hear it to its end.")
    ring_seconds: float = Field(12.0, ge=0, le=300, description="Until somebody answers.")
    unanswered_seconds: float = Field(30.0, ge=0, le=300, description="Until a call that nobody answers is given up.")
    talk_seconds: float = Field(40.0, gt=0, le=7_200, description="The mean, of people who hear it to its end.")
    key_share: float = Field(0.95, ge=0, le=1, description="How often a question is answered by a key or a text.")
    reply_seconds: float = Field(600.0, gt=0, le=2_592_000, description="The mean until a text is answered.")
    seed: int = Field(1, ge=0, le=2**32 - 1)

    @model_validator(mode="after")
    def _possible(self) -> AnswerModel:
        weights = [self.fates, *(factor.times for factor in self.by_hour), *self.by_attempt.values()]
        if any(not 0 <= value < 1e9 for each in weights for value in each.values()) or sum(self.fates.values()) <= 0:
            raise fault("at least one must be above 0")
        return self


class Answered(msgspec.Struct, frozen=True):
    """What became of one call: how long it rang (0: it did not ring) and how long the two talked."""

    fate: Fate
    rang: float
    talked: float
    completed: bool


class World:
    """The model, ready to be asked."""

    def __init__(self, model: AnswerModel) -> None:
        self.model = model
        self._factors = sorted((int(number), factors) for number, factors in model.by_attempt.items())
        self._weights = lru_cache(maxsize=4_096)(self._weighed)

    def answer(self, person: int, attempt: int, at: datetime, zone: ZoneInfo) -> Answered:
        """What becomes of this call: `person` and `attempt` (from 1) are numbers, `at` is when it begins."""
        model = self.model
        fate: Drawn = "failed"
        if not self.is_dead(person):
            local = at.astimezone(zone)
            fate = self._drawn(self._weights(local.hour, local.minute, attempt), self.chance(person, attempt, 1))
        if fate in ("busy", "failed"):
            share = 0.0 if fate == "busy" or self.is_dead(person) else model.failed_that_rang
            return Answered(fate, model.ring_seconds if self.chance(person, attempt, 2) < share else 0.0, 0.0, False)
        if fate == "no_answer":
            return Answered(fate, model.unanswered_seconds, 0.0, False)
        completed = fate == "answered" and self.chance(person, attempt, 3) < model.completion
        talked = self.talk(self.chance(person, attempt, 4), whole=completed)
        return Answered(fate, model.ring_seconds * (0.5 + self.chance(person, attempt, 5)), talked, completed)

    def is_dead(self, person: int) -> bool:
        """Whether this person's number never works."""
        return self.chance(person, 0, 0) < self.model.dead_numbers

    def talk(self, chance: float, *, whole: bool) -> float:
        """Seconds of a talk: half of the mean at least for who hears it to its end, anything below for who does not."""
        mean = self.model.talk_seconds
        return mean * (0.5 - 0.5 * math.log(1.0 - chance)) if whole else mean * chance

    def chance(self, *of: int) -> float:
        """A number from 0 to below 1 for what these numbers name (SplitMix64; Steele, Lea, Flood 2014)."""
        mixed = self.model.seed
        for number in of:
            mixed = (mixed * 0xD1342543DE82EF95 + number + 0x9E3779B97F4A7C15) & _MASK
            mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
            mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
            mixed ^= mixed >> 31
        return (mixed >> 11) / (1 << 53)

    def _weighed(self, hour: int, minute: int, attempt: int) -> tuple[tuple[Drawn, float], ...]:
        """Fates and their weights at this time of day, for this attempt."""
        weights = {fate: self.model.fates.get(fate, 0.0) for fate in WEIGHTS}
        for factor in self.model.by_hour:
            begins = (factor.start.hour, factor.start.minute)
            ends = (24, 0) if factor.end is None else (factor.end.hour, factor.end.minute)
            if begins <= (hour, minute) < ends:
                _multiply(weights, factor.times)
        for number, factors in self._factors:
            if attempt >= number:
                _multiply(weights, factors)
        return tuple(weights.items())

    def _drawn(self, weights: tuple[tuple[Drawn, float], ...], chance: float) -> Drawn:
        point = chance * sum(weight for _, weight in weights)
        for fate, weight in weights:
            if point < weight:
                return fate
            point -= weight
        return max(weights, key=lambda each: each[1])[0]  # rounding brought the point to the very end


def _multiply(weights: dict[Drawn, float], factors: Mapping[Drawn, float]) -> None:
    for fate, factor in factors.items():
        weights[fate] *= factor

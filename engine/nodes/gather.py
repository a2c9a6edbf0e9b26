"""Gather: play a prompt and take several keys: a card number, a date, an amount."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import model_validator

from engine.commands import Gather as GatherDigits
from engine.events import DigitsGathered, Event
from engine.faults import Phrase
from engine.fields import Field, OptionalDigit, OptionalPattern, Prompt, Seconds, fault
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.secret import Secret
from engine.session.session import Session

MAX_DIGITS = 64
MESSAGES = {"at least as many digits as the fewest, {min} (is {max})"}


class GatherConfig(NodeConfig):
    prompt: Prompt = Field(title="Prompt", description="What the caller hears.")
    min_digits: int = Field(1, title="Digits at least", ge=1, le=MAX_DIGITS)
    max_digits: int = Field(20, title="Digits at most", ge=1, le=MAX_DIGITS)
    finish_key: OptionalDigit = Field("#", title="Finish key", description="Ends the input; it is not part of it.")
    timeout: Seconds = Field(8, title="Wait for the first key", description="Counted from the end of the prompt.")
    digit_timeout: Seconds = Field(4, title="Wait between keys", description="After that the input counts as complete.")
    tries: int = Field(3, title="Tries", description="How often the question is asked at most.", ge=1, le=9)
    pattern: OptionalPattern = Field(
        None, title="Pattern", description="A regular expression that the digits must fit, such as [1-9][0-9]{5}.",
        json_schema_extra={"group": "advanced"},
    )  # fmt: skip
    secret: bool = Field(
        False, title="Secret", json_schema_extra={"group": "advanced"},
        description="A PIN, a password: nobody gets to read it, and only look-ups, requests and sources are given it.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max_digits < self.min_digits:
            message = "at least as many digits as the fewest, {min} (is {max})"
            raise fault(message, min=self.min_digits, max=self.max_digits)
        return self


class Gather(Node[GatherConfig]):
    """Takes several keys from the caller."""

    type, label, group, icon, medium = "gather", "Gather digits", "voice", "hash", "voice"
    help = (
        "The caller hears the prompt and enters digits. They are complete at the most digits, at the finish key, or "
        "when no further key comes. Too few digits, or digits that do not fit the pattern, ask again."
    )
    starter = {"prompt": ""}
    needs_leg = waits = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("done", "Entered")
        yield Outlet("no_input", "Nothing pressed")
        yield Outlet("no_match", "Not valid")

    def enter(self, session: Session) -> Action:
        return self._ask(session, attempt=1, pressed=False)

    def handle(self, session: Session, event: Event) -> Action:
        if not isinstance(event, DigitsGathered):
            return Leave("failed")
        if self._fits(event.digits):
            return Leave("done", Secret(event.digits) if self.config.secret else event.digits)
        attempt, pressed = session.memo
        pressed = pressed or bool(event.digits)
        if attempt < self.config.tries:
            return self._ask(session, attempt + 1, pressed)
        return Leave("no_match" if pressed else "no_input")

    def summary(self) -> Iterator[Summary]:
        yield self.config.prompt
        fewest, most = self.config.min_digits, self.config.max_digits
        yield Phrase("{count} digits", {"count": fewest if fewest == most else f"{fewest}–{most}"})

    def _fits(self, digits: str) -> bool:
        pattern = self.config.pattern
        return len(digits) >= self.config.min_digits and (pattern is None or pattern.fits(digits))

    def _ask(self, session: Session, attempt: int, pressed: bool) -> Action:
        config = self.config
        question = GatherDigits(
            leg=session.leg, prompt=session.say(config.prompt), min_digits=config.min_digits,
            max_digits=config.max_digits, finish_key=config.finish_key, timeout=config.timeout,
            digit_timeout=config.digit_timeout, secret=config.secret,
        )  # fmt: skip
        return Wait((question,), (attempt, pressed))

"""Ask by SMS: send a question, wait for the answer, leave by the choice that it means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator

from engine.commands import Cancel, SendSms
from engine.events import Event, MessageReceived, MessageSent, TimerFired, reason_of
from engine.faults import Phrase, shown
from engine.fields import Field, Pattern, PhoneNumber, fault, kind, pattern
from engine.labelled import Labelled, distinct
from engine.matching import Answers, forms, normal
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.on_unknown import OnUnknown, on_unknown_field
from engine.retries import tries_in_words
from engine.session.session import Session
from engine.short_text import to_send
from engine.texting.addresses import bare
from engine.texts import Text, first_words
from engine.time_fields import DurationText
from engine.zoned import later

MAX_WORDS = 30
MAX_WORD = 100
MAX_ANSWER = 2_000
"""Characters of an answer that are kept."""
MESSAGES = {
    "a word, a /pattern/, or a list of them (is {value})", "{value} has nothing in it that can be answered",
    "{value} stands for two answers: {one} and {other}", "the pattern {value} of {one} also fits {word} of {other}",
    "at most {limit} entries (has {actual})", "at most {limit} characters (is {value})",
}  # fmt: skip
_MARKS = re.compile(r"[\\\[\](){}^$*+?|]")


class Meaning(NamedTuple):
    """What an answer may be: words, and patterns."""

    source: Any = ()
    words: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()


def _meaning(value: Any) -> Meaning:
    if isinstance(value, Meaning):
        return value
    entries = [value] if isinstance(value, str) else value
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise fault("a word, a /pattern/, or a list of them (is {value})", value=shown(value))
    if len(entries) > MAX_WORDS:
        raise fault("at most {limit} entries (has {actual})", limit=MAX_WORDS, actual=len(entries))
    words, patterns = [], []
    for entry in entries:
        between = re.fullmatch(r"/(.+)/", entry.strip(), re.DOTALL)
        if between or (isinstance(value, str) and _MARKS.search(entry)):
            patterns.append(pattern(between[1] if between else entry, any_case=True))
        elif len(entry) > MAX_WORD:
            raise fault("at most {limit} characters (is {value})", limit=MAX_WORD, value=shown(entry))
        elif not forms(entry):
            raise fault("{value} has nothing in it that can be answered", value=shown(entry))
        else:
            words.append(entry)
    return Meaning(value, tuple(words), tuple(one for one in patterns if one is not None))


Match = Annotated[
    Any, *kind(_meaning, {"type": "array", "items": {"type": "string"}, "maxItems": MAX_WORDS, "widget": "list"})
]


class Choice(Labelled):
    """An answer with its outlet, and how people may write it."""

    match: Match = Field(
        Meaning(), title="Answers that mean it",
        description="Words, or a /pattern/ that the whole answer fits. The name itself counts if nothing stands here.",
    )  # fmt: skip

    @property
    def words(self) -> tuple[str, ...]:
        return self.match.words or (() if self.match.patterns else (self.label,))


def _apart(choices: list[Choice]) -> list[Choice]:
    """The choices, if no answer can mean two of them."""
    distinct(choices)
    meant: dict[str, Choice] = {}
    for choice in choices:
        for word in choice.words:
            for form in sorted(forms(word)):
                other = meant.setdefault(form, choice)
                if other is not choice:
                    message = "{value} stands for two answers: {one} and {other}"
                    raise fault(message, value=shown(word), one=other.label, other=choice.label)
    for choice in choices:
        for one in choice.match.patterns:
            for other in choices:
                fitting = [word for word in other.words if other is not choice and one.fits(normal(word))]
                if fitting:
                    message = "the pattern {value} of {one} also fits {word} of {other}"
                    names = {"one": choice.label, "other": other.label}
                    raise fault(message, value=shown(one.source), word=shown(fitting[0]), **names)
    return choices


class AskSmsConfig(NodeConfig):
    to: PhoneNumber = Field(title="To", description="A mobile number, or where it stands: {{ contact.phone }}.")
    text: Text = Field(
        title="Text", description="The question, and what may be answered: “Reply 1 to confirm, 2 to change”."
    )
    choices: Annotated[list[Choice], AfterValidator(_apart)] = Field(
        title="Choices", description="An answer leaves by the outlet of the choice that it means.",
        min_length=1, max_length=30,
    )  # fmt: skip
    timeout: DurationText = Field(
        DurationText("1d"), title="Wait for an answer", description="Such as 30m, 4h or 2d; counted from each question."
    )
    tries: int = Field(2, title="Tries", description="How often the question is asked at most.", ge=1, le=9)
    typos: bool = Field(
        False, title="Allow for typos", json_schema_extra={"group": "advanced"},
        description="One slip in a word of four letters or more, two in a word of eight: “confrim” is “confirm”.",
    )  # fmt: skip
    on_unknown: OnUnknown = on_unknown_field()


class AskSms(Node[AskSmsConfig]):
    """Asks a question by text message and goes on by the answer."""

    type, label, group, icon, medium = "ask_sms", "Ask by SMS", "messages", "asksms", "sms"
    help = (
        "Answers are understood as people write them: “2。”, “two”, “第二个” and “2) please” all mean 2. An answer "
        "that means none of the choices, or several, asks again until the tries are used up; then the flow goes on by "
        "“other”. `results.<node>.value` is the answer as it was written, `label` the choice."
    )
    starter = {"to": "{{ contact.phone }}", "text": "", "choices": [{"label": "1"}, {"label": "2"}]}
    waits = True
    asks = True

    def prepare(self) -> None:
        self.names = {choice.outlet: choice.label for choice in self.config.choices}
        self.answers = Answers(
            {choice.outlet: choice.words for choice in self.config.choices},
            {choice.outlet: choice.match.patterns for choice in self.config.choices},
            typos=self.config.typos,
        )

    def outlets(self) -> Iterator[Outlet]:
        yield from (Outlet(choice.outlet, choice.label) for choice in self.config.choices)
        yield Outlet("other", "Another answer")
        yield Outlet("timed_out", "No answer")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        return self._ask(session, attempt=1)

    def handle(self, session: Session, event: Event) -> Action:
        match event:
            case MessageReceived():
                return self._understand(session, event.text)
            case TimerFired():
                return Leave("timed_out", commands=tuple(Cancel(command_id=id) for id in session.run.pending))
            case MessageSent():
                return Wait(memo=session.memo, until=session.wake_at, listens=tuple(session.run.listens))
        return Leave("failed", details=reason_of(event))

    def fits(self, session: Session, event: MessageReceived) -> bool:
        return event.medium == "sms" and self.answers.match(event.text) is not None

    def summary(self) -> Iterator[Summary]:
        yield first_words(self.config.text)
        yield Phrase("waits {time}", {"time": self.config.timeout.source})
        yield tries_in_words(self.config.tries)

    def _understand(self, session: Session, text: str) -> Action:
        chosen = self.answers.match(text)
        if chosen is not None:
            return Leave(chosen, text[:MAX_ANSWER], {"label": self.names[chosen]})
        if session.memo < self.config.tries:
            return self._ask(session, session.memo + 1)
        return Leave("other", text[:MAX_ANSWER])

    def _ask(self, session: Session, attempt: int) -> Action:
        to, text, wrong = to_send(self.config.to, self.config.text, session)
        time = self.config.timeout.duration(session.scope)
        if wrong or time is None:
            return Leave("failed", details={"reason": wrong or "no time to wait for an answer"})
        until = later(session.at, time, session.zone)
        question = SendSms(to=to, text=text, on_unknown=self.config.on_unknown)
        return Wait((question,), attempt, until, (("message", bare(to)),))

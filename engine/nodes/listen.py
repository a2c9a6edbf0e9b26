"""Listen: ask a question and go on by what the caller says; keys still work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from engine.commands import Listen as ListenFor
from engine.commands import Phrase as Wanted
from engine.events import DigitsGathered, Event, SpeechHeard, reason_of
from engine.faults import Phrase, shown
from engine.fields import Field, OptionalDigit, Prompt, Seconds, fault
from engine.labelled import Labelled, distinct, once
from engine.matching import Answers
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.retries import tries_in_words
from engine.session.session import Session

MOST_PHRASES = 30
_TAG = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}", re.ASCII)
MESSAGES = {"the key {key} stands twice", "{value} is no language tag such as zh-CN or en"}

Words = Annotated[str, Field(min_length=1, max_length=100)]


class Spoken(Labelled):
    """What may be said, and what it stands for."""

    words: Annotated[list[Words], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)] = Field(
        title="Words", description="Each means the same: yes, that is right, of course.", min_length=1, max_length=50
    )
    key: OptionalDigit = Field("", title="Key", description="A key that means the same.")


def _apart(phrases: list[Spoken]) -> list[Spoken]:
    distinct(phrases)
    once(phrase.label for phrase in phrases)
    keys = [phrase.key for phrase in phrases if phrase.key]
    for key in keys:
        if keys.count(key) > 1:
            raise fault("the key {key} stands twice", key=key)
    return phrases


def _tag(language: str) -> str:
    if language and not _TAG.fullmatch(language):
        raise fault("{value} is no language tag such as zh-CN or en", value=shown(language))
    return language


class ListenConfig(NodeConfig):
    prompt: Prompt = Field(title="Prompt", description="What the caller hears.")
    phrases: Annotated[list[Spoken], AfterValidator(_apart)] = Field(
        title="Phrases", description="Each leaves by its own outlet.", min_length=1, max_length=MOST_PHRASES
    )
    timeout: Seconds = Field(8, title="Wait for an answer", description="Counted from the end of the prompt.")
    tries: int = Field(3, title="Tries", description="How often the question is asked at most.", ge=1, le=9)
    language: Annotated[str, AfterValidator(_tag)] = Field(
        "", title="Language", description="What the caller speaks, such as zh-CN. Empty: the language of the call.",
        max_length=35, json_schema_extra={"group": "advanced"},
    )  # fmt: skip


class Listen(Node[ListenConfig]):
    """Lets the caller pick a branch by saying it."""

    type, label, group, icon, medium = "listen", "Listen", "voice", "listen", "voice"
    help = (
        "The caller hears the prompt and answers in words, or by the key of a phrase. What fits no phrase asks again "
        "until the tries are used up. `results.<node>.value` is the phrase, `text` what was understood."
    )
    starter = {"prompt": "", "phrases": [{"label": "yes", "words": [""]}]}
    needs_leg = waits = True

    def prepare(self) -> None:
        phrases = self.config.phrases
        self.keys = {phrase.key: phrase for phrase in phrases if phrase.key}
        self.answers = Answers({phrase.label: (phrase.label, *phrase.words) for phrase in phrases}, {})
        self.named = {phrase.label: phrase for phrase in phrases}
        self.wanted = tuple(Wanted(label=phrase.label, words=tuple(phrase.words)) for phrase in phrases)

    def outlets(self) -> Iterator[Outlet]:
        yield from (Outlet(phrase.outlet, phrase.label) for phrase in self.config.phrases)
        yield Outlet("no_input", "Nothing said or pressed")
        yield Outlet("no_match", "Not understood")

    def enter(self, session: Session) -> Action:
        return self._ask(session, attempt=1, heard=False)

    def handle(self, session: Session, event: Event) -> Action:
        attempt, heard = session.memo
        details: dict[str, Any] = {}
        match event:
            case SpeechHeard(label=label, text=text, spoke=spoke):
                phrase = self.named.get(label or self.answers.match(text) or "")
                details = {"text": text, "confidence": event.confidence}
                heard = heard or spoke or bool(label or text)
            case DigitsGathered(digits=digits):
                phrase = self.keys.get(digits[:1])
                details = {"key": digits[:1]}
                heard = heard or bool(digits)
            case _:
                return Leave("failed", details=reason_of(event))
        if phrase is not None:
            return Leave(phrase.outlet, phrase.label, details)
        if attempt < self.config.tries:
            return self._ask(session, attempt + 1, heard)
        return Leave("no_match" if heard else "no_input", details=details if heard else {})

    def summary(self) -> Iterator[Summary]:
        yield self.config.prompt
        yield Phrase("waits {seconds} s", {"seconds": f"{self.config.timeout:g}"})
        yield tries_in_words(self.config.tries)

    def _ask(self, session: Session, attempt: int, heard: bool) -> Action:
        question = ListenFor(
            leg=session.leg, prompt=session.say(self.config.prompt), phrases=self.wanted,
            language=self.config.language or session.language, timeout=self.config.timeout,
        )  # fmt: skip
        return Wait((question,), (attempt, heard))

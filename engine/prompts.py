"""A prompt: what a caller hears, in each language of the flow.

A prompt is a text, or texts by language, or a list of parts by language. It is compiled once; rendering gives the parts
in the order in which they are heard, with what is the same for everyone kept apart from what is not, so that the first
is spoken from a recording made beforehand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from engine.commands import Audio, Part, Pause, Say
from engine.expressions import ExpressionError, Template
from engine.expressions.scope import Getter
from engine.expressions.script import Script, Writing
from engine.languages import TAG, best_of
from engine.spoken import Sayer, constant, in_voice, spoken, spoken_date, spoken_digits, voiced

if TYPE_CHECKING:
    from engine.session.session import Session

Hearing = Callable[["Session"], tuple[Part, ...]]
"""Gives what the contact of a session hears."""

MAX_PARTS = 100
MAX_PAUSE = 60.0
RATES = (0.5, 2.0)
"""How slowly and how fast a voice may speak; 1 is its own rate."""
VOICE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,40}(\+[A-Za-z0-9_-]{1,20})?", re.ASCII)
_SAYERS: dict[str, Sayer] = {
    "say": spoken, "number": spoken, "digits": spoken_digits, "date": spoken_date,
}  # fmt: skip

MESSAGES = {
    "must be text, texts by language, or parts by language (is {value})", "is empty", "{reason}",
    "{value} is no language tag such as zh-CN or en",
    "must be one of say, audio, digits, number, date, pause, voice, rate",
    "must be the name of a voice such as en-gb+f3 (is {value})", "must be a rate from {low} to {high} (is {value})",
    "must be seconds from 0 to {limit} (is {value})", "must be text (is {value})",
    "at most {limit} entries (has {actual})",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


_MANNERS: dict[str, Any] = {"voice": "", "rate": 1.0}
"""Parts that are not heard but say how those after them are; and how it is where they do not stand."""


class Speaker(NamedTuple):
    """Part of a prompt that is not the same for everyone: how it is said, its value, and how that is written."""

    say: Sayer
    value: Getter
    writing: Writing | None


class Prompt:
    """A compiled prompt. `languages` are those it has texts in: none if it has one text for all."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.names: set[tuple[str | int, ...]] = set()
        self._faults: list[InitErrorDetails] = []
        self._speakers: dict[str, tuple[Speaker | Part, ...]] = {}
        self._written: dict[str, Hearing] = {}
        self._for_all = False
        self._compile(source)
        if self._faults:
            raise ValidationError.from_exception_data("Prompt", self._faults)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the prompt has texts in."""
        return () if self._for_all else tuple(self._speakers)

    def heard(self, session: Session) -> tuple[Part, ...]:
        """What is heard by the contact of a session, in his language."""
        language = session.state.language
        written = self._written.get(language)
        if written is None:
            written = self._written[language] = self._write(*self._in(language))
        return written(session)

    def _write(self, language: str, speakers: Sequence[Speaker | Part]) -> Hearing:
        """A function of the session that gives what is heard in a language."""
        script = Script()
        parts: list[str] = []
        for speaker in speakers:
            if isinstance(speaker, Speaker):
                found = f"v{len(parts)}"
                script.value(found, speaker.value, speaker.writing)
                parts.append(f"*{script.constant(speaker.say)}({found}, {script.constant(language)}), ")
            else:
                parts.append(f"{script.constant(speaker)}, ")
        script.line(f"return ({''.join(parts)})")
        return script.function()

    def constants(self, languages: Sequence[str]) -> Iterator[Say]:
        """Speech that is the same for every caller: to be made at publish."""
        for language in self.languages or languages:
            _, speakers = self._in(language)
            for speaker in speakers:
                if isinstance(speaker, Say):
                    yield speaker

    def voices(self) -> Iterator[tuple[str, int, str]]:
        """Every voice that is named: language, place in the list of parts, name."""
        return self._named("voice")

    def recordings(self) -> Iterator[tuple[str, int, str]]:
        """Every recording that is named: language, place in the list of parts, name."""
        return self._named("audio")

    def _named(self, kind: str) -> Iterator[tuple[str, int, str]]:
        for language, parts in self.source.items() if isinstance(self.source, dict) else ():
            for number, part in enumerate(parts) if isinstance(parts, list) else ():
                if isinstance(part, dict) and kind in part:
                    yield language, number, part[kind]

    def _in(self, language: str) -> tuple[str, tuple[Speaker | Part, ...]]:
        """The best texts for a language: the same, one that shares its first part, or the first there is."""
        if self._for_all and language not in self._speakers:  # compiled when a language is first asked for
            self._speakers[language] = self._speakers_of(self.source, language, ())
        best = best_of(self._speakers, language)
        return best, self._speakers[best]

    def _compile(self, source: Any) -> None:
        if isinstance(source, dict) and source:
            for language, texts in source.items():
                if not isinstance(language, str) or not TAG.fullmatch(language):
                    self._wrong((), language, "{value} is no language tag such as zh-CN or en")
                    continue
                self._speakers[language] = self._speakers_of(texts, language, (language,))
        elif isinstance(source, str):
            self._for_all = True
            self._speakers_of(source, "", ())
        else:
            self._wrong((), source, "must be text, texts by language, or parts by language (is {value})")

    def _speakers_of(self, texts: Any, language: str, place: tuple[str | int, ...]) -> tuple[Speaker | Part, ...]:
        if isinstance(texts, str):
            return self._say(texts, language, place)
        if not isinstance(texts, list):
            self._wrong(place, texts, "must be text, texts by language, or parts by language (is {value})")
            return ()
        if not texts:
            self._wrong(place, texts, "is empty")
        if len(texts) > MAX_PARTS:
            self._wrong(place, texts, "at most {limit} entries (has {actual})", limit=MAX_PARTS, actual=len(texts))
            return ()
        speakers: list[Speaker | Part] = []
        manner: dict[str, Any] = {}
        for number, part in enumerate(texts):
            if isinstance(part, dict) and len(part) == 1 and (part.keys() & _MANNERS.keys()):
                manner |= self._manner(part, (*place, number))
            else:
                speakers.extend(_in_manner(self._part(part, language, (*place, number)), manner))
        if texts and all(isinstance(part, dict) and part.keys() <= _MANNERS.keys() for part in texts):
            self._wrong(place, texts, "is empty")
        return tuple(speakers)

    def _manner(self, part: dict[str, Any], place: tuple[str | int, ...]) -> dict[str, Any]:
        """How what follows is spoken: a voice, or a rate."""
        (name, value), (low, high) = next(iter(part.items())), RATES
        if name == "voice":
            if isinstance(value, str) and VOICE.fullmatch(value):
                return part
            self._wrong((*place, name), value, "must be the name of a voice such as en-gb+f3 (is {value})")
        elif isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return {"rate": float(value)}
        else:
            message = "must be a rate from {low} to {high} (is {value})"
            self._wrong((*place, name), value, message, low=low, high=high)
        return {}

    def _part(self, part: Any, language: str, place: tuple[str | int, ...]) -> tuple[Speaker | Part, ...]:
        kind = next(iter(part)) if isinstance(part, dict) and len(part) == 1 else None
        if kind == "pause":
            seconds = part["pause"]
            if isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 <= seconds <= MAX_PAUSE:
                return (Pause(seconds=float(seconds)),)
            self._wrong((*place, "pause"), seconds, "must be seconds from 0 to {limit} (is {value})", limit=60)
        elif kind == "audio" and isinstance(part["audio"], str):
            return (Audio(asset=part["audio"], language=language),)
        elif kind == "say":
            return self._say(part["say"], language, (*place, "say"))
        elif kind in _SAYERS:
            template = self._template(part[kind], (*place, kind))
            sayer = _SAYERS[kind]
            if template is not None:
                writing = template.writings[0] if len(template.writings) == 1 else None
                return (Speaker(sayer, template.value, writing),)
        else:
            self._wrong(place, part, "must be one of say, audio, digits, number, date, pause, voice, rate")
        return ()

    def _say(self, source: Any, language: str, place: tuple[str | int, ...]) -> tuple[Speaker | Part, ...]:
        template = self._template(source, place)
        if template is None:
            return ()
        speakers: list[Speaker | Part] = []
        for piece, writing in zip(template.pieces, template.writings, strict=True):
            if isinstance(piece, str):
                speakers.extend(constant(piece, language))
            else:
                speakers.append(Speaker(spoken, piece, writing))
        return tuple(speakers)

    def _template(self, source: Any, place: tuple[str | int, ...]) -> Template | None:
        if not isinstance(source, str):
            self._wrong(place, source, "must be text (is {value})")
            return None
        if not source.strip():
            self._wrong(place, source, "is empty")
            return None
        try:
            template = Template(source)
        except ExpressionError as error:
            self._wrong(place, source, error.message, **error.params)
            return None
        self.names |= template.names
        return template

    def _wrong(self, place: tuple[str | int, ...], value: Any, message: str, /, **params: Any) -> None:
        context = {"message": message, "value": repr(value)[:80]} | params
        error = PydanticCustomError("callweave_" + message, "{message}", context)
        self._faults.append(InitErrorDetails(type=error, loc=place, input=value))


def _in_manner(speakers: Sequence[Speaker | Part], manner: dict[str, Any]) -> Iterator[Speaker | Part]:
    how = _MANNERS | manner
    for speaker in speakers:
        if how == _MANNERS:
            yield speaker
        elif isinstance(speaker, Speaker):
            yield speaker._replace(say=in_voice(speaker.say, **how))
        else:
            yield from voiced([speaker], **how)

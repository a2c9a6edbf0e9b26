"""How a value is said aloud, in the language of the call.

Text that is only digits is a card number, a telephone number, a key: it is said digit by digit. A number is said as a
number. A date is said in words, for "2026-11-24" read out as written is no date to a listener.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

import msgspec

from engine.commands import Digits, Part, Say
from engine.expressions.moments import moment
from engine.expressions.people import in_words
from engine.expressions.template import text


class Sayer(Protocol):
    """Says a value in a language."""

    def __call__(self, value: Any, language: str, /) -> tuple[Part, ...]: ...


MAX_SPOKEN = 1_000
"""Characters of one value that are spoken; nobody listens longer."""
_KEYS = frozenset("0123456789*#")
_DIGITS = re.compile(r"[0-9*#]+", re.ASCII)
_WORDS = re.compile(r"\w")


def spoken(value: Any, language: str) -> tuple[Part, ...]:
    """The parts that say a value; none for nothing."""
    if type(value) is str and value[:1].isalpha():
        return (Say(text=value[:MAX_SPOKEN].rstrip(), language=language),)
    if isinstance(value, date):
        return constant(in_words(value, language), language, is_constant=False)
    words = text(value).strip()[:MAX_SPOKEN]
    if words[:1] in _KEYS and isinstance(value, str) and _DIGITS.fullmatch(words):
        return (Digits(digits=words, language=language),)
    return constant(words, language, is_constant=False)


def spoken_digits(value: Any, language: str) -> tuple[Part, ...]:
    """Every digit of the value, one by one; other characters are left out."""
    digits = "".join(_DIGITS.findall(text(value)))[:MAX_SPOKEN]
    return (Digits(digits=digits, language=language),) if digits else ()


def spoken_date(value: Any, language: str) -> tuple[Part, ...]:
    """A date or time in words; what is neither is said as it stands."""
    when = moment(value)
    return spoken(value if when is None else when, language)


def constant(words: str, language: str, *, is_constant: bool = True) -> tuple[Part, ...]:
    """One part of speech, unless there is nothing in it to be said but stops and blanks."""
    words = words.strip()
    if words[:1].isalnum() or _WORDS.search(words):
        return (Say(text=words, language=language, constant=is_constant),)
    return ()


def voiced(parts: Sequence[Part], voice: str, rate: float) -> tuple[Part, ...]:
    """The same parts, what is spoken of them by a voice and at a rate."""
    return tuple(
        msgspec.structs.replace(part, voice=voice, rate=rate) if isinstance(part, Say | Digits) else part
        for part in parts
    )


def in_voice(say: Sayer, voice: str, rate: float) -> Sayer:
    """The same as `say`, by a voice and at a rate."""

    def said(value: Any, language: str, /) -> tuple[Part, ...]:
        return voiced(say(value, language), voice, rate)

    return said

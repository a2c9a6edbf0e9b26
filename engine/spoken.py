"""How a value is said aloud, in the language of the call.

Text that is only digits is a card number, a telephone number, a key: it is said digit by digit. A number is said as a
number. A date is said in words, for "2026-11-24" read out as written is no date to a listener.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from engine.commands import Digits, Part, Say
from engine.expressions.liquid import moment
from engine.expressions.template import text

MAX_SPOKEN = 1_000
"""Characters of one value that are spoken; nobody listens longer."""
_DIGITS = re.compile(r"[0-9*#]+", re.ASCII)
_WORDS = re.compile(r"\w")


def spoken(value: Any, language: str) -> tuple[Part, ...]:
    """The parts that say a value; none for nothing."""
    if isinstance(value, date):
        return constant(date_words(value, language), language, is_constant=False)
    words = text(value).strip()[:MAX_SPOKEN]
    if isinstance(value, str) and _DIGITS.fullmatch(words):
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
    return (Say(text=words, language=language, constant=is_constant),) if _WORDS.search(words) else ()


def date_words(when: date, language: str) -> str:
    """A date, with its time if it has one: "11月24日上午9点30分", "24 November, 09:30"."""
    locale = _locale(language)
    if locale.language == "zh":
        day = f"{when.month}月{when.day}日"
        return day + _chinese_time(when) if isinstance(when, datetime) else day
    day = format_date(when, "MMMM d" if locale.language == "en" else "d MMMM", locale=locale)
    return f"{day}, {format_time(when.time(), 'short', locale=locale)}" if isinstance(when, datetime) else day


def _chinese_time(when: datetime) -> str:
    half = "凌晨" if when.hour < 6 else "上午" if when.hour < 12 else "下午" if when.hour < 18 else "晚上"
    hour = when.hour if when.hour <= 12 else when.hour - 12
    return f"{half}{hour}点" + (f"{when.minute}分" if when.minute else "整")


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")

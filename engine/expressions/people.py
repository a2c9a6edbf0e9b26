"""Filters for people: dates in words, digits one by one, money, plural.

    {{ record.visit_at | date_words }}            12月3日上午9点30分      December 3, 9:30 AM
    {{ record.visit_at | date_words: "day" }}     12月3日                December 3       (or "time")
    {{ contact.phone | digits }}                  1 3 8 0 0 0 0 0 0 0 0
    {{ record.fee | money }}                      12.50元                12.50 US dollars (by `money: "USD"`)
    {{ record.days | plural: "day", "days" }}     days

They speak the session's language, which templates know as `flow.language`; each takes another as `language: "en"`. A
time with a zone is told in the contact's, the zone of `now`. What a filter cannot make sense of stays as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal
from liquid.filter import with_context
from liquid.stringify import to_liquid_string
from liquid.undefined import Undefined

from engine.expressions.compare import as_number
from engine.expressions.moments import moment

CURRENCY = "CNY"
"""The currency where none is named."""
LONGEST = 200
"""Characters of a value that are taken apart; a telephone number or an account is shorter."""
MAGNITUDE = 18
"""Digits before the point that an amount or a count may have."""


class Surroundings(Protocol):
    """What these filters ask of python-liquid's context: the scope."""

    @property
    def globals(self) -> Mapping[str, Any]: ...


_DIGIT = re.compile(r"[0-9*#]", re.ASCII)
_CODE = re.compile(r"[A-Z]{3}", re.ASCII)


@with_context
def date_words(value: Any, part: Any = "", *, language: Any = "", context: Surroundings) -> str:
    """A date in words, with its time if it has one; `part` is `day` or `time` for one of the two."""
    when = moment(value)
    if when is None:
        return _text(value)
    zone = _zone(context)
    if isinstance(when, datetime):
        if when.tzinfo is not None and zone is not None:
            when = when.astimezone(zone)
        if part == "day":
            return in_words(when.date(), _language(language, context))
        if part == "time":
            return time_in_words(when, _language(language, context))
    return in_words(when, _language(language, context))


def digits(value: Any) -> str:
    """Every digit, `*` and `#` of a value with a blank between, to be spoken or read one by one."""
    shown = _text(value)[:LONGEST]
    return " ".join(shown if shown.isdecimal() and shown.isascii() else _DIGIT.findall(shown))


@with_context
def money(value: Any, currency: Any = "", *, language: Any = "", context: Surroundings) -> str:
    """An amount with its currency in words; `currency` is an ISO 4217 code. A whole amount has no decimals."""
    number = _number(value)
    locale = locale_of(_language(language, context))
    code = _text(currency).upper() or CURRENCY
    if number is None or not _CODE.fullmatch(code):
        return _text(value)
    is_whole = number == number.to_integral_value()
    if locale.language == "zh" and code == "CNY":
        return format_decimal(number, "#,##0" if is_whole else "#,##0.00", locale=locale) + "元"
    form = "#,##0" if is_whole else None
    return _plain(format_currency(number, code, form, locale, currency_digits=not is_whole, format_type="name"))


@with_context
def plural(
    value: Any, one: Any = "", other: Any = "", *, language: Any = "", context: Surroundings, **more: Any
) -> str:
    """The word that goes with a number in this language: `one`, `other`, or by name `zero`, `two`, `few`, `many`."""
    forms = {"one": _text(one), "other": _text(other) or _text(one)} | {
        name: _text(word) for name, word in more.items()
    }
    count = _number(value)
    if count is None:
        return forms["other"]
    rule = locale_of(_language(language, context)).plural_form(abs(count))
    return forms.get(rule, forms["other"])


FILTERS: dict[str, Callable[..., Any]] = {
    "date_words": date_words, "digits": digits, "money": money, "plural": plural,
}  # fmt: skip


def in_words(when: date, language: str) -> str:
    """A date, with its time if it has one: "11月24日上午9点30分", "November 24, 9:30 AM"."""
    locale = locale_of(language)
    if locale.language == "zh":
        day = f"{when.month}月{when.day}日"
        return day + time_in_words(when, language) if isinstance(when, datetime) else day
    day = format_date(when, "MMMM d" if locale.language == "en" else "d MMMM", locale=locale)
    return f"{day}, {time_in_words(when, language)}" if isinstance(when, datetime) else day


def time_in_words(when: datetime, language: str) -> str:
    """The time of day: "上午9点30分", "9:30 AM"."""
    locale = locale_of(language)
    if locale.language != "zh":
        return _plain(format_time(when.time(), "short", locale=locale))
    half = "凌晨" if when.hour < 6 else "上午" if when.hour < 12 else "下午" if when.hour < 18 else "晚上"
    hour = when.hour if when.hour <= 12 else when.hour - 12
    return f"{half}{hour}点" + (f"{when.minute}分" if when.minute else "整")


def locale_of(language: str) -> Locale:
    """What is known of a language; English for one that is not known."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _language(wanted: Any, context: Surroundings) -> str:
    """The language that is asked for, else the session's, as it stands in the scope's `flow`."""
    if isinstance(wanted, str) and wanted:
        return wanted[:40]
    flow = _scope_value("flow", context)
    language = flow.get("language") if isinstance(flow, Mapping) else None
    return language if isinstance(language, str) and language else "en"


def _zone(context: Surroundings) -> Any:
    now = _scope_value("now", context)
    return now.tzinfo if isinstance(now, datetime) else None


def _scope_value(name: str, context: Surroundings) -> Any:
    try:
        return context.globals[name]
    except KeyError:
        return None


def _plain(words: str) -> str:
    """With plain blanks: the narrow and the fixed one would make a text message of two bytes a letter."""
    return words.replace("\u202f", " ").replace("\xa0", " ")


def _number(value: Any) -> Decimal | None:
    number = as_number(value)
    exact = None if number is None else Decimal(str(number))
    return exact if exact is not None and exact.adjusted() < MAGNITUDE else None


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, Undefined) else to_liquid_string(value, autoescape=False)

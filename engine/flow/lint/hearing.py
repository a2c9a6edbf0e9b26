"""What a caller can take in: prompts that end in time, menus that can be remembered, keys that mean one thing.

Seconds are estimated from the text: a Chinese syllable takes a bit less than a quarter of a second, other writing goes
by its letters (150 words a minute), digits are said one by one. A value that is filled in counts as two seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from engine.faults import Fault
from engine.flow.lint.readers import readers
from engine.flow.lint.subject import Finding, Subject
from engine.prompts import Prompt

MAX_SECONDS = 30
MAX_CHOICES = 5
VALUE_SECONDS = 2.0
SYLLABLES_A_SECOND = 4.5
LETTERS_A_SECOND = 14.0
DIGITS_A_SECOND = 2.5

_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
_SYLLABLE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_DIGIT = re.compile(r"\d")


def prompts_are_short(flow: Subject) -> Iterator[Finding]:
    """Nobody listens for longer than half a minute."""
    for _, path, reader in readers(flow):
        if isinstance(reader, Prompt):
            for place, seconds in _lengths(reader.source, path):
                if seconds > MAX_SECONDS:
                    params = {"seconds": round(seconds), "limit": MAX_SECONDS}
                    yield "warning", Fault(place, "takes about {seconds} s to hear, more than {limit} s", params)


def menus_are_small(flow: Subject) -> Iterator[Finding]:
    """Nobody remembers more than five choices that are read to him."""
    for id, node in flow.nodes.items():
        choices = getattr(node.config, "choices", None)
        if node.needs_leg and isinstance(choices, list) and len(choices) > MAX_CHOICES:
            params = {"actual": len(choices), "limit": MAX_CHOICES}
            message = "has {actual} choices: callers remember {limit}"
            yield "warning", Fault(f"nodes.{id}.config.choices", message, params)


def choices_differ(flow: Subject) -> Iterator[Finding]:
    """No two choices answer to the same key or word: the second would never be taken."""
    for id, node in flow.nodes.items():
        for field, value in node.config:
            if isinstance(value, list) and value and all(isinstance(entry, BaseModel) for entry in value):
                yield from _clashes(value, f"nodes.{id}.config.{field}")


def _clashes(entries: list[BaseModel], path: str) -> Iterator[Finding]:
    taken: dict[str, int] = {}
    for number, entry in enumerate(entries):
        for field in ("key", "words", "match"):
            for word in _words(getattr(entry, field, None)):
                if taken.setdefault(word, number) != number:
                    params = {"value": word, "other": taken[word] + 1}
                    message = "{value} stands for choice {other} already"
                    yield "error", Fault(f"{path}.{number}.{field}", message, params)


def _words(value: Any) -> list[str]:
    given = value if isinstance(value, (list, tuple)) else [value]
    return [word.strip().casefold() for word in given if isinstance(word, str) and word.strip()]


def _lengths(source: Any, path: str) -> Iterator[tuple[str, float]]:
    """Each of a prompt's texts, and about how long it is heard."""
    if isinstance(source, dict):
        for language, texts in source.items():
            yield f"{path}.{language}", _seconds(texts)
    else:
        yield path, _seconds(source)


def _seconds(texts: Any) -> float:
    if isinstance(texts, str):
        return spoken_seconds(texts)
    total, rate = 0.0, 1.0
    for part in texts if isinstance(texts, list) else []:
        for kind, value in part.items():
            if kind == "pause":
                total += value
            elif kind == "rate":
                rate = value
            elif kind not in ("audio", "voice"):
                total += spoken_seconds(value) / rate
    return total


def spoken_seconds(text: str) -> float:
    """About how many seconds it takes to say a text."""
    values = len(_VALUE.findall(text))
    words = _TAG.sub("", _VALUE.sub("", text))
    syllables, digits = len(_SYLLABLE.findall(words)), len(_DIGIT.findall(words))
    letters = len(words) - syllables - digits
    return (
        values * VALUE_SECONDS + syllables / SYLLABLES_A_SECOND + digits / DIGITS_A_SECOND + letters / LETTERS_A_SECOND
    )

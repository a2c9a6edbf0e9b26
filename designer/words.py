"""The reader's language: English stands in the code, every other language is a catalogue from English to it.

A sentence is looked up by its English template before its values are filled in, so that one entry serves all values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import has_request_context, request

import engine
from engine.faults import Fault, Phrase, fill

ENGLISH = "en"
CATALOGUES = Path(engine.__file__).with_name("words")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The words of a language by their English."""
    if language == ENGLISH:
        return {}
    words: dict[str, str] = json.loads((CATALOGUES / f"{language}.json").read_text(encoding="utf-8"))
    return words


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are words in; English first."""
    return (ENGLISH, *sorted(path.stem for path in CATALOGUES.glob("*.json")))


def reader_language() -> str:
    """The language that this request asks for by Accept-Language."""
    if not has_request_context():
        return ENGLISH
    for wanted, _ in request.accept_languages:
        for known in languages():
            if wanted.split("-")[0].lower() == known.split("-")[0].lower():
                return known
    return ENGLISH


def say(message: str, params: Mapping[str, Any] | None = None) -> str:
    """A sentence in the reader's language, its values filled in."""
    translated = catalogue(reader_language()).get(message, message)
    return fill(translated, params or {})


def say_fault(fault: Fault) -> dict[str, Any]:
    """A fault as the API writes it; with a mend where there is one."""
    said: dict[str, Any] = {"path": fault.path, "message": say(fault.message, fault.params)}
    if fault.mend is not None:
        label = say(fault.mend.label, fault.mend.data)
        said["mend"] = {"kind": fault.mend.kind, "label": label, "data": fault.mend.data}
    return said


def say_phrase(phrase: Phrase) -> str:
    """A phrase in the reader's language."""
    return say(phrase.message, phrase.params)


def say_schema(schema: Any) -> Any:
    """A JSON Schema with its titles, descriptions and the labels of choices in the reader's language."""
    if isinstance(schema, list):
        return [say_schema(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    said: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ("properties", "$defs", "patternProperties") and isinstance(value, dict):
            said[key] = {name: say_schema(entry) for name, entry in value.items()}
        elif key in ("title", "description") and isinstance(value, str):
            said[key] = say(value)
        elif key == "labels" and isinstance(value, dict):
            said[key] = {choice: say(label) for choice, label in value.items()}
        elif key in ("default", "const", "enum", "examples"):
            said[key] = value
        else:
            said[key] = say_schema(value)
    return said

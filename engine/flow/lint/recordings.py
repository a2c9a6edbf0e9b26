"""Recordings and voices: each that a flow names is there, a recording in every language of the flow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.faults import Fault, shown
from engine.flow.lint.readers import readers
from engine.flow.lint.subject import Finding, Subject
from engine.languages import shares_main
from engine.prompts import Prompt

ASSET = "asset"
"""The widget of a field that names one."""


def recordings_are_there(flow: Subject) -> Iterator[Finding]:
    """A recording that is missing keeps a flow from being published; one that lacks a language does not."""
    if flow.recordings is None:
        return
    for path, name, spoken in _named(flow):
        there = flow.recordings.get(name)
        if there is None:
            yield "error", Fault(path, "there is no recording {value}", {"value": shown(name)})
            continue
        for language in spoken if "" not in there else ():
            if not any(shares_main(language, other) for other in there):
                params = {"value": shown(name), "language": language}
                yield "warning", Fault(path, "the recording {value} is missing in {language}", params)


def voices_are_there(flow: Subject) -> Iterator[Finding]:
    """A voice that is not installed here is no fault: the language's own is heard in its place."""
    if flow.voices is None:
        return
    for _, path, reader in readers(flow):
        for language, number, name in reader.voices() if isinstance(reader, Prompt) else ():
            if name not in flow.voices:
                message = "there is no voice {value} here: the usual one of {language} is heard"
                params = {"value": shown(name), "language": language}
                yield "warning", Fault(f"{path}.{language}.{number}.voice", message, params)


def _named(flow: Subject) -> Iterator[tuple[str, str, list[str]]]:
    """Place and name of every recording, and the languages in which it will be heard."""
    for _, path, reader in readers(flow):
        if isinstance(reader, Prompt):
            for language, number, name in reader.recordings():
                yield f"{path}.{language}.{number}.audio", name, [language]
    for id, node in flow.nodes.items():
        for field, about in type(node.config).model_fields.items():
            name = getattr(node.config, field)
            extra: Any = about.json_schema_extra
            if isinstance(extra, dict) and extra.get("widget") == ASSET and isinstance(name, str) and name:
                yield f"nodes.{id}.config.{about.alias or field}", name, []

"""Languages: whoever the flow serves hears his own."""

from __future__ import annotations

from collections.abc import Iterator

from engine.faults import Fault, Mend, shown
from engine.flow.lint.readers import readers
from engine.flow.lint.subject import Finding, Subject
from engine.prompts import Prompt

MESSAGES = {"Add a text in {language}", "Remove this text"}
"""Words of this module; each has its translation."""


def texts_are_in_every_language(flow: Subject) -> Iterator[Finding]:
    """A prompt with texts by language has one for each language of the flow, and for no other."""
    for _, path, reader in readers(flow):
        if not isinstance(reader, Prompt) or not reader.languages:
            continue
        mine = {_main(language) for language in reader.languages}
        for language in flow.languages:
            if _main(language) not in mine:
                mend = Mend("add_language", "Add a text in {language}", {"path": path, "language": language})
                yield "warning", Fault(path, "has no text in {language}", {"language": language}, mend)
        wanted = {_main(language) for language in flow.languages}
        for language in reader.languages:
            if wanted and _main(language) not in wanted:
                place = f"{path}.{language}"
                message = "is never heard: {language} is none of the flow's languages"
                mend = Mend("remove", "Remove this text", {"path": place})
                yield "warning", Fault(place, message, {"language": shown(language)}, mend)


def _main(language: str) -> str:
    """A language without its country: zh of zh-CN, for those that share it understand each other."""
    return language.split("-")[0].lower()

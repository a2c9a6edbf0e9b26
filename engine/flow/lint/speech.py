"""What callers are to say: there is somebody who understands the language, and the words.

English is understood by what comes with Callweave, every other language by a service of one's own. Where there is none
the node works by the keys of its phrases, which is a warning and no error: the service may be there tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.english import is_english
from engine.faults import Fault, shown
from engine.flow.lint.subject import Finding, Subject
from engine.nodes.listen import ListenConfig


def speech_is_understood(flow: Subject) -> Iterator[Finding]:
    """What a caller says is understood by somebody."""
    if flow.understanding is None:
        return
    for id, node in flow.nodes.items():
        config = node.config
        if not isinstance(config, ListenConfig):
            continue
        path = f"nodes.{id}.config.phrases"
        spoken = [config.language] if config.language else flow.languages
        for language in spoken:
            if not is_english(language) and not flow.understanding.others:
                message = "no recognizer understands {language}: only the keys of phrases count"
                yield "warning", Fault(path, message, {"language": language})
        if spoken and all(map(is_english, spoken)):
            for number, phrase in enumerate(config.phrases):
                for word in flow.understanding.unknown(phrase.words):
                    message = "the recognizer does not know the English word {value}"
                    yield "warning", Fault(f"{path}.{number}.words", message, {"value": shown(word)})

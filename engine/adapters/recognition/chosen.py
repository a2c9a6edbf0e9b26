"""Which recognizer understands a language: the one that comes with Callweave for English, a service for all others."""

from __future__ import annotations

from engine.adapters.recognition.grammar import Grammar
from engine.adapters.recognition.recognizer import Recognizer
from engine.adapters.recognition.websocket import Service
from engine.english import is_english


class Recognizers:
    """All recognizers of one process; `service` is the address of a user's own, `ws://` or `wss://`."""

    def __init__(self, service: str | None = None) -> None:
        self._service = Service(service) if service else None
        self._grammar = Grammar()

    def of(self, language: str) -> Recognizer | None:
        """The recognizer for a language (BCP 47); None if nobody understands it."""
        return self._grammar if is_english(language) else self._service

    async def close(self) -> None:
        """Nothing more is to be understood."""
        await self._grammar.close()
        if self._service is not None:
            await self._service.close()

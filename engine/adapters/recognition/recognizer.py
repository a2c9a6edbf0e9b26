"""What whoever listens needs of a recognizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from engine.commands import Phrase

RATE = 8000
"""Samples a second of what is to be understood: 16 bits, little-endian, one channel."""
LONGEST_SPEECH = 12.0
"""Seconds of speech that are understood at once; what is said after them is left out."""


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """What was said: the label of the phrase that it was taken for, if any, and the words; `confidence` from 0 to 1."""

    label: str = ""
    text: str = ""
    confidence: float = 0.0


class NotUnderstood(Exception):
    """What was said cannot be understood for a reason that lies with the recognizer; the text says why, for people."""


class Recognizer(Protocol):
    """Understands what is said between two silences."""

    async def understand(self, sound: bytes, phrases: Sequence[Phrase], language: str) -> Understood:
        """What was said, which need not be one of the phrases. Raises NotUnderstood."""

    async def close(self) -> None:
        """Nothing more is to be understood."""

"""How speech is made and how much of it is kept."""

from __future__ import annotations

from pathlib import Path

import msgspec

PROGRAM = "espeak-ng"


class SpeechConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of speech; only `folder` has no default."""

    folder: Path
    """Where the sound files are kept; Asterisk must see it under the same path."""
    recordings: Path | None = None
    """Where recordings lie: `<asset>/<language>.wav`, 8 kHz mono, and `any.wav` for all other languages."""
    program: str = PROGRAM
    children: int = 2
    words_per_minute: int = 160
    longest_text: int = 2000
    """Characters in one part of a prompt."""
    longest_queue: int = 500
    """Texts that wait to be spoken; more are refused."""
    time_limit: float = 10.0
    """Seconds for one text, once it is its turn."""
    dynamic_bytes: int = 256 * 1024 * 1024
    """Room for clips of texts that differ from call to call."""

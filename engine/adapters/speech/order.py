"""What is to be heard, as clips to find or to make: pure, and the same for calls and for making ahead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import msgspec

from engine.adapters.speech.clips import clip_name
from engine.adapters.speech.config import SpeechConfig
from engine.adapters.speech.errors import SpeechFailed, SpeechRefused
from engine.adapters.speech.installed import installed
from engine.adapters.speech.sound import tail_for
from engine.adapters.speech.voices import FORMAT, Voice, voice_for, word_for
from engine.commands import Audio, Digits, Part, Pause, Say
from engine.languages import best_of

PIECES = (10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.04, 0.02)
"""Seconds of the clips that silence is put together from: whole packets."""

_DIGIT_TAIL = 0.08
ANY = "any"
"""The file of a recording for whatever language has none of its own."""
_UNSPEAKABLE = ("Cc", "Cs", "Zl", "Zp")
_ASSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*){0,3}")


class Spoken(msgspec.Struct, frozen=True):
    """A clip of a text. `constant`: it is worth keeping for ever."""

    name: str
    text: str
    voice: Voice
    tail: float
    constant: bool


class Silence(msgspec.Struct, frozen=True):
    """A clip of nothing."""

    name: str
    seconds: float


class Recorded(msgspec.Struct, frozen=True):
    """A recording that lies there already; without extension."""

    path: str


class Quieter(msgspec.Struct, frozen=True):
    """A copy of a recording that is less loud; `volume` in percent."""

    name: str
    path: str
    volume: int


Order = Spoken | Silence | Recorded | Quieter


def orders(parts: Sequence[Part], config: SpeechConfig) -> list[Order]:
    """The clips of a prompt, in order; at least one, for a prompt without words is a short silence."""
    return [order for part in parts for order in _orders(part, config)] or [_silence(PIECES[-1])]


def _orders(part: Part, config: SpeechConfig) -> Iterator[Order]:
    match part:
        case Say(text=text, constant=constant):
            text = spoken_text(text)
            if len(text) > config.longest_text:
                raise SpeechRefused(f"at most {config.longest_text} characters can be spoken at once (are {len(text)})")
            if text:
                yield _spoken(text, voice_of(part, config), tail_for(text), config, constant=constant)
        case Digits(digits=digits):
            if len(digits) > config.longest_text:
                raise SpeechRefused(f"at most {config.longest_text} digits can be spoken (are {len(digits)})")
            voice = voice_of(part, config)
            for key in digits:
                if not key.isspace():
                    yield key_clip(key, voice, config)
        case Pause(seconds=seconds):
            for piece in PIECES:
                while seconds >= piece - 1e-9:
                    seconds -= piece
                    yield _silence(piece)
        case Audio(asset=asset, language=language):
            yield Recorded(recorded(asset, language, config.recordings))


def voice_of(part: Say | Digits, config: SpeechConfig) -> Voice:
    """By which voice, and how fast: the language's own where another is not installed here."""
    if not part.voice and part.rate == 1.0:
        return voice_for(part.language)
    return voice_for(part.language, part.voice if _is_here(part.voice, config.program) else "", part.rate)


def _is_here(voice: str, program: str) -> bool:
    """Whether one may be spoken by this voice: not if the program does not say so."""
    if not voice:
        return False
    try:
        return voice in installed(program)
    except SpeechFailed:
        return False


@lru_cache(1024)
def key_clip(key: str, voice: Voice, config: SpeechConfig) -> Spoken:
    """The clip of one digit or sign."""
    return _spoken(word_for(key, voice), voice, _DIGIT_TAIL, config, constant=key in "0123456789*#")


@lru_cache(4096)
def spoken_text(text: str) -> str:
    """A text without what cannot be spoken: control characters, and white space at its ends or doubled."""
    return " ".join(
        "".join(" " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign for sign in text).split()
    )


@lru_cache(4096)
def _spoken(text: str, voice: Voice, tail: float, config: SpeechConfig, *, constant: bool) -> Spoken:
    return Spoken(clip_name(voice, config.words_per_minute, text, tail), text, voice, tail, constant)


@lru_cache(16)
def _silence(seconds: float) -> Silence:
    return Silence(f"silence-{FORMAT}-{round(seconds * 1000)}", seconds)


def quieter(asset: str, language: str, volume: int, folder: Path | None) -> Recorded | Quieter:
    """A recording at a volume. Its copy is named by the file as it is now: a new version has a new one."""
    path = recorded(asset, language, folder)
    if volume >= 100:
        return Recorded(path)
    try:
        written = Path(f"{path}.wav").stat()
    except OSError as error:
        raise SpeechRefused(f"there is no recording {asset!r}") from error
    key = f"{path}\0{written.st_mtime_ns}\0{written.st_size}\0{max(volume, 0)}"
    return Quieter(f"quieter-{blake2b(key.encode(), digest_size=16).hexdigest()}", path, max(volume, 0))


def recorded(asset: str, language: str, folder: Path | None) -> str:
    """The best recording for a language, without extension; `asset` is its folder, a file for each language."""
    if folder is None or not _ASSET.fullmatch(asset):
        raise SpeechRefused(f"there is no recording {asset!r}")
    there = sorted(path.stem for path in (folder / asset).glob("*.wav"))
    if not there:
        raise SpeechRefused(f"there is no recording {asset!r}")
    best = best_of(there, language)
    if best.split("-")[0].lower() != language.split("-")[0].lower() and ANY in there:
        best = ANY
    return str(folder / asset / best)

"""Which voices the speech program has on this machine: those of languages, and variants that each of them may have.

`en-gb` is a voice of a language, `f3` a variant, `en-gb+f3` the one spoken like the other.
"""

from __future__ import annotations

import re
import subprocess
import time
from functools import lru_cache

import msgspec
import structlog

from engine.adapters.speech.errors import SpeechFailed, SpeechUnavailable
from engine.adapters.speech.espeak import find

log = structlog.get_logger()
_LINE = re.compile(r"\s*\d+\s+(\S+)\s+(?:\d+|--)/([MF-])\s+(\S+)\s+(\S+)\s*(?:\(.*)?", re.ASCII)
_VARIANT = "!v/"
_GENDERS = {"M": "male", "F": "female"}
PATIENCE = 10.0
ASKED_AGAIN = 60.0
"""Seconds after which one that gave no answer is asked again."""
NO_ANSWER = "The speech program does not answer."
_silent_until: dict[str, float] = {}


class Listed(msgspec.Struct, frozen=True):
    """One voice, or one variant: by its name in a prompt, with the title that the program gives it."""

    name: str
    title: str
    gender: str


class Installed(msgspec.Struct, frozen=True):
    """All that is there."""

    languages: dict[str, Listed] = {}
    variants: dict[str, Listed] = {}

    def __bool__(self) -> bool:
        """Whether anything can be spoken here at all."""
        return bool(self.languages)

    def __contains__(self, name: object) -> bool:
        """Whether a voice of this name is spoken here."""
        base, _, variant = str(name).partition("+")
        return base in self.languages and (variant in self.variants or "+" not in str(name))

    def for_language(self, own: str) -> list[Listed]:
        """The voices to choose from where `own` is the language's own: its variants, and other accents."""
        main = own.split("-")[0]
        accents = [one for one in self.languages.values() if one.name.split("-")[0] == main and one.name != own]
        variants = [Listed(f"{own}+{one.name}", one.title, one.gender) for one in self.variants.values()]
        return variants + [one for one in accents if "latn" not in one.name]


def installed(program: str) -> Installed:
    """What the program has here; nothing where it is not there.

    Raises SpeechFailed if it gives no answer, and then for a minute without asking it again: a draft is checked at
    every key that is pressed.
    """
    try:
        path = find(program)
    except SpeechUnavailable:
        return Installed()
    if time.monotonic() < _silent_until.get(path, 0.0):
        raise SpeechFailed(NO_ANSWER)
    try:
        return _listed(path)
    except subprocess.TimeoutExpired:
        _silent_until[path] = time.monotonic() + ASKED_AGAIN
        log.warning("the speech program does not say which voices it has", program=path, seconds=PATIENCE)
        raise SpeechFailed(NO_ANSWER) from None


@lru_cache(4)
def _listed(path: str) -> Installed:
    return Installed(_read(path, "--voices"), _read(path, "--voices=variant"))


def _read(path: str, what: str) -> dict[str, Listed]:
    said = subprocess.run([path, what], capture_output=True, timeout=PATIENCE, check=False, cwd="/").stdout
    found: dict[str, Listed] = {}
    for line in said.decode("utf-8", "replace").splitlines():
        told = _LINE.fullmatch(line)
        if told is not None:
            tag, gender, title, file = told.groups()
            name = file.removeprefix(_VARIANT) if file.startswith(_VARIANT) else tag
            found.setdefault(name, Listed(name, title.replace("_", " ").strip(), _GENDERS.get(gender, "")))
    return found

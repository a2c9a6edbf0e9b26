"""Passwords, by NIST SP 800-63B revision 4 (3.1.1.2): length and a list of bad ones, and nothing else, make a good one.

Fifteen characters where the password alone opens the door, eight where a second factor is asked for besides; any
characters, no rules of composition, no end by date. Refused are those that are known to be used, those that are a
pattern, and those made of the user's own words. They are kept by argon2id (RFC 9106, second recommended option), two at
a time, for each takes 64 MiB; whoever has no password, or is nobody, costs the same time.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from engine.faults import Fault

ALONE, WITH_SECOND = 15, 8
"""The fewest characters."""
LONGEST = 256
SHORT = "at least {limit} characters are needed: a few words in a row will do"
COMMON = "is one that many use, or a pattern, and is tried first: choose another"
OWN = "is little more than your own name or words that others know: choose another"
MESSAGES = {SHORT, COMMON, OWN}
"""Sentences of this module; each has its translation."""
_ROWS = ("1234567890" * 3, "abcdefghijklmnopqrstuvwxyz" * 2, "qwertyuiopasdfghjklzxcvbnm" * 2, "1qaz2wsx3edc4rfv5tgb")
_AROUND = "0123456789 .,!?@#$%^&*()-_+="
_FEWEST_DIFFERENT, _MUCH = 5, 12

_hasher = PasswordHasher()
_two_at_once = threading.BoundedSemaphore(2)


def normal(password: str) -> str:
    """A password as it is compared, however a keyboard has composed its letters."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _two_at_once:
        return _hasher.hash(normal(password).encode("utf-8", "surrogatepass"))


def fits(kept: str | None, password: str) -> bool:
    """Whether this is the password; takes its time where there is none, too."""
    with _two_at_once:
        try:
            right = _hasher.verify(kept or _nobody(), normal(password).encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None


def is_dated(kept: str) -> bool:
    """Whether it was kept with less effort than passwords are now."""
    return _hasher.check_needs_rehash(kept)


def faults(password: str, *, own: Iterable[str], shortest: int, path: str = "password") -> list[Fault]:
    """Why this may not be a password: nothing, or the first reason."""
    plain = normal(password)
    if len(plain) < shortest:
        return [Fault(path, SHORT, {"limit": shortest})]
    if len(plain) > LONGEST:
        return [Fault(path, "at most {limit} characters", {"limit": LONGEST})]
    folded = plain.casefold()
    if _is_guessed(folded):
        return [Fault(path, COMMON)]
    rest = folded
    for word in sorted(set(_words(own)), key=len, reverse=True):
        rest = rest.replace(word, "")
    if rest != folded and (len(rest) < WITH_SECOND or _is_guessed(rest)):
        return [Fault(path, OWN)]
    return []


def _is_guessed(folded: str) -> bool:
    """Whether it is among the first that are tried: known, or a pattern, or one of these with a little around it."""
    if folded in _common() or _is_pattern(folded):
        return True
    core = folded.strip(_AROUND)
    rest = folded.replace(core, "", 1) if core else re.sub(r"\D", "", folded)
    little = rest in _common() or _is_pattern(rest)
    return little if not core else core in _common() and (little or len(rest) < _MUCH)


def _is_pattern(folded: str) -> bool:
    if len(set(folded)) < min(_FEWEST_DIFFERENT, len(folded)):
        return True
    if any(folded in row or folded in row[::-1] for row in _ROWS):
        return True
    again = (folded + folded).find(folded, 1)  # the period, if it is a repetition
    unit = folded[:again]
    return again < len(folded) and (len(unit) < WITH_SECOND or unit in _common() or _is_pattern(unit))


def _words(own: Iterable[str]) -> Iterator[str]:
    for written in own:
        folded = normal(written).casefold().strip()
        for word in (folded, re.sub(r"[\W_]+", "", folded), *re.split(r"[\W_]+", folded)):
            if len(word) >= (4 if word.isascii() else 2):
                yield word


@cache
def _common() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])


@cache
def _nobody() -> str:
    return _hasher.hash(b"nobody's")

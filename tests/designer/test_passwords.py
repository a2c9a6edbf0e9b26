"""Which passwords are taken, and that nothing but the password fits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.access import passwords
from designer.access.passwords import ALONE, COMMON, LONGEST, OWN, SHORT, WITH_SECOND
from engine.store import failed_sign_ins
from engine.store.times import SECOND

OWN_WORDS = ("li.ming@ward.example", "Li Ming", "main", "callweave", "黎明医院")


@pytest.mark.parametrize(
    ("password", "shortest", "reason"),
    [
        ("quiet rivers carry barges", ALONE, None),
        ("安静的河流载着许多木船慢慢地走", ALONE, None),
        ("🐟" * 3 + "🐸🦊🐻🐼🐨🐯🦁🐮🐷🐵🐔🐧", ALONE, None),
        ("r7#kQ9!x", WITH_SECOND, None),
        (" spaces stay as they are ", ALONE, None),
        ("liming once met a lighthouse", ALONE, None),
        ("quiet rivers", ALONE, SHORT),
        ("r7#kQ9!", WITH_SECOND, SHORT),
        ("x" * (LONGEST + 1), ALONE, "at most {limit} characters"),
        ("password", WITH_SECOND, COMMON),
        ("Password", WITH_SECOND, COMMON),
        ("Ｐａｓｓｗｏｒｄ", WITH_SECOND, COMMON),
        ("password12345678", ALONE, COMMON),
        ("!!! monkey 1234", ALONE, COMMON),
        ("123456789012345", ALONE, COMMON),
        ("987654321987654321", ALONE, COMMON),
        ("1234-5678-9012-34", ALONE, COMMON),
        ("aaaaaaaaaaaaaaaa", ALONE, COMMON),
        ("abababababababab", ALONE, COMMON),
        ("qwertyuiopasdfgh", ALONE, COMMON),
        ("monkeymonkeymonkey", ALONE, COMMON),
        ("callweave-main!", ALONE, OWN),
        ("Li.Ming@ward.example", ALONE, OWN),
        ("limingliming1234", ALONE, OWN),
        ("黎明医院" + "123456789012", ALONE, OWN),
    ],
)
def test_which_passwords_are_taken(password: str, shortest: int, reason: str | None) -> None:
    found = passwords.faults(password, own=OWN_WORDS, shortest=shortest)
    assert [fault.message for fault in found] == ([] if reason is None else [reason])


@given(st.text(min_size=ALONE, max_size=LONGEST // 4))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_judged(password: str) -> None:
    assert len(passwords.faults(password, own=OWN_WORDS, shortest=ALONE)) <= 1


def test_only_the_password_fits_however_it_is_composed() -> None:
    kept = passwords.hashed("Zo\u00eb rows a small boat")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.fits(kept, "Zoe\u0308 rows a small boat")
    assert not passwords.fits(kept, "zo\u00eb rows a small boat")
    assert not passwords.fits(None, "Zo\u00eb rows a small boat")
    assert not passwords.fits("no hash at all", "x")
    assert not passwords.is_dated(kept)
    assert passwords.is_dated("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$1234567890abcdefghijkl")


def test_waits_double_and_end() -> None:
    waits = [failed_sign_ins.wait_after(times, "login") // SECOND for times in range(1, 16)]
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600]
    assert failed_sign_ins.wait_after(100, "login") == failed_sign_ins.FOR_EVER
    assert failed_sign_ins.wait_after(1_000, "address") == 900 * SECOND
    assert failed_sign_ins.wait_after(29, "address") == 0

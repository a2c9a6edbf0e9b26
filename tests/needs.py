"""What a test needs besides Python: skipped with the reason at home, a failure in CI."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

PACKAGES = {
    "bearerbox": "kannel", "sipp": "sip-tester", "chromium": "chromium", "espeak-ng": "espeak-ng", "smtpd": "opensmtpd",
    "unshare": "util-linux",
}  # fmt: skip


def require(program: str) -> str:
    """The program's path; without it the test fails where `CI` is set and is skipped elsewhere."""
    path = shutil.which(program)
    if path is None:
        absent(f"{program} is not installed: apt-get install {PACKAGES.get(program, program)}")
    return path


def absent(reason: str) -> NoReturn:
    """Give up this test: a failure in CI, a skip at home."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)

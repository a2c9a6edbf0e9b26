"""Asterisk, its ARI, and speech."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator

from callweave.asterisk.root import NoAsterisk, find
from callweave.doctor.finding import Finding
from callweave.up import readiness
from engine.host.settings import Settings


def look(settings: Settings) -> Iterator[Finding]:
    """The local Asterisk is there, and ARI answers."""
    if settings.telephony == "simulated":
        yield Finding("asterisk", True, "not wanted: CALLWEAVE_TELEPHONY=simulated")
        return
    if settings.asterisk_local:
        try:
            yield Finding("asterisk", True, find(settings.cache).command[-1])
        except NoAsterisk as error:
            yield Finding("asterisk", False, str(error))
            return
    answers = asyncio.run(readiness.asterisk(settings))
    hint = "is `callweave up` running?" if settings.asterisk_local else "check CALLWEAVE_ARI_URL"
    yield Finding("ari", answers, "answers" if answers else f"does not answer: {hint}")


def speech() -> Finding:
    """espeak-ng, which speaks what is written."""
    program = shutil.which("espeak-ng")
    if program is None:
        return Finding("speech", False, "espeak-ng is missing: apt-get install espeak-ng")
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.partition("  Data")[0]
    return Finding("speech", True, version.strip())

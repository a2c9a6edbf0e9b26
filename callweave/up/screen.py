"""The lines of all processes on one screen, each under its name, in colour when a person reads it."""

from __future__ import annotations

import os
import re
import sys
import time

COLOURS = {"redis": 35, "asterisk": 33, "web": 36, "engine": 32, "worker": 34, "turns": 34, "clock": 31}
WIDTH = 8
SAYS_NOTHING = {
    "redis": ("WARNING Memory overcommit", "Received SIGTERM scheduling shutdown", "is now ready to exit"),
    "asterisk": (
        "Unable to disable core size",
        "PBX UUID",
        "Could not find option 'minimum_size'",
        "Asterisk Ready.",
        "Asterisk cleanly ending",
        "Executing last minute cleanups",
    ),
}
"""Words that these programs say at every start and stop, and that no reader can do anything about."""
OWN_CLOCK = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? +")
"""What our programs begin their lines with; the screen's own clock stands before it already."""


class Screen:
    """Writes lines; never fails because the reader has gone."""

    def __init__(self) -> None:
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._gone = False

    def line(self, name: str, text: str) -> None:
        """One line of a process."""
        if any(words in text for words in SAYS_NOTHING.get(name, ())):
            return
        clock = time.strftime("%H:%M:%S")
        head = f"{clock} {name:<{WIDTH}} |"
        if self._colour:
            head = f"\x1b[{COLOURS.get(name, 37)}m{head}\x1b[0m"
        self.say(f"{head} {OWN_CLOCK.sub('', text)}")

    def say(self, text: str = "") -> None:
        """A line of our own."""
        if self._gone:
            return
        try:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        except (BrokenPipeError, OSError):
            self._gone = True

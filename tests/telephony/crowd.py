"""Many callers at once, by SIPp: a scenario, a rate, a line of data for each call; and what came of it."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import needs
from tests.product import free_port

SCENARIOS = Path(__file__).parent / "sipp"
CAPTURES = Path("/usr/share/sip-tester")


@dataclass(frozen=True)
class Outcome:
    """How a crowd fared. `errors` is what SIPp complained of."""

    successful: int
    failed: int
    retransmissions: int
    errors: str

    def __str__(self) -> str:
        return f"{self.successful} well, {self.failed} failed, {self.retransmissions} sent again\n{self.errors[:2000]}"


class Crowd:
    """Callers to one SIP port; `folder` takes what SIPp writes."""

    def __init__(self, sip_port: int, folder: Path) -> None:
        self._sipp = needs.require("sipp")
        self._port = sip_port
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def begin(
        self, scenario: str, lines: Sequence[Sequence[str]], *, rate: float, pause: float = 0.5, at_once: int = 2000
    ) -> None:
        """Start one call for each line, `rate` a second; `pause`: seconds before each key."""
        self._folder.mkdir(parents=True, exist_ok=True)
        script = self._folder / f"{scenario}.xml"
        text = (SCENARIOS / f"{scenario}.xml").read_text(encoding="utf-8")
        script.write_text(text.replace("@CAPTURES@", str(CAPTURES)), encoding="utf-8")
        rows = "\n".join(["SEQUENTIAL", *(";".join(line) for line in lines)])
        (self._folder / "lines.csv").write_text(rows + "\n", encoding="utf-8")
        most = len(lines) / rate + 60
        with (self._folder / "sipp.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    self._sipp, f"127.0.0.1:{self._port}", "-sf", str(script), "-inf", "lines.csv", "-i", "127.0.0.1",
                    "-p", str(free_port("udp")), "-mp", str(self._media_ports()), "-m", str(len(lines)),
                    "-r", f"{rate:g}", "-rp", "1000", "-l", str(at_once), "-d", str(round(pause * 1000)),
                    "-timeout", f"{most:.0f}", "-trace_stat", "-stf", "calls.csv", "-fd", "1",
                    "-trace_err", "-error_file", "errors.log", "-nostdin",
                ],
                cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def end(self, seconds: float = 120.0) -> Outcome:
        """Wait until all calls are over."""
        assert self._process is not None
        try:
            self._process.wait(seconds)
        finally:
            if self._process.poll() is None:
                self._process.terminate()
                self._process.wait(10)
        with (self._folder / "calls.csv").open(encoding="utf-8") as file:
            *_, last = csv.DictReader(file, delimiter=";")
        complaints = self._folder / "errors.log"
        return Outcome(
            successful=int(last["SuccessfulCall(C)"]),
            failed=int(last["FailedCall(C)"]),
            retransmissions=int(last["Retransmissions(C)"]),
            errors=complaints.read_text(errors="replace") if complaints.exists() else "",
        )

    def run(self, scenario: str, lines: Sequence[Sequence[str]], *, rate: float, pause: float = 0.5) -> Outcome:
        """Start the calls and wait until all are over."""
        self.begin(scenario, lines, rate=rate, pause=pause)
        return self.end(len(lines) / rate + 120)

    @staticmethod
    def _media_ports() -> int:
        """An even port above those that Asterisks use; all calls share it."""
        return free_port("udp") // 2 * 2


def has_captures() -> bool:
    """Whether SIPp's captures of keys are on this machine."""
    return CAPTURES.is_dir() and shutil.which("sipp") is not None

"""m4a by ffmpeg, where it is installed: a program of its own, given a file and a limit of time (DECISIONS 37)."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAM = "ffmpeg"
PATIENCE = 60.0


def to_wav(content: bytes, *, seconds: float) -> bytes | None:
    """The sound of an MPEG-4 file as 16 kHz wav, cut at `seconds`; None without ffmpeg, empty if it is none."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.m4a"  # it reads the file's end first, so a pipe will not do
        source.write_bytes(content)
        command = [
            program, "-nostdin", "-v", "error", "-protocol_whitelist", "file,pipe", "-f", "mov", "-i", str(source),
            "-vn", "-t", str(seconds), "-ac", "1", "-ar", "16000", "-f", "wav", "pipe:1",
        ]  # fmt: skip
        try:
            return subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False).stdout
        except subprocess.TimeoutExpired:
            return b""

"""One espeak-ng process that is kept alive: text goes in by its stdin, sound comes out of its stdout.

espeak-ng reads lines and writes one endless sound; it does not say where a line's sound ends. So each line ends with a
pause far longer than any that espeak-ng makes inside a text (0.6 s at most, however many full stops there are), and a
run of zeros of that length is the end. Starting a process for each sentence would cost twice the time.

The pause follows a comma at the voice's own rate: else espeak-ng makes it longer or shorter as it did the words before.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import time
from html import escape
from typing import TYPE_CHECKING

from engine.adapters.speech.errors import SpeechFailed, SpeechUnavailable
from engine.adapters.speech.voices import Voice
from engine.lazy import Lazy

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Sound = npt.NDArray[np.int16]
else:
    np = Lazy("numpy")


_HEADER = 44  # of the endless wav file
_PAUSE = 2.5  # seconds of silence after each line
_END = 2.2  # seconds of silence that are the end
_GAP = 0.2  # seconds between the lines of one text
_LINE = 900  # bytes; espeak-ng cuts lines at 1,000
_SENTENCE = re.compile(r".+?(?:[.!?;:](?=\s)|[。！？；：…,，、]|$)", re.DOTALL)


def find(program: str) -> str:
    """Where the program is; raises SpeechUnavailable with what to do."""
    path = shutil.which(program)
    if path is None:
        raise SpeechUnavailable(
            f"Prompts cannot be spoken: {program} is not installed. Please run: apt-get install espeak-ng"
        )
    return path


class Espeak:
    """One child process. Used by one thread at a time; starts again by itself after it has died."""

    def __init__(self, program: str, words_per_minute: int) -> None:
        self._program = program
        self._options = ["-s", str(words_per_minute), "-m", "-z", "-b", "1", "--stdout"]
        self._child: subprocess.Popen[bytes] | None = None
        self.rate = 22050

    def speak(self, text: str, voice: Voice, time_limit: float) -> Sound:
        """The sound of a text, without the silence after it; raises SpeechFailed."""
        until = time.monotonic() + time_limit
        sounds = [self._speak_line(line, until) for line in lines(text, voice)]
        gap = np.zeros(int(_GAP * self.rate), np.int16)
        return np.concatenate([piece for sound in sounds for piece in (sound, gap)] or [gap])

    def close(self) -> None:
        """End the process."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()

    def _speak_line(self, line: bytes, until: float) -> Sound:
        for again in (True, False):
            fresh = self._child is None
            try:
                return self._spoken(line, until)
            except TimeoutError:
                self.close()
                raise SpeechFailed("the speech program took too long") from None
            except (BrokenPipeError, EOFError):  # it died, perhaps while it had nothing to do: one more try
                self.close()
                if fresh or not again:
                    raise SpeechFailed("the speech program ended at this text") from None
        raise AssertionError("not reached")

    def _spoken(self, line: bytes, until: float) -> Sound:
        child = self._started(until)
        assert child.stdin is not None and child.stdout is not None
        if any(self._leftover(child.stdout.fileno())):
            raise EOFError  # sound that belongs to no line: better a new process than a stranger's words
        child.stdin.write(line)
        sound = bytearray()
        zeros = int(_END * self.rate) * 2
        silence = bytes(zeros)
        while len(sound) < zeros or not sound.endswith(silence):
            sound += self._read(child.stdout.fileno(), until)
        heard = len(sound.rstrip(b"\0"))
        return np.frombuffer(bytes(sound[: heard + heard % 2]), "<i2").astype(np.int16)

    def _started(self, until: float) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(
                [find(self._program), *self._options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd="/",
            )
            assert self._child.stdin is not None and self._child.stdout is not None
            self._child.stdin.write(b'<break time="1ms"/>\n')
            head = bytearray()
            while len(head) < _HEADER:
                head += self._read(self._child.stdout.fileno(), until)
            self.rate = int.from_bytes(head[24:28], "little")
        return self._child

    @staticmethod
    def _read(pipe: int, until: float) -> bytes:
        left = until - time.monotonic()
        ready, _, _ = select.select([pipe], [], [], max(0.0, left))
        if not ready:
            raise TimeoutError
        data = os.read(pipe, 1 << 18)
        if not data:
            raise EOFError
        return data

    def _leftover(self, pipe: int) -> bytes:
        left = b""
        while select.select([pipe], [], [], 0)[0]:
            data = os.read(pipe, 1 << 18)
            if not data:
                raise EOFError
            left += data
        return left


def lines(text: str, voice: Voice) -> list[bytes]:
    """A text as lines for espeak-ng, cut between sentences where it is long; each ends with the long pause."""
    room = _LINE - 100
    pieces: list[str] = [""]
    for sentence in _SENTENCE.findall(text):
        for start in range(0, len(sentence), room // 6):
            piece = sentence[start : start + room // 6]
            if len(escape(pieces[-1] + piece, quote=False).encode()) > room:
                pieces.append("")
            pieces[-1] += piece
    open_, close = f'<voice name="{voice.name}"><prosody rate="{voice.rate}%">', "</prosody></voice>"
    pause = f'<voice name="{voice.name}"><prosody rate="100%">,<break time="{int(_PAUSE * 1000)}ms"/></prosody></voice>'
    return [f"{open_}{escape(piece, quote=False)}{close}{pause}\n".encode() for piece in pieces if piece.strip()]

"""Where speech begins and ends in a stream of sound: by its loudness over what is heard when nobody speaks."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal

from engine.adapters.recognition.recognizer import LONGEST_SPEECH, RATE
from engine.lazy import Lazy

if TYPE_CHECKING:
    import numpy as np
else:
    np = Lazy("numpy")


FRAME = 320
"""Bytes of 20 ms."""
_SECONDS = FRAME / 2 / RATE
BEGINS, ENDS = 350.0, 200.0
"""Root mean square from which on, and below which, a frame counts as speech or as none; more where it is noisy."""
_OVER_NOISE_BEGINS, _OVER_NOISE_ENDS = 4.0, 2.5
_LOUD_FRAMES, _OF_FRAMES = 4, 6
SILENCE = 0.6
"""Seconds of silence that end what is said."""
_BEFORE = 0.3
"""Seconds before the first loud frame that belong to the speech: a word may begin softly."""
_NOISE_RISES = 1.005
"""By how much the noise is thought louder with each frame above it: it doubles in three seconds."""

News = Literal["began", "ended"]


class Utterances:
    """Takes sound as it comes, and says when speech has begun and when it has ended; `speech` is what was said."""

    def __init__(self) -> None:
        self.speech = b""
        self._rest = b""
        self._noise = 60.0
        self._before: deque[bytes] = deque(maxlen=round(_BEFORE / _SECONDS))
        self._loud: deque[bool] = deque(maxlen=_OF_FRAMES)
        self._said: list[bytes] | None = None
        self._silent = 0

    def take(self, sound: bytes) -> list[News]:
        """16-bit samples, 8000 a second, in pieces of any length."""
        news: list[News] = []
        self._rest += sound
        while len(self._rest) >= FRAME:
            frame, self._rest = self._rest[:FRAME], self._rest[FRAME:]
            if (one := self._frame(frame)) is not None:
                news.append(one)
        return news

    def _frame(self, frame: bytes) -> News | None:
        samples = np.frombuffer(frame, "<i2").astype(np.float32)
        loudness = float(np.sqrt(np.mean(samples * samples)))
        if self._said is None:
            return self._before_speech(frame, loudness)
        self._said.append(frame)
        if loudness < max(ENDS, self._noise * _OVER_NOISE_ENDS):
            self._silent += 1
        else:
            self._silent = 0
        if self._silent * _SECONDS < SILENCE and len(self._said) * _SECONDS < LONGEST_SPEECH:
            return None
        self.speech = b"".join(self._said)
        self._said = None
        self._loud.clear()
        self._before.clear()
        return "ended"

    def _before_speech(self, frame: bytes, loudness: float) -> News | None:
        self._before.append(frame)
        self._loud.append(loudness > max(BEGINS, self._noise * _OVER_NOISE_BEGINS))
        self._noise = max(1.0, min(loudness, self._noise * _NOISE_RISES))
        if sum(self._loud) < _LOUD_FRAMES:
            return None
        self._said = list(self._before)
        self._silent = 0
        return "began"

"""Makes clips, one after the other, in the thread that asks: used by the engine's threads and by jobs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from engine.adapters.speech import sound
from engine.adapters.speech.clips import clip_path, write_clip
from engine.adapters.speech.config import SpeechConfig
from engine.adapters.speech.errors import SpeechFailed
from engine.adapters.speech.espeak import Espeak
from engine.adapters.speech.order import Quieter, Silence, Spoken, key_clip, orders
from engine.adapters.speech.voices import voice_for
from engine.commands import Part
from engine.lazy import Lazy

if TYPE_CHECKING:
    import numpy as np
    import soundfile
else:
    np = Lazy("numpy")
    soundfile = Lazy("soundfile")


KEYS = "0123456789*#"


class Workshop:
    """One speech program and the folder that it works for; raises SpeechUnavailable when it is needed and not there."""

    def __init__(self, config: SpeechConfig) -> None:
        self._config = config
        self._espeak = Espeak(config.program, config.words_per_minute)

    def __enter__(self) -> Self:
        """Close at the end."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the program."""
        self.close()

    def close(self) -> None:
        """End the program; it starts again when it is needed."""
        self._espeak.close()

    def make(self, order: Spoken | Silence | Quieter, path: Path) -> None:
        """Make one clip; raises SpeechFailed."""
        if isinstance(order, Silence):
            data = sound.silence(order.seconds)
        elif isinstance(order, Quieter):
            data = _quieter(order)
        else:
            raw = self._espeak.speak(order.text, order.voice, self._config.time_limit)
            data = sound.clip(raw, self._espeak.rate, order.tail)
        try:
            write_clip(path, data)
        except OSError as error:
            raise SpeechFailed(f"the spoken prompt could not be written: {error}") from None

    def prepare(self, parts: Iterable[Part]) -> int:
        """Make all clips of these parts that are not there yet, to be kept; gives how many were made."""
        wanted = [order for part in parts for order in orders((part,), self._config)]
        return self._prepare(order for order in wanted if isinstance(order, (Spoken, Silence)))

    def prepare_keys(self, language: str) -> int:
        """Make the clips of all digits, * and # in a language; gives how many were made."""
        voice = voice_for(language)
        return self._prepare(key_clip(key, voice, self._config) for key in KEYS)

    def _prepare(self, wanted: Iterable[Spoken | Silence]) -> int:
        made = 0
        for order in wanted:
            path = clip_path(self._config.folder, order.name, constant=True)
            if not path.exists():
                self.make(order, path)
                made += 1
        return made


def _quieter(order: Quieter) -> bytes:
    try:
        samples, rate = soundfile.read(f"{order.path}.wav", dtype="int16")
    except (OSError, soundfile.LibsndfileError) as error:
        raise SpeechFailed(f"a recording could not be read: {error}") from None
    return sound.wav(np.asarray(samples, np.float32) * np.float32(order.volume / 100), rate)

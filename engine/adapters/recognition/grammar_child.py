"""The process that understands English: reads sound and phrases from its input, writes what was said to its output.

A grammar always finds the phrase that is most like what was said, be it ever so unlike. So the words that it has found
are held against how long somebody spoke: in a cough or in another sentence it finds a word that fills a small part.
"""

from __future__ import annotations

import signal
import sys
from collections import OrderedDict

import msgspec
import numpy as np
import numpy.typing as npt
import soxr
from pocketsphinx import Config, Decoder, get_model_path

from engine.adapters.recognition.grammar import HEAD, Task
from engine.adapters.recognition.recognizer import RATE, Understood
from engine.english import spelled

_MODEL_RATE, _FRAMES = 16_000, 100
_LIKE_ENOUGH = 0.55
"""How much of what was said the words must fill to be taken for it."""
_LOUD = 0.06
"""Of the loudest moment: less is silence."""
_EDGE = 0.25
"""Seconds of silence around the words, which the model wants."""
_GRAMMARS = 64


class Words:
    """The model, with a grammar for each set of phrases that was asked for lately."""

    def __init__(self) -> None:
        self._decoder = Decoder(Config(
            hmm=get_model_path("en-us/en-us"), dict=get_model_path("en-us/cmudict-en-us.dict"), lm=None,
            loglevel="FATAL", samprate=float(_MODEL_RATE),
        ))  # fmt: skip
        self._grammars: OrderedDict[tuple[str, ...], str] = OrderedDict()
        self._made = 0

    def understand(self, task: Task) -> Understood:
        """Which phrase was said."""
        spoken = {spelled(word): phrase.label for phrase in task.phrases for word in (phrase.label, *phrase.words)}
        spoken = {words: label for words, label in spoken.items() if words and self._known(words)}
        sound, loud = _prepared(task.sound)
        if not spoken or not loud:
            return Understood()
        self._decoder.activate_search(self._grammar(tuple(sorted(spoken))))
        self._decoder.start_utt()
        self._decoder.process_raw(sound, full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        if found is None or not found.hypstr:
            return Understood()
        filled = sum(
            part.end_frame - part.start_frame + 1 for part in self._decoder.seg() if not part.word.startswith("<")
        )
        confidence = round(min(1.0, filled / loud), 2)
        if confidence < _LIKE_ENOUGH:
            return Understood(confidence=confidence)
        return Understood(label=spoken.get(found.hypstr, ""), text=found.hypstr, confidence=confidence)

    def _known(self, words: str) -> bool:
        return all(self._decoder.lookup_word(word) is not None for word in words.split())

    def _grammar(self, phrases: tuple[str, ...]) -> str:
        name = self._grammars.get(phrases)
        if name is None:
            self._made += 1
            name = self._grammars[phrases] = f"g{self._made}"
            text = " | ".join(phrases)
            self._decoder.add_jsgf_string(name, f"#JSGF V1.0; grammar {name}; public <{name}> = {text} ;")
            if len(self._grammars) > _GRAMMARS:
                self._decoder.remove_search(self._grammars.popitem(last=False)[1])
        self._grammars.move_to_end(phrases)
        return name


def _prepared(raw: bytes) -> tuple[bytes, int]:
    """The sound as the model wants it, and how many of its frames somebody spoke in."""
    sound: npt.NDArray[np.float32] = np.frombuffer(raw[: len(raw) // 2 * 2], "<i2").astype(np.float32)
    step = RATE // _FRAMES
    frames = sound[: len(sound) // step * step].reshape(-1, step)
    loudness = np.sqrt(np.mean(frames * frames, axis=1)) if len(frames) else np.zeros(0, np.float32)
    (heard,) = np.nonzero(loudness > max(float(loudness.max(initial=0.0)) * _LOUD, 50.0))
    if not heard.size:
        return b"", 0
    edge = round(_EDGE * _FRAMES)
    first, last = max(0, int(heard[0]) - edge), int(heard[-1]) + edge
    words = sound[first * step : last * step]
    louder = words * np.float32(min(8.0, 16_000 / max(float(np.abs(words).max()), 1.0)))
    return soxr.resample(louder, RATE, _MODEL_RATE).clip(-32768, 32767).astype("<i2").tobytes(), int(heard.size)


def main() -> None:
    """Answer until the input ends: with whoever asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    words, read, write = Words(), msgspec.msgpack.Decoder(Task).decode, msgspec.msgpack.Encoder().encode
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(HEAD.size)) == HEAD.size:
        answer = write(words.understand(read(source.read(HEAD.unpack(head)[0]))))
        sink.write(HEAD.pack(len(answer)) + answer)
        sink.flush()


if __name__ == "__main__":
    main()

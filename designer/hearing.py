"""What is heard of a prompt, as one sound: the parts that the engine would play, by the voices that calls have.

Clips that were made ahead for calls are taken as they are; what is missing is spoken here, in the thread that asks, and
not kept: somebody who tries ten ways of saying something leaves nothing behind.
"""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from designer.hands import Hands
from designer.just_begun import just_begun
from engine.adapters.speech import SpeechConfig, Workshop
from engine.adapters.speech.clips import clip_path
from engine.adapters.speech.order import Order, Quieter, Recorded, orders
from engine.adapters.speech.sound import RATE
from engine.commands import Audio, Part
from engine.host.settings import Settings
from engine.prompts import Prompt
from engine.store.files import played_folder

AT_ONCE = 2
"""Speech programs of one process; who comes later waits."""
LONGEST = 300.0
"""Seconds of one sound."""
_hands = Hands(AT_ONCE)


class TooLong(Exception):
    """It would be heard for longer than anybody listens."""


def parts_of(
    prompt: Prompt, language: str, *, contact: Mapping[str, Any], record: Mapping[str, Any], at: datetime
) -> tuple[Part, ...]:
    """The parts of a prompt as this contact would hear them; what a flow finds out on its way is empty."""
    began = just_begun(language, contact={**contact, "language": language}, record=record, at=at)
    return prompt.heard(began)


def sound_of(parts: Sequence[Part], settings: Settings, tenant: str) -> bytes:
    """A wav file, 8 kHz mono; raises PromptFailed, TooLong, Problem 503."""
    config = SpeechConfig(folder=settings.folder_prompts, recordings=settings.folder_assets, children=1)
    lying = [
        Audio(asset=played_folder(tenant, part.asset), language=part.language) if isinstance(part, Audio) else part
        for part in parts
    ]
    with _hands.one(), tempfile.TemporaryDirectory(prefix="callweave-heard-") as folder, Workshop(config) as workshop:
        files = [_file(order, Path(folder), workshop, config) for order in orders(lying, config)]
        return _joined(files, Path(folder) / "whole.wav")


def _file(order: Order, folder: Path, workshop: Workshop, config: SpeechConfig) -> Path:
    if isinstance(order, Recorded):
        return Path(f"{order.path}.wav")
    made = folder / f"{order.name}.wav"
    kept = [] if isinstance(order, Quieter) else [clip_path(config.folder, order.name, constant=True)]
    there = next((file for file in (*kept, made) if file.is_file()), None)
    if there is None:
        workshop.make(order, made)
        there = made
    return there


def _joined(files: Sequence[Path], target: Path) -> bytes:
    heard = 0
    with wave.open(str(target), "wb") as whole:
        whole.setnchannels(1)
        whole.setsampwidth(2)
        whole.setframerate(RATE)
        for file in files:
            with wave.open(str(file), "rb") as clip:
                heard += clip.getnframes()
                if heard > LONGEST * RATE:
                    raise TooLong
                whole.writeframes(clip.readframes(clip.getnframes()))
    return target.read_bytes()

"""What was heard: µ-law packets as samples, their loudness, and which recording it was."""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.telephony.rtp import Packet

RATE = 8000
Samples = npt.NDArray[np.float64]


def _law() -> npt.NDArray[np.int16]:
    """G.711 µ-law, every byte's sample."""
    code = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = (code >> 4) & 7, (code & 15).astype(np.int32)
    size = ((mantissa << 3) + 0x84 << exponent) - 0x84
    return np.where(code & 0x80, -size, size).astype(np.int16)


_SAMPLES = _law()


def samples(packets: Sequence[Packet]) -> Samples:
    """All that was heard, with silence where nothing came, placed by the packets' RTP times."""
    if not packets:
        return np.zeros(0)
    first = packets[0].timestamp
    places = [(packet.timestamp - first) % (1 << 32) for packet in packets]
    heard = np.zeros(max(places) + 160)
    for place, packet in zip(places, packets, strict=True):
        heard[place : place + len(packet.payload)] = _SAMPLES[np.frombuffer(packet.payload, np.uint8)]
    return heard


def loud(packet: Packet, above: float = 200.0) -> bool:
    """Whether there is sound in a packet."""
    sound = _SAMPLES[np.frombuffer(packet.payload, np.uint8)].astype(float)
    return bool(np.sqrt(np.mean(sound**2)) > above)


def seconds_of_sound(packets: Sequence[Packet]) -> float:
    return 0.02 * sum(loud(packet) for packet in packets)


def recording(path: Path | str) -> Samples:
    """The samples of a wav file, 8 kHz mono."""
    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2), path
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)


def likeness(heard: Samples, clip: Samples) -> tuple[float, float]:
    """How well a clip is found in what was heard (1 is the clip itself), and at which second it begins."""
    heard = np.concatenate([heard, np.zeros(len(clip))])  # its end may be missing
    size = 1 << (len(heard) + len(clip)).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(clip, size)), size)
    product = product[: len(heard) - len(clip) + 1]
    energy = np.cumsum(np.concatenate([[0.0], heard**2]))
    around = energy[len(clip) :] - energy[: len(heard) - len(clip) + 1]
    scores = product / np.sqrt(np.maximum(around, 1.0) * max(float(np.sum(clip**2)), 1.0))
    best = int(np.argmax(scores))
    return float(scores[best]), best / RATE


def tone(hertz: float, seconds: float, loudness: float = 8000.0) -> Samples:
    """A pure tone, for recordings that a test can tell apart."""
    return loudness * np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)


def write_recording(path: Path, sound: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.astype("<i2").tobytes())

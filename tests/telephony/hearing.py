"""What was heard: µ-law packets as samples, their loudness, and which recording it was."""

from __future__ import annotations

import asyncio
import time
import wave
from collections.abc import Callable, Sequence
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
    """All that was heard, with silence where nothing came, placed by the packets' RTP times within each stream."""
    if not packets:
        return np.zeros(0)
    places, base, begun = [0], packets[0], 0
    for packet in packets[1:]:
        place = begun + ((packet.timestamp - base.timestamp + (1 << 31)) % (1 << 32)) - (1 << 31)
        if not places[-1] - RATE < place < places[-1] + 10 * RATE:  # another stream: it goes on by the clock
            base, begun = packet, round((packet.at - packets[0].at) * RATE)
            place = begun
        places.append(max(place, 0))
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


def humming(hertz: int, loudness: float = 4000.0) -> bytes:
    """20 ms of a tone in µ-law that can be sent again and again: a multiple of 50 Hz."""
    assert hertz % 50 == 0
    return law(tone(hertz, 0.02, loudness))


def law(sound: Samples) -> bytes:
    """Samples as µ-law."""
    order = np.argsort(_SAMPLES, kind="stable")
    places = np.clip(np.searchsorted(_SAMPLES[order], sound), 0, 255)
    return bytes(order[places].astype(np.uint8))


def level(sound: Samples, hertz: float) -> float:
    """How loud a tone is in what was heard: its amplitude by a Fourier sum over the whole of it."""
    if not len(sound):
        return 0.0
    turns = np.exp(-2j * np.pi * hertz * np.arange(len(sound)) / RATE)
    return float(2 * np.abs(np.mean(sound * np.hanning(len(sound)) * 2 * turns)))


def loudest(sound: Samples, hertz: float, window: float = 0.2) -> tuple[float, float]:
    """How loud a tone is where it is loudest, and at which second that is."""
    size = int(window * RATE)
    starts = range(0, max(1, len(sound) - size), size // 4)
    return max((level(sound[start : start + size], hertz), start / RATE) for start in starts)


def above_noise(sound: Samples, hertz: float, others: Sequence[float]) -> float:
    """Decibels of a tone over the loudest place where there is none: between the tones, and away from them."""
    places = [place for place in np.arange(175.0, 3000.0, 50.0) if all(abs(place - tone) > 20 for tone in (hertz, *others))]
    noise = max(max(level(sound, place) for place in places), 1e-3)
    return float(20 * np.log10(max(level(sound, hertz), 1e-3) / noise))


async def clearest(
    sound: Callable[[float], Samples], tones: Sequence[float], others: Sequence[float], seconds: float = 1.0
) -> Samples:
    """A stretch of what somebody hears in which these tones are clear: on a busy machine the first may have gaps."""
    heard = np.zeros(0)
    for _ in range(5):
        since = time.monotonic()
        await asyncio.sleep(seconds)
        heard = sound(since)
        if all(above_noise(heard, tone, [*tones, *others]) > 20 for tone in tones):
            break
    return heard


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

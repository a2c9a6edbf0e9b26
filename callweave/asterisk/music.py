"""The music of the house, for those who wait: a few soft chords, made here, so that it is nobody else's."""

from __future__ import annotations

import numpy as np

from callweave.asterisk.sounds import RATE

BEAT = 0.5
CHORDS = ((0, 4, 7, 12), (-3, 0, 4, 9), (-7, -3, 0, 5), (-5, -1, 2, 7))
"""Four chords, in half tones from the ground."""
GROUND = 220.0
LOUDNESS = 0.12


def sound() -> np.ndarray:
    """Each chord twice, broken up and down, one note a beat, each note fading over three beats."""
    notes = [chord[step] for chord in CHORDS for _ in range(2) for step in (0, 1, 2, 3, 2, 1)]
    length = int(BEAT * RATE)
    sound = np.zeros(length * (len(notes) + 3))
    time = np.arange(length * 3) / RATE
    for number, half_tones in enumerate(notes):
        hertz = GROUND * 2 ** (half_tones / 12)
        note = np.sin(2 * np.pi * hertz * time) + 0.3 * np.sin(4 * np.pi * hertz * time)
        note *= np.exp(-2.5 * time) * np.minimum(1.0, time / 0.01)
        sound[number * length : number * length + len(note)] += note
    sound[: length * 3] += sound[-length * 3 :]
    return (LOUDNESS * sound[: -length * 3]).astype(np.float32)

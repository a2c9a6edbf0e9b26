"""Trials of machine detection: who answers says a greeting, a short hello, nothing, or sends no sound at all."""

from __future__ import annotations

import asyncio
import io
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import soundfile
import soxr

from engine.adapters.telephony import Missed, Outgoing, PickedUp, Rang
from engine.commands import HangUp
from tests.telephony import hearing
from tests.telephony.peers import Peers
from tests.telephony.scene import Scene

GREETINGS = (
    ("en-us", "Hello, you have reached the voicemail of John Smith. I am not able to take your call right now."),
    ("en-us", "Hi, this is Mary. Please leave a message after the tone, and I will call you back."),
    ("cmn", "您好，您拨打的电话暂时无人接听，请在提示音后留言。"),
    ("cmn", "你好，我是李明。我现在不方便接电话，请留下您的姓名和电话。"),
)
HELLOS = (("en-us", "Hello?"), ("en-us", "Yes, hello."), ("cmn", "喂？"), ("cmn", "喂，你好。"), ("en-us", "Smith."))
RIGHT = {"greeting": "machine", "hello": "human", "silence": "unsure", "no_audio": "unsure"}
"""What each kind of callee has to be taken for: silence is no sign of either."""
RATE, PIECE = 8000, 160


@dataclass(frozen=True)
class Trial:
    """One call, and who was heard to answer; `seconds` from the answer to the result."""

    kind: str
    said: str
    by: str
    seconds: float


@lru_cache(64)
def spoken(voice: str, text: str) -> bytes:
    """A sentence in µ-law."""
    command = ["espeak-ng", "-v", voice, "-s", "150", "--stdout", text]
    wave = subprocess.run(command, capture_output=True, check=True).stdout
    samples, rate = soundfile.read(io.BytesIO(wave), dtype="float32")
    return law(soxr.resample(samples, rate, RATE))


def law(samples: np.ndarray) -> bytes:
    """Samples of -1 to 1 at 8 kHz in µ-law."""
    out = io.BytesIO()
    soundfile.write(out, samples, RATE, format="RAW", subtype="ULAW")
    return out.getvalue()


def beep(seconds: float = 0.5) -> bytes:
    """The tone after which one speaks."""
    return law(hearing.tone(1000, seconds) / 32768)


def silence(seconds: float) -> bytes:
    """Nothing, sent as sound."""
    return b"\xff" * round(RATE * seconds)


def pieces(sound: bytes) -> list[bytes]:
    """Sound in pieces as packets carry them."""
    return [sound[at : at + PIECE].ljust(PIECE, b"\xff") for at in range(0, len(sound), PIECE)]


def has_voice() -> bool:
    """Whether there is a program that speaks."""
    return shutil.which("espeak-ng") is not None


async def trial(stage: Scene, peers: Peers, kind: str, number: int) -> Trial:
    """Call one callee of this kind."""
    told: asyncio.Queue[Rang | PickedUp | Missed] = asyncio.Queue()
    callee, leg = f"8{number:04d}", f"machine-{kind}-{number}-{time.monotonic_ns()}"
    call = Outgoing(leg=leg, endpoint=f"PJSIP/{callee}@local", ring_seconds=10, detect_machine=True)
    assert stage.telephony.place(call, told.put_nowait)
    phone = await peers.rings(callee)
    said = {"greeting": GREETINGS, "hello": HELLOS}.get(kind, (("", ""),))
    voice, text = said[number % len(said)]
    if text:
        phone.rtp.words.extend(pieces(silence(0.2 + number % 4 * 0.15) + spoken(voice, text)))
    await phone.answer(silent=kind == "no_audio")
    answered = time.monotonic()
    async with asyncio.timeout(20):
        news: Rang | PickedUp | Missed = Rang()
        while isinstance(news, Rang):
            news = await told.get()
    assert isinstance(news, PickedUp), news
    taken = time.monotonic() - answered
    stage.perform(HangUp(id="1", leg=leg))
    await asyncio.wait_for(phone.over.wait(), 10)
    return Trial(kind, text, news.by, taken)


async def trials(stage: Scene, peers: Peers, count: int, at_once: int = 4) -> list[Trial]:
    """So many calls of each kind."""
    limit = asyncio.Semaphore(at_once)

    async def one(kind: str, number: int) -> Trial:
        async with limit:
            return await trial(stage, peers, kind, number)

    wanted = [(kind, place * 1000 + number) for number in range(count) for place, kind in enumerate(RIGHT)]
    return await asyncio.gather(*(one(kind, number) for kind, number in wanted))


def right(seen: list[Trial]) -> Counter[str]:
    """How many of each kind were taken for what they are."""
    return Counter(trial.kind for trial in seen if trial.by == RIGHT[trial.kind])

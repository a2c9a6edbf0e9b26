"""Machine detection, twenty trials each: a spoken greeting, a short hello, silence, and no sound at all.

Who answers is a telephone of the test's on the loopback; greetings and hellos are spoken by espeak-ng in English and Chinese.
A greeting has to be taken for a machine, a hello for a person; of silence it has to be said that it cannot be told.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from statistics import median

from tests.prove.proof import Proof
from tests.telephony.detection import RIGHT, Trial, right, trials
from tests.telephony.local_asterisk import LocalAsterisk
from tests.telephony.peers import Peers
from tests.telephony.scene import scene

TRIALS, ENOUGH = 20, 19


def prove(proof: Proof) -> None:
    asterisk = LocalAsterisk(proof.folder / "asterisk")
    asterisk.start()
    try:
        seen = asyncio.run(_seen(asterisk, proof))
    finally:
        asterisk.stop()
    well = right(seen)
    for kind, by in RIGHT.items():
        taken = Counter(trial.by for trial in seen if trial.kind == kind)
        proof.claim(f"{kind}: {by}", well[kind] >= ENOUGH, f"{well[kind]} of {TRIALS} ({dict(taken)})")
        proof.figure(f"seconds_to_tell_{kind}", median(trial.seconds for trial in seen if trial.kind == kind))


async def _seen(asterisk: LocalAsterisk, proof: Proof) -> list[Trial]:
    async with Peers(asterisk.settings.sip_peer_port) as peers, scene(asterisk, proof.folder) as stage:
        return await trials(stage, peers, TRIALS)

"""The hospital: three weeks on a whole copy, with SQL, HL7 and FHIR behind a connector, a real Asterisk and simulated patients.

The story says what is to be told of each contact; what Callweave tells by its API, what the telephones saw and what stands
in the information system afterwards are held against it.
"""

from __future__ import annotations

import time

from examples.hospital.run.play import main
from examples.hospital.threads import THREADS
from tests.prove.proof import Proof

SEEDS = (7, 11)


def prove(proof: Proof) -> None:
    for seed in SEEDS:
        began = time.monotonic()
        result = main(seed=seed, threads=len(THREADS), folder=proof.folder / f"seed{seed}")
        right = sum(not told.wrong for told in result.told)
        proof.claim(f"seed {seed}: every story is told right", right == len(result.told), f"{right} of {len(result.told)}")
        proof.claim(f"seed {seed}: nothing happened that nobody expected", not result.wrong, "; ".join(result.wrong) or "nothing")
        for name, value in result.figures:
            proof.figure(f"{name.replace(' ', '_')}_{seed}", value)
        proof.figure(f"seconds_{seed}", time.monotonic() - began)

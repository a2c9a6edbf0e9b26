"""The hospital: three weeks on a whole copy, with SQL, HL7 and FHIR behind a connector, a real Asterisk and simulated patients.

The story says what is to be told of each contact; what Callweave tells by its API, what the telephones saw and what stands
in the information system afterwards are held against it.
"""

from __future__ import annotations

import time

from examples.hospital.run.play import main
from examples.hospital.threads import THREADS
from tests.prove.proof import Proof

SEED = 11
"""Another story than the one that `make hospital` runs by itself."""


def prove(proof: Proof) -> None:
    began = time.monotonic()
    result = main(seed=SEED, threads=len(THREADS), folder=proof.folder / "hospital")
    right = sum(not told.wrong for told in result.told)
    proof.claim("every story is told right", right == len(result.told), f"{right} of {len(result.told)}")
    proof.claim("nothing happened that nobody expected", not result.wrong, "; ".join(result.wrong) or "nothing")
    for name, value in result.figures:
        proof.figure(name.replace(" ", "_"), value)
    proof.figure("seconds", time.monotonic() - began)

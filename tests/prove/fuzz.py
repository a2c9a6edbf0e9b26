"""A hundred thousand spoiled documents never cause anything but a list of faults.

Sound flows, among them one with every node type, have one to four values changed, dropped, added or put in another's place.
Checking each gives faults with sentences and nothing else; it compiles exactly when there is no error.
"""

from __future__ import annotations

import json
import time
import traceback
from collections import Counter

from engine.flow import check
from engine.host.settings import PROJECT
from engine.nodes import registry
from tests.engine.every_node import flows_of_every_node
from tests.engine.fuzzing import holds
from tests.engine.mutations import mutated
from tests.prove.proof import Proof

MUTATIONS = 100_000


def prove(proof: Proof) -> None:
    examples = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted((PROJECT / "flows" / "examples").glob("*.json"))
    ]
    every = flows_of_every_node()
    sound = [flow for flow in [*examples, *every, *every] if not check(flow, registry()).errors]
    missing = sorted(set(registry()) - {node["type"] for flow in sound for node in flow["nodes"].values()})
    proof.claim("every node type is in a flow that is spoiled", not missing, missing or f"{len(registry())} types")
    became: Counter[str] = Counter()
    broken: list[str] = []
    began = time.process_time()
    slowest = 0.0
    for seed in range(MUTATIONS):
        flow = sound[seed % len(sound)]
        document = mutated(flow, seed)
        at = time.process_time()
        try:
            became[holds(document, flow)] += 1
        except Exception as error:  # noqa: BLE001 (whatever it is, it is what is looked for)
            became["broken"] += 1
            place = traceback.extract_tb(error.__traceback__)[-1]
            broken.append(f"seed {seed}: {type(error).__name__}: {error} ({place.name}:{place.lineno})")
        slowest = max(slowest, time.process_time() - at)
    proof.claim("nothing but faults", not broken, broken[:5] or "none other")
    proof.claim(
        "many were refused, many faulty, many sound",
        min(became[kind] for kind in ("refused", "faulty", "sound")) > 500,
        dict(became),
    )
    proof.figure("mutations", MUTATIONS)
    proof.figure("cpu_ms_per_document", (time.process_time() - began) * 1000 / MUTATIONS)
    proof.figure("cpu_ms_slowest", slowest * 1000)

"""`python -m examples.hospital`: three weeks (`run`), the information system alone (`his`), loading by API (`load`)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from examples.hospital.threads import THREADS, spin

SEED = 7


def main(arguments: list[str]) -> int:
    """Do what is asked; 1 if a story was told wrong."""
    parser = argparse.ArgumentParser(prog="python -m examples.hospital", description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    run = parts.add_parser("run", help="three weeks on a whole copy of Callweave, then what was told")
    run.add_argument("--folder", type=Path, help="keep everything there")
    his = parts.add_parser("his", help="the information system: tells the story by database, HL7 and FHIR")
    his.add_argument("--database", required=True, help="SQLAlchemy URL: sqlite:///his.sqlite3, postgresql+psycopg://…")
    his.add_argument("--hl7", type=int, required=True, help="port of 127.0.0.1 that takes HL7 messages")
    his.add_argument("--fhir", required=True, help="base address of a FHIR server")
    for part in (run, his):
        part.add_argument("--seed", type=int, default=SEED)
        part.add_argument("--threads", type=int, default=len(THREADS), help="how many threads the story has")
    loading = parts.add_parser("load", help="bring record types, flows and triggers into a Callweave")
    loading.add_argument("url")
    loading.add_argument("key")
    asked = parser.parse_args(arguments)
    if asked.part == "his":
        from examples.hospital.his.program import main as tell

        tell(spin(asked.seed, asked.threads), database=asked.database, hl7_port=asked.hl7, fhir_url=asked.fhir)
        return 0
    if asked.part == "load":
        from examples.hospital.run.api import Api
        from examples.hospital.run.load import load

        load(Api(asked.url, asked.key))
        return 0
    from examples.hospital.run.play import main as play

    return 0 if play(seed=asked.seed, threads=asked.threads, folder=asked.folder).is_right else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

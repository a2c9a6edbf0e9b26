"""`python -m tests.prove [NAME…]`: the full-size proofs, each written to docs/proofs/NAME.md (DECISIONS 38).

A proof is a file `tests/prove/NAME.py` with a docstring that says what it proves and `def prove(proof: Proof) -> None`.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

from tests.prove.proof import Proof

HERE = Path(__file__).parent
FRAME = {"__main__", "counting", "proof", "recording", "sending"}


def main(wanted: list[str]) -> int:
    """Run the proofs; 1 if any does not hold."""
    known = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in FRAME)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no proof {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    failed = []
    for name in wanted or known:
        module = importlib.import_module(f"tests.prove.{name}")
        print(f"== {name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
        with tempfile.TemporaryDirectory(prefix="callweave-proof-") as folder:
            proof = Proof(name, module.__doc__ or "", Path(folder))
            try:
                module.prove(proof)
            finally:
                proof.close()
        proof.write()
        print(f"   {'holds' if proof.holds else 'DOES NOT HOLD'}: {proof.path}", flush=True)
        if not proof.holds:
            failed.append(name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

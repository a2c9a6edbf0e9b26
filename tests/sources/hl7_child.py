"""A connector's listener in a process of its own, which kills itself between receipt and answer.

`python -m tests.sources.hl7_child FOLDER PORT N WHEN`: at the Nth message, `before` or `after` it is kept; never for 0.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.faults import Fault
from engine.sources.document import read_document
from engine.sources.hl7.adapter import FEED
from engine.sources.keeping import Keeper
from engine.sources.place import Place
from engine.sources.source import Arrival, Surroundings

DOCUMENT: dict[str, Any] = {
    "kind": "hl7", "config": {"time_zone": "Asia/Shanghai"},
    "records": [{"record_type": "admission", "fields": {"admission_no": "{{ row.id }}", "name": "{{ row.patient.name }}"}}],
}  # fmt: skip


def main(folder: str, port: str, at: str, when: str) -> None:
    place = Place(Path(folder))
    setup, faults = read_document("his", DOCUMENT | {"config": {"port": int(port)}})
    assert setup is not None, faults
    keeper, came = Keeper(place.store, setup), 0

    def keep(arrivals: Sequence[Arrival]) -> list[list[Fault]]:
        nonlocal came
        came += len(arrivals)
        is_due = 0 < int(at) <= came
        if is_due and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answers = keeper.keep_arrivals(FEED, arrivals)
        if is_due:
            os.kill(os.getpid(), signal.SIGKILL)
        return answers

    listener: Any = setup.open(Surroundings(lambda *_: False, Path, place.folder, lambda *_: True)).listeners[FEED]
    listener.start(keep)
    print(listener.port, flush=True)
    sys.stdin.read()
    listener.stop()
    place.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

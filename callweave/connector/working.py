"""The sources of a connector at work: each is opened once, is read in a thread, and is asked from others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from callweave.connector.config import Configured
from engine.sources import wire
from engine.sources.answering import Answering
from engine.sources.document import SetUp
from engine.sources.place import Place
from engine.sources.pump import Pump
from engine.sources.source import Source, Surroundings
from engine.sources.status import SourceStatus, with_what_waits

COUNTED_SECONDS = 1.0


class Working:
    """One source at work."""

    def __init__(self, setup: SetUp, source: Source, pump: Pump, answering: Answering) -> None:
        self.setup = setup
        self.source = source
        self.pump = pump
        self.answering = answering


class Sources:
    """All sources of a connector. `kept` is called, in any thread, when there is something to be sent."""

    def __init__(self, configured: Configured, place: Place, kept: Callable[[], None]) -> None:
        self._place = place
        self._most = configured.most_waiting
        self._counted = 0.0
        self._waiting = 0
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.working: dict[str, Working] = {}
        for setup in configured.sources:
            if setup.document.enabled:
                source = setup.open(surroundings(place.folder / setup.name, configured.beside))
                pump = Pump(place.store, setup, source, kept=kept, has_room=self._has_room)
                self.working[setup.name] = Working(setup, source, pump, Answering(place.store, setup, source))

    def start(self) -> None:
        """Begin to read and to listen."""
        for name, working in self.working.items():
            thread = threading.Thread(target=working.pump.run, args=(self._stop,), name=f"source {name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self, seconds: float) -> None:
        """Take nothing more; what is being read or kept comes to its end."""
        self._stop.set()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        for working in self.working.values():
            working.source.close()

    def declared(self) -> list[wire.Declared]:
        """What lies behind this connector, as the platform is told."""
        return [_declared(working) for working in self.working.values()]

    def statuses(self) -> dict[str, SourceStatus]:
        """How each source is doing."""
        with self._place.store.read() as connection:
            return {
                name: with_what_waits(connection, name, working.pump.status) for name, working in self.working.items()
            }

    def _has_room(self) -> bool:
        now = time.monotonic()
        if now - self._counted > COUNTED_SECONDS:
            self._counted, self._waiting = now, self._place.waiting()
        return self._waiting < self._most


def surroundings(folder: Path, beside: Path) -> Surroundings:
    """Beside the HIS a source may connect and read wherever its file says; `beside`: the folder where that lies."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Surroundings(
        permits=lambda name, address, port: True, place=lambda path: beside / path, folder=folder,
        permits_listening=lambda address, port: True,
    )  # fmt: skip


def _declared(working: Working) -> wire.Declared:
    setup, config = working.setup, working.setup.config
    seconds = {name: query.seconds for name, query in config.queries.items()}
    seconds |= {name: statement.seconds for name, statement in config.statements.items()}
    return wire.Declared(
        name=setup.name, kind=setup.document.kind, feeds=[*working.source.readers, *working.source.listeners],
        record_types=sorted({mapping.record_type for mapping in setup.document.records}),
        queries={name: list(query.parameters) for name, query in config.queries.items()},
        statements={name: list(each.parameters) for name, each in config.statements.items()},
        seconds=seconds,
    )  # fmt: skip

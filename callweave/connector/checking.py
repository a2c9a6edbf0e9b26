"""Looking at a connector's file before it runs: are its feeds there, and what records would the first rows give?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from callweave.connector.config import Configured
from callweave.connector.working import surroundings
from engine.adapters.gateway import NotNow, Refused, Unsure
from engine.sources.document import SetUp, faults_of_feeds
from engine.sources.mapping import MappedRow, mapped
from engine.sources.source import Source

ROWS = 3


def check(configured: Configured, *, read: bool, say: Callable[[str], object]) -> bool:
    """Whether all is in order; each fault is said, and with `read` what the first rows would give."""
    good = True
    with tempfile.TemporaryDirectory() as folder:
        for setup in configured.sources:
            try:
                source = setup.open(surroundings(Path(folder) / setup.name, configured.beside))
            except (NotNow, Refused, Unsure) as error:
                say(f"error  sources.{setup.name}: {error.reason}")
                good = False
                continue
            try:
                faults = faults_of_feeds(setup, source, f"sources.{setup.name}")
                for fault in faults:
                    say(f"error  {fault}")
                good = good and not faults and (not read or _read(setup, source, say))
            finally:
                source.close()
    if good:
        count = len(configured.sources)
        say(f"{count} source{'' if count == 1 else 's'}, in order")
    return good


def _read(setup: SetUp, source: Source, say: Callable[[str], object]) -> bool:
    good = True
    for feed, reader in source.readers.items():
        place = f"sources.{setup.name} {feed}"
        try:
            batch = reader.read(None, ROWS)
        except (NotNow, Refused, Unsure) as error:
            say(f"error  {place}: {error.reason}")
            good = False
            continue
        say(f"{place}: {len(batch.rows)} rows read")
        for number, row in enumerate(batch.rows):
            for mapping in setup.document.records:
                if mapping.parts is not None or not mapping.is_about(feed):
                    continue
                made = mapped(mapping, row, at=datetime.now(UTC))
                if isinstance(made, MappedRow):
                    say(f"  row {number} → {made.record_type} {msgspec.json.encode(made.data).decode()}")
                for fault in made if isinstance(made, list) else ():
                    say(f"  row {number}: {fault}")
                    good = False
    return good

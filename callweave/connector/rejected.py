"""What a connector has rejected: it lies in its own file, for patients' data that nobody could use leaves no house."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from callweave.connector.config import Configured
from engine.faults import Fault
from engine.sources.place import FILE
from engine.store import Store, from_micros, spool, sqlite


def show(configured: Configured, *, source: str | None, limit: int, say: Callable[[str], object]) -> bool:
    """Say the latest of each source, the newest first; False if there is no such source. The connector may run."""
    names = [setup.name for setup in configured.sources if source in (None, setup.name)]
    if not names:
        return False
    path = configured.folder / FILE
    if not path.exists():
        say("Nothing was rejected: the connector has not run yet.")
        return True
    store = Store("connector", sqlite.open_file(path), one_writer=True)
    try:
        for name in names:
            _show(store, name, limit, say)
    finally:
        store.close()
    return True


def _show(store: Store, name: str, limit: int, say: Callable[[str], object]) -> None:
    with store.read() as connection:
        count, rows = spool.count_faulty(connection, name), spool.latest_faulty(connection, name, limit=limit)
    say(f"{name}: {count} rejected")
    for row in rows:
        say(f"  {from_micros(row.at).isoformat(timespec='seconds')}")
        for fault in msgspec.convert(row.errors, list[Fault]):
            say(f"    {fault}")
        for line in (row.text or "").splitlines():
            say(f"    | {_plain(line)}")


def _plain(line: str) -> str:
    """A line that moves no cursor: it comes from who knows where."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in line)

"""Looking from the command line whether the audit log is whole."""

from __future__ import annotations

from engine.host.settings import Settings
from engine.store import Stores, audit

LOGS = ("organisation", "platform")


class NoteUnclear(ValueError):
    """What was noted of a log is not written as it was printed."""


def checked(settings: Settings, tenant: str | None, known: str | None) -> tuple[list[str], bool]:
    """A line for each log, and whether all are whole; `known` is what was printed once, such as platform:12:ab…"""
    note = None if known is None else _read(known)
    stores, lines, whole = Stores(settings), [], True
    try:
        for name in [tenant] if tenant is not None else stores.tenant_names():
            for log, store in zip(LOGS, (stores.tenant(name), stores.control), strict=True):
                with store.read() as connection:
                    wanted = note[1:] if note is not None and note[0] == log else None
                    verdict = audit.verify(connection, name, known=wanted)
                whole = whole and verdict.broken_at is None
                lines.append(_line(name, log, verdict))
    finally:
        stores.close()
    return lines, whole


def _line(tenant: str, log: str, verdict: audit.Verdict) -> str:
    if verdict.broken_at is None:
        return f"{tenant}: whole: {log}:{verdict.entries}:{verdict.hash.hex()}"
    return f"{tenant}: {log} is broken at entry {verdict.broken_at}: {verdict.why}"


def _read(written: str) -> tuple[str, int, bytes]:
    log, _, rest = written.partition(":")
    number, _, value = rest.partition(":")
    try:
        known = (log, int(number), bytes.fromhex(value))
    except ValueError:
        known = ("", 0, b"")
    if known[0] not in LOGS or len(known[2]) != 32:
        raise NoteUnclear(f"{written!r} is not LOG:ENTRIES:HASH as `callweave audit verify` prints it")
    return known

"""Once a minute: numbers that a crash left reserved for nobody are freed (DECISIONS 5)."""

from __future__ import annotations

import threading

import sqlalchemy as sa
import structlog

from engine.store import Stores, TenantUnknown, now_micros, triggers

log = structlog.get_logger()

EVERY = 60.0


def sweep_for_ever(stores: Stores, stop: threading.Event) -> None:
    """Sweep until `stop`; several processes may do it, each row is settled once."""
    while not stop.wait(EVERY):
        try:
            settled = triggers.sweep_numbers(stores, at=now_micros())
        except (sa.exc.SQLAlchemyError, TenantUnknown) as error:
            log.warning("numbers are not swept", reason=str(error))
            continue
        if settled:
            log.info("numbers that a crash left were settled", count=settled)


def start(stores: Stores) -> threading.Event:
    """Sweep in a thread of this process; setting the event ends it."""
    stop = threading.Event()
    threading.Thread(target=sweep_for_ever, args=(stores, stop), name="sweeper", daemon=True).start()
    return stop

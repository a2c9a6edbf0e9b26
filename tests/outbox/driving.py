"""`python -m tests.outbox.driving SETTINGS`: a process that drives gateways, for tests that end it in the middle."""

from __future__ import annotations

import json
import signal
import sys
import threading

from engine.host.outbox.drivers import Drivers
from engine.host.settings import Settings
from engine.store import Stores


def main() -> None:
    """Drive until SIGTERM; says `ready` when it has begun."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    settings = Settings(**json.loads(sys.argv[1]))
    stores = Stores(settings)
    drivers = Drivers(settings, stores)
    drivers.start()
    print("ready", flush=True)
    stop.wait()
    drivers.close()
    stores.close()


if __name__ == "__main__":
    main()

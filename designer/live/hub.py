"""Which connectors have their line in this web process, and who wakes it: hints by Redis (`host/sources/hints.py`)."""

from __future__ import annotations

import threading
import time

import redis
import structlog

from engine.host.sources.hints import CHANNEL

log = structlog.get_logger()


class Hub:
    """The lines of this process, each woken when there is something for its connector."""

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client
        self._lock = threading.Lock()
        self._lines: dict[str, threading.Event] = {}
        self._listening = False

    def add(self, connector: bytes, woken: threading.Event) -> None:
        """A line stands."""
        with self._lock:
            self._lines[connector.hex()] = woken
            begin, self._listening = not self._listening, True
        if begin:
            threading.Thread(target=self._listen, name="connectors", daemon=True).start()

    def remove(self, connector: bytes, woken: threading.Event) -> None:
        """A line is cut."""
        with self._lock:
            if self._lines.get(connector.hex()) is woken:
                del self._lines[connector.hex()]

    def _listen(self) -> None:
        said = False
        while self._is_needed():
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as heard:  # type: ignore[no-untyped-call]
                    heard.subscribe(CHANNEL)
                    while self._is_needed():
                        said = False
                        message = heard.get_message(timeout=1.0)
                        if message is not None:
                            self._wake(message["data"])
            except (redis.RedisError, OSError) as error:
                if not said:
                    log.warning("connectors are hinted at by the clock alone", reason=str(error))
                said = True
                time.sleep(1.0)

    def _is_needed(self) -> bool:
        """Whether a line stands; the next one begins to listen again."""
        with self._lock:
            self._listening = bool(self._lines)
            return self._listening

    def _wake(self, data: bytes) -> None:
        with self._lock:
            woken = self._lines.get(data.decode("ascii", "replace"))
        if woken is not None:
            woken.set()

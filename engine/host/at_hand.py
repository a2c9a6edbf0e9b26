"""What a process that does jobs keeps at hand: databases, compiled flows, Redis, opened once and not for each job."""

from __future__ import annotations

import threading

from redis import Redis

from engine.host.live_view import LiveView
from engine.host.programs import Programs
from engine.host.settings import Settings
from engine.store import Stores


class AtHand:
    """The parts that jobs share. Safe for threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stores = Stores(settings)
        self.programs = Programs(settings.time_zone)
        self.redis = Redis.from_url(settings.redis_address, socket_connect_timeout=0.5, socket_timeout=5.0)
        self.live_view: LiveView | None = None
        """Where sessions are told of; None where no page can look."""

    def close(self) -> None:
        """Let the connections go."""
        if self.live_view is not None:
            self.live_view.close()
        self.stores.close()
        self.redis.close()


_lock = threading.Lock()
_ours: AtHand | None = None


def at_hand() -> AtHand:
    """What this process has at hand; made from its settings when it is first asked for."""
    global _ours
    with _lock:
        if _ours is None:
            _ours = AtHand(Settings.load())
        return _ours


def use(parts: AtHand | None) -> None:
    """Work with these from now on; None: with what the settings say."""
    global _ours
    with _lock:
        _ours = parts

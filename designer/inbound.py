"""What providers of texts are declared to tell us, as it was read last: not each callback is worth a decryption.

A process counts for itself how many come in a second.
"""

from __future__ import annotations

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from engine.adapters.sms_http import SmsHttpConfig
from engine.store import Store, gateways

MOST_KEPT = 1_000
LOGGED: RateLimitItem = RateLimitItemPerMinute(10)


class Declared:
    """The gateways by HTTP of all organisations, and how fast they may tell us something."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[int, SmsHttpConfig | None]] = {}
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def config(self, store: Store, gateway: str) -> SmsHttpConfig | None:
        """How a gateway is set up now; None if it is not, or of another kind.

        Raises CannotOpen and ValidationError where that cannot be read.
        """
        key = store.name, gateway
        with store.read() as connection:
            revision = gateways.revision(connection, gateway)
            kept = self._kept.get(key)
            if kept is not None and kept[0] == revision:
                return kept[1]
            row = gateways.get(connection, gateway)
        config = None if row is None or row.kind != "sms_http" else SmsHttpConfig.model_validate(row.config)
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        if revision != gateways.NONE:
            self._kept[key] = revision, config
        return config

    def may_tell(self, tenant: str, gateway: str, callback: str, rate: int) -> bool:
        """Whether one more fits into this second."""
        return self._limiter.hit(RateLimitItemPerSecond(rate), "told", tenant, gateway, callback)

    def may_log(self, tenant: str, gateway: str, why: str) -> bool:
        """Whether this refusal is worth a line in the log: whoever knocks all night fills no disk."""
        return self._limiter.hit(LOGGED, "logged", tenant, gateway, why)

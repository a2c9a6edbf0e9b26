"""Texts that have to leave by another gateway than the one at which they stand: by their number, or as it is down.

Only rows that are `due` are handed on, by who drives the gateway at which they stand: they have certainly not left, and
no other driver has seen them. It is one commit, after which they are due there. The texts to one number leave one after
the other by whichever gateways (`outbox.claim`), so their order is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from engine.store import Store, now_micros, outbox, own_settings
from engine.store.outbox import OutboxRow
from engine.store.times import SECOND
from engine.texting.addresses import canonical
from engine.texting.routes import FIRST, TextRoutes, belongs, family, following

log = structlog.get_logger()

ROUTES = "text_routes"
"""The name of the setting with an organisation's routes."""
MOST = 500
"""Rows that are looked at together."""
BATCHES = 10
LATE = 30 * SECOND
"""So long after it was due a row may come to be seen (microseconds): its turn took that long to be committed."""
START = 0, b""


class HandingOn:
    """For the texts at one gateway of one organisation; nothing for other gateways. In threads, one after the other.

    What stays is not looked at again and again, however much of it waits: a look goes on where the last one ended, and
    begins anew when the routes are others, or the gateway has gone down or come back.
    """

    def __init__(self, store: Store, gateway: str, country: str) -> None:
        self._store = store
        self._gateway = gateway
        self._country = country
        self._routes = TextRoutes()
        self._is_down = False
        self._after: tuple[int, bytes] = START

    @property
    def is_needed(self) -> bool:
        """Whether this gateway has to do with texts."""
        return family(self._gateway) == FIRST

    @property
    def is_routed(self) -> bool:
        """Whether there are routes."""
        return bool(self._routes.routes)

    def look(self, failing_for: float) -> int:
        """Hand on what belongs elsewhere, and all that waits if nothing was taken for so many seconds; how many."""
        with self._store.read() as connection:
            routes = own_settings.get(connection, ROUTES, TextRoutes)
        is_down = failing_for > routes.patience
        if (routes, is_down) != (self._routes, self._is_down):
            self._routes, self._is_down, self._after = routes, is_down, START
        if not routes.routes and self._gateway == FIRST:
            return 0
        moved = 0
        for _ in range(BATCHES):
            count, more = self._some(now_micros())
            moved += count
            if not more:
                break
        if moved:
            log.info("texts are handed on", tenant=self._store.name, gateway=self._gateway, count=moved, down=is_down)
        return moved

    def _some(self, at: int) -> tuple[int, bool]:
        """How many of the next ones went, and whether there are more. Of one that is down all go, whenever due."""
        with self._store.read() as connection:
            rows = outbox.due_at_gateway(
                connection, self._gateway, after=self._after, until=None if self._is_down else at, limit=MOST
            )  # fmt: skip
        more = len(rows) == MOST
        if more:
            self._after = rows[-1].due_at, rows[-1].id
        else:
            self._after = START if self._is_down else max(self._after, (at - LATE, b""))
        moves = [(row.id, to) for row in rows if (to := self._to(row.lane, row.reason, self._is_down))]
        if not moves:
            return 0, more
        reason = f"handed on by {self._gateway}: it takes nothing" if self._is_down else None
        with self._store.begin() as connection:
            return outbox.hand_on(connection, self._gateway, moves, reason=reason, at=at), more

    def apart(self, rows: Sequence[OutboxRow]) -> tuple[list[OutboxRow], list[OutboxRow]]:
        """Of rows that have just been claimed, those that leave here, and those that are to be given back."""
        if not self._routes.routes and self._gateway in (FIRST, family(self._gateway)):
            return list(rows), []
        staying = {row.id for row in rows if not self._to(row.lane, row.reason, False)}
        return [row for row in rows if row.id in staying], [row for row in rows if row.id not in staying]

    def _to(self, number: str | None, reason: str | None, is_down: bool) -> str:
        """Where a text goes on; empty if it stays."""
        spelled = canonical(number or "", self._country)
        to = belongs(self._routes, spelled, self._gateway, is_new=reason is None)
        if to == self._gateway and is_down:
            to = following(self._routes, spelled, self._gateway)
        return "" if to == self._gateway else to

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
from engine.texting.addresses import canonical
from engine.texting.routes import FIRST, TextRoutes, belongs, family, following

log = structlog.get_logger()

ROUTES = "text_routes"
"""The name of the setting with an organisation's routes."""
MOST = 500


class HandingOn:
    """For the texts at one gateway of one organisation; nothing for other gateways. In threads, one after the other."""

    def __init__(self, store: Store, gateway: str, country: str) -> None:
        self._store = store
        self._gateway = gateway
        self._country = country
        self._routes = TextRoutes()

    @property
    def is_needed(self) -> bool:
        """Whether this gateway has to do with texts."""
        return family(self._gateway) == FIRST

    def look(self, failing_for: float) -> int:
        """Hand on what belongs elsewhere, and all that waits if nothing was taken for so many seconds; how many."""
        with self._store.read() as connection:
            self._routes = routes = own_settings.get(connection, ROUTES, TextRoutes)
            if not routes.routes and self._gateway == FIRST:
                return 0
        is_down = failing_for > routes.patience
        moved = 0
        with self._store.begin() as connection:
            rows = outbox.due_at_gateway(connection, self._gateway, limit=MOST)
            moves = [(identity, to) for identity, number, reason in rows if (to := self._to(number, reason, is_down))]
            reason = f"handed on by {self._gateway}: it takes nothing" if is_down else None
            moved = outbox.hand_on(connection, self._gateway, moves, reason=reason, at=now_micros())
        if moved:
            log.info("texts are handed on", tenant=self._store.name, gateway=self._gateway, count=moved, down=is_down)
        return moved

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

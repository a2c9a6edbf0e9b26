"""Sources of kind `webhook` as they were read last: not each request is worth a decryption."""

from __future__ import annotations

from engine.sources.document import read_document
from engine.sources.keeping import Keeper
from engine.sources.webhook import WebhookConfig
from engine.store import Store, sources

MOST_KEPT = 1_000


class Webhook:
    """One that is in order: how it is set up, and what keeps its rows."""

    def __init__(self, config: WebhookConfig, keeper: Keeper) -> None:
        self.config = config
        self.keeper = keeper


class Webhooks:
    """Those of all organisations."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[int, Webhook]] = {}

    def find(self, store: Store, name: str) -> Webhook | None:
        """The webhook of this name that the platform listens to; None if there is none. Raises CannotOpen."""
        key = store.name, name
        with store.read() as connection:
            brief = next(iter(sources.brief(connection, name)), None)
            if brief is None or brief.connector_id is not None:
                return None
            kept = self._kept.get(key)
            if kept is not None and kept[0] == brief.revision:
                return kept[1]
            row = sources.get(connection, name)
        if row is None or row.kind != "webhook":
            return None
        setup, _ = read_document(name, row.document)
        if setup is None or not setup.document.enabled or not isinstance(setup.config, WebhookConfig):
            return None
        found = Webhook(setup.config, Keeper(store, setup))
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = row.revision, found
        return found

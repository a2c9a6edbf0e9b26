"""The tenant's other flows, as the linter asks for them: is there such a flow, does it come back, what is it given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.store import flows
from engine.store.databases import Store

Document = dict[str, Any]


class OtherFlows(Mapping[str, Document]):
    """Drafts by id and by name, read when asked for; the names gone through are those of flows that give inputs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Document | None] = {}
        self._giving: dict[str, Document] | None = None

    def __getitem__(self, named: str) -> Document:
        if named not in self._known:
            with self._store.read() as connection:
                text = flows.draft_named(connection, named)
            self._known[named] = None if text is None else json.loads(text)
        document = self._known[named]
        if document is None:
            raise KeyError(named)
        return document

    def __iter__(self) -> Iterator[str]:
        return iter(self._with_inputs())

    def __len__(self) -> int:
        return len(self._with_inputs())

    def _with_inputs(self) -> dict[str, Document]:
        if self._giving is None:
            with self._store.read() as connection:
                documents = [json.loads(text) for text in flows.drafts_with(connection, '"inputs":')]
            self._giving = {document["name"]: document for document in documents}
            self._known |= self._giving
        return self._giving

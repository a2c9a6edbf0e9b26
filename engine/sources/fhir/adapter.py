"""A FHIR server as a source: feeds by the time of change, declared searches, and resources that are written once."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from engine.adapters.sms_http.filling import filled
from engine.sources.fhir.asking import FhirAsker
from engine.sources.fhir.client import Client
from engine.sources.fhir.config import FhirConfig
from engine.sources.fhir.reading import FhirReader
from engine.sources.source import Asker, Listener, Reader, Surroundings


class FhirSource:
    """An open FHIR server; it connects when it is first read or asked."""

    def __init__(self, config: FhirConfig, surroundings: Surroundings) -> None:
        self._client = Client(config.url, headers_of(config), config.ca, surroundings)
        self.readers: Mapping[str, Reader] = {
            name: FhirReader(name, feed, config.page, config.url, self._client) for name, feed in config.feeds.items()
        }
        self.listeners: Mapping[str, Listener] = {}
        self.asker: Asker | None = FhirAsker(config, self._client)

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()


def headers_of(config: FhirConfig) -> dict[str, str]:
    """What goes with each request."""
    headers = {"Accept": "application/fhir+json", "User-Agent": "Callweave"}
    if config.user:
        pair = f"{config.user}:{config.secrets['password']}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"
    elif "token" in config.secrets:
        headers["Authorization"] = f"Bearer {config.secrets['token']}"
    secrets = {f"secrets.{name}": value for name, value in config.secrets.items()}
    return headers | {name: str(filled(value, secrets)) for name, value in config.headers.items()}

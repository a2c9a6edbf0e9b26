"""Asking an Asterisk whether it is there: one short request, with our password, and no proxy of the environment."""

from __future__ import annotations

import base64
import http.client
import urllib.error
import urllib.request
from urllib.parse import urlsplit

PATIENCE = 3.0


def ari_answers(address: str) -> tuple[str, bool]:
    """The host of ARI's URL, for people, and whether it answers."""
    parts = urlsplit(address)
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    password = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
    url = f"{plain.geturl().rstrip('/')}/asterisk/ping"
    request = urllib.request.Request(url, headers={"Authorization": f"Basic {password}"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            return plain.netloc, answer.status == 200
    except (urllib.error.URLError, OSError, http.client.HTTPException):
        return plain.netloc, False

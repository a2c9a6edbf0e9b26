"""Asking Asterisk by plain HTTP: one question, one answer, and the reason in plain words where there is none."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import TypeVar

import msgspec

from engine.adapters.ari.config import AriConfig, AriMisconfigured

T = TypeVar("T")


class NoAnswer(Exception):
    """Asterisk does not answer as it should; the message says why and what to mend."""


def ask(address: str | None, path: str, shape: type[T], *, hint: str) -> T:
    """The answer of ARI to a GET; raises NoAnswer. `hint` is what to do where nothing listens."""
    content = fetch(address, path, hint=hint)
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.MsgspecError as error:
        raise NoAnswer(f"what answers at CALLWEAVE_ARI_URL is no ARI: {error}") from None


def fetch(address: str | None, path: str, *, hint: str = "is `callweave up` running?") -> bytes:
    """The bytes that ARI gives for a GET; raises NoAnswer."""
    if address is None:
        raise NoAnswer(f"there is no address of an Asterisk yet: {hint}")
    try:
        config = AriConfig.read(address)
    except AriMisconfigured as error:
        raise NoAnswer(str(error)) from None
    base = config.url.replace("ws", "http", 1).partition("/events")[0]
    request = urllib.request.Request(f"{base}/{path}", headers={"Authorization": config.authorization})
    # no proxy of the environment: Asterisk is our own server
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        raise NoAnswer(f"{_REASONS.get(error.code, f'answers {error.code}')} ({base})") from None
    except (urllib.error.URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise NoAnswer(f"does not answer at {base} ({reason}): {hint}") from None


_REASONS = {
    401: "refuses user and password: make CALLWEAVE_ARI_URL and ari.conf the same",
    403: "does not let this user in: look at ari.conf",
    404: "has no ARI here: enable it in ari.conf, and look at the path in CALLWEAVE_ARI_URL",
    503: "is not ready yet: wait a moment",
}

"""The types that settings have beside the plain ones: each says of a value that it cannot be used, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from engine.adapters.guard import Allowed
from engine.host.alerts import NAMES
from engine.store.sealing import is_key


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _certificates(path: Path) -> Path:
    path = _absolute(path)
    try:
        with path.open("rb") as file:
            found = b"-----BEGIN CERTIFICATE-----" in file.read()
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    if not found:
        raise ValueError("has no certificate in PEM form")
    return path


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone such as Asia/Shanghai") from None
    return name


def _usable_keys(keys: str) -> str:
    for key in keys.split(","):
        if keys and not is_key(key.strip().encode()):
            raise ValueError("must be keys of 44 characters as the data folder's seal.key has, separated by commas")
    return keys


def _known_hosts(written: str) -> str:
    Allowed.read(written)
    return written


def _known_alerts(thresholds: dict[str, float]) -> dict[str, float]:
    if unknown := sorted(thresholds.keys() - NAMES):
        raise ValueError(f"no alert {', '.join(unknown)}; there are {', '.join(sorted(NAMES))}")
    return thresholds


Port = Annotated[int, Field(ge=1, le=65535)]
AbsolutePath = Annotated[Path, AfterValidator(_absolute)]
"""A path, made absolute; `~` is the home folder."""
Certificates = Annotated[Path, AfterValidator(_certificates)]
"""A file of certificates in PEM form."""
TimeZone = Annotated[str, AfterValidator(_known_zone)]
"""A name of the tz database."""
SealKeys = Annotated[str, AfterValidator(_usable_keys)]
"""Fernet keys, the newest first, separated by commas."""
Hosts = Annotated[str, AfterValidator(_known_hosts)]
"""Inner hosts that flows may reach (`engine/adapters/guard.py`)."""
Thresholds = Annotated[dict[str, float], AfterValidator(_known_alerts)]
"""When each alert is raised, by its name (`engine/host/alerts.py`)."""

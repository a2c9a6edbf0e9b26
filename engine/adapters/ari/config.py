"""Where ARI is and who we are there, from one URL such as `http://user:password@127.0.0.1:8088/ari`."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path
from typing import Self
from urllib.parse import quote, unquote, urlsplit

import msgspec

_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
_APPLICATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class AriMisconfigured(ValueError):
    """The ARI URL cannot be used: mend `CALLWEAVE_ARI_URL`."""


class AriConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What the client needs to know. `url` has neither user nor password, so it may be logged."""

    url: str
    authorization: str
    application: str = "callweave"
    recordings: Path | None = None
    """Where Asterisk writes recordings, under a path that both of us see."""
    time_limit: float = 5.0
    """Seconds after which a request counts as not answered."""
    patience: float = 30.0
    """Seconds without any connection after which live calls count as lost; at once where nothing listens any more."""

    @classmethod
    def read(cls, url: str, *, application: str = "callweave", recordings: Path | None = None) -> Self:
        """Take the URL apart; raises AriMisconfigured that says what is wrong, and never shows the password."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise AriMisconfigured(f"CALLWEAVE_ARI_URL: {error}") from None
        if parts.scheme not in _SCHEMES or not host:
            raise AriMisconfigured("CALLWEAVE_ARI_URL: must look like http://user:password@host:8088/ari")
        if not parts.username or parts.password is None:
            raise AriMisconfigured("CALLWEAVE_ARI_URL: has no user and password (http://user:password@host:8088/ari)")
        if not _APPLICATION.fullmatch(application):
            raise AriMisconfigured(f"not a name for an application: {application!r}")
        login = f"{unquote(parts.username)}:{unquote(parts.password)}"
        path = parts.path.rstrip("/") or "/ari"
        place = f"[{host}]" if ":" in host else host
        return cls(
            url=f"{_SCHEMES[parts.scheme]}://{place}:{port or 8088}{path}/events?app={quote(application)}",
            authorization=f"Basic {b64encode(login.encode()).decode()}",
            application=application,
            recordings=recordings,
        )

    def __repr__(self) -> str:
        """Without the password."""
        return f"AriConfig(url={self.url!r})"

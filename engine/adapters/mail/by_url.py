"""The operator's own mail server, as `CALLWEAVE_SMTP_URL` names it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def config_of(url: str, *, sender: str, ca: str = "") -> dict[str, Any]:
    """`smtp://user:password@host:587` as a gateway's config: with TLS where the server has it; `smtps://` is all TLS.

    `?starttls` sends nothing without TLS, `?plain` does without.
    """
    parts = urlsplit(url)
    asked = parse_qs(parts.query, keep_blank_values=True)
    security = "starttls" if "starttls" in asked else "none" if "plain" in asked else "optional"
    if parts.scheme == "smtps":
        security = "tls"
    return {
        "host": parts.hostname or "127.0.0.1", "port": parts.port or (465 if security == "tls" else 25),
        "security": security, "user": unquote(parts.username or ""), "sender": sender, "ca": ca,
        "secrets": {"password": unquote(parts.password or "")},
    }  # fmt: skip

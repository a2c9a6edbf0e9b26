"""Certificates of authorities that a config may bring, as text in PEM form."""

from __future__ import annotations

import ssl

from engine.fields import fault

MESSAGES = {"has no certificate in PEM form that can be read"}
"""Sentences of this module; each has its translation."""


def certificates(pem: str) -> str:
    """The text, if it holds certificates or nothing at all; a fault otherwise."""
    if pem:
        try:
            ssl.create_default_context(cadata=pem)
        except (ssl.SSLError, ValueError):
            raise fault("has no certificate in PEM form that can be read") from None
    return pem

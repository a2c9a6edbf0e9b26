"""Telephones through Asterisk's REST interface (ARI)."""

from engine.adapters.ari.adapter import AriTelephony
from engine.adapters.ari.config import AriConfig, AriMisconfigured

__all__ = ["AriConfig", "AriMisconfigured", "AriTelephony"]

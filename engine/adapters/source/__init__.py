"""The gateway of sources: what flows look up there, and what they write back."""

from engine.adapters.source.adapter import SourceGateway
from engine.adapters.source.config import SourceGatewayConfig

__all__ = ["SourceGateway", "SourceGatewayConfig"]

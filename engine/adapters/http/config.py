"""How the gateway of HTTP requests is set up; it is there without being set up, too."""

from __future__ import annotations

from pydantic import Field

from engine.adapters.gateway import GatewayConfig


class HttpConfig(GatewayConfig):
    """Requests go to whatever address their node says."""

    at_once: int = Field(100, title="At once", ge=1, le=500, description="Requests that may be on their way together.")

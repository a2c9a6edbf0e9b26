"""HTTP: requests to other people's servers."""

from engine.adapters.http.adapter import HttpGateway
from engine.adapters.http.config import HttpConfig

__all__ = ["HttpConfig", "HttpGateway"]

"""Webhook: a system sends its records by HTTP, in JSON or as a form (docs/webhook.md)."""

from __future__ import annotations

from engine.sources.source import Kind
from engine.sources.webhook.adapter import WebhookSource
from engine.sources.webhook.config import WebhookConfig

KIND = Kind(WebhookConfig, WebhookSource)

__all__ = ["KIND", "WebhookConfig", "WebhookSource"]

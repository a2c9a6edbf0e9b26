"""Webhook: a system sends its records by HTTP, in JSON or as a form (docs/webhook.md)."""

from __future__ import annotations

from engine.sources.source import Kind
from engine.sources.webhook.adapter import WebhookSource
from engine.sources.webhook.config import WebhookConfig
from engine.sources.webhook.translate import sampled

KIND = Kind(WebhookConfig, WebhookSource, sample=sampled)

__all__ = ["KIND", "WebhookConfig", "WebhookSource"]

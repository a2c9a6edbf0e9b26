"""Secrets in what an organisation sets up: never shown again, and kept where they are not given anew."""

from __future__ import annotations

from typing import Any

from engine.secret import MASK


def with_known_secrets(config: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """The config with the secrets that were not given again."""
    given, known = config.get("secrets"), before.get("secrets", {})
    if not isinstance(given, dict):
        return config
    kept = {name: known.get(name, "") if value == MASK else value for name, value in given.items()}
    return {**config, "secrets": kept}


def without_secrets(config: dict[str, Any]) -> dict[str, Any]:
    """The config as it is shown."""
    if not isinstance(config.get("secrets"), dict):
        return config
    return {**config, "secrets": dict.fromkeys(config["secrets"], MASK)}

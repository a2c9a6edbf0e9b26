"""Where prompts stand in a flow's document, and what one says in a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def prompt_at(nodes: Mapping[str, Any], node: str, place: str) -> Any:
    """The prompt at a place of a node's config, such as choices.1.said; None if there is none."""
    drawn = nodes.get(node)
    value = drawn.get("config") if isinstance(drawn, dict) else None
    for step in place.split("."):
        if isinstance(value, list):
            known = step.isascii() and step.isdigit() and len(step) < 5 and int(step) < len(value)
            value = value[int(step)] if known else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def said_in(prompt: Any, language: str) -> Any:
    """What a prompt says in a language: its own words there, or those that it has for all."""
    return prompt.get(language) if isinstance(prompt, dict) else prompt


def assets_in(said: Any) -> list[str]:
    """The recordings that are heard in it, by their assets' names."""
    parts = said if isinstance(said, list) else []
    return [part["audio"] for part in parts if isinstance(part, dict) and isinstance(part.get("audio"), str)]

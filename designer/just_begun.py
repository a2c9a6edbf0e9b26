"""A session that has just begun, of a flow that does nothing: the names that templates have for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.flow import compile_flow
from engine.session import start
from engine.session.session import Session


def just_begun(
    language: str, *, contact: Mapping[str, Any], record: Mapping[str, Any], at: datetime, time_zone: str = "UTC"
) -> Session:
    """The session; what a flow finds out on its way is not there. `time_zone` is for a contact without one."""
    program = compile_flow(
        {"callweave": 1, "name": "-", "languages": [language], "start": "end", "nodes": {"end": {"type": "end"}}},
        time_zone=time_zone,
    )
    return start(program, contact=contact, record=record, at=at).session

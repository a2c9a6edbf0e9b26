"""Triggers: what starts a flow, one kind per file; pure.

A kind is a strict config, and where it is about records the answer to one question: what does this change, or this
moment, start? Who starts it, once, is `host/following.py` (records) and `host/planned.py` (dates and schedules).
"""

from engine.triggers.kinds import KINDS, compiled, read_trigger

__all__ = ["KINDS", "compiled", "read_trigger"]

"""Missed call: somebody whom we called in vain calls back.

His session goes on if it waits for that; where none does, the flow starts, and its templates know by `call.returned`
which call it is that he returns.
"""

from __future__ import annotations

from engine.triggers.call import CallTrigger


class MissedCallTrigger(CallTrigger):
    """Lets the session of the missed call go on with the caller on the line, else starts the flow with him."""

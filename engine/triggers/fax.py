"""Fax: a machine calls a number of ours that is kept for faxes; the flow has a node that takes them."""

from __future__ import annotations

from engine.triggers.call import CallTrigger


class FaxTrigger(CallTrigger):
    """Starts the flow with the machine on the line."""

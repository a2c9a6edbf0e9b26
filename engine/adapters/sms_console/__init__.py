"""Texts onto the console, for trying: a line of the log each. No phone gets anything.

What is said to patients then stands in the log, so this is nothing for a house that has any.
"""

from __future__ import annotations

import structlog

from engine.adapters.gateway import Carried, LeaseOver, Refused, Surroundings
from engine.adapters.text_config import TextConfig
from engine.commands import Command, SendSms
from engine.events import MessageSent

log = structlog.get_logger()


class SmsConsoleConfig(TextConfig):
    """There is nothing to fill in but the limits."""


class SmsConsoleGateway:
    """Logs `SendSms`."""

    def __init__(self, config: SmsConsoleConfig, surroundings: Surroundings) -> None:
        self._may_act = surroundings.may_act

    async def carry_out(self, command: Command, key: str) -> Carried:
        """Write one line."""
        if not isinstance(command, SendSms):
            raise Refused(f"this gateway sends no {command.type}")
        if not self._may_act():
            raise LeaseOver("the lease is over")
        log.info("text", to=command.to, sender=command.sender, text=command.text, key=key)
        return Carried(event=MessageSent(command_id=command.id, state=command.until), reference=key)

    async def close(self) -> None:
        """Nothing is open."""


__all__ = ["SmsConsoleConfig", "SmsConsoleGateway"]

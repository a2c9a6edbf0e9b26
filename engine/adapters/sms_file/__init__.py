"""Texts into a file, for trying: a line of JSON each, in the data folder's `sent/<organisation>/sms.jsonl`.

No phone gets anything. The line is on the disk before the text counts as sent, so the file is a ledger to compare with.
"""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime

import msgspec

from engine.adapters.gateway import Carried, LeaseOver, NotNow, Refused, Surroundings
from engine.adapters.text_config import TextConfig
from engine.commands import Command, SendSms
from engine.events import MessageSent


class SmsFileConfig(TextConfig):
    """There is nothing to fill in but the limits."""


class SmsFileGateway:
    """Writes `SendSms` into a file."""

    def __init__(self, config: SmsFileConfig, surroundings: Surroundings) -> None:
        self._path = surroundings.folder / "sms.jsonl"
        self._may_act = surroundings.may_act

    async def carry_out(self, command: Command, key: str) -> Carried:
        """Write one line."""
        if not isinstance(command, SendSms):
            raise Refused(f"this gateway sends no {command.type}")
        if not self._may_act():
            raise LeaseOver("the lease is over")
        line = {
            "at": datetime.now(UTC), "key": key, "to": command.to, "sender": command.sender, "text": command.text,
        }  # fmt: skip
        try:
            await asyncio.to_thread(self._write, msgspec.json.encode(line) + b"\n")
        except OSError as error:
            raise NotNow(f"the file cannot be written: {error.strerror}") from None
        return Carried(event=MessageSent(command_id=command.id, state=command.until), reference=key)

    async def close(self) -> None:
        """Nothing is open."""

    def _write(self, line: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())


__all__ = ["SmsFileConfig", "SmsFileGateway"]

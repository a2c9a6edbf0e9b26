"""How commands, events and states are written: tagged Structs, one snake_case word for each type.

The same bytes go into the journal, the inbox and the outbox, and the same words stand in scenarios and in the API.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from engine.secret import mask


def wire_name(class_name: str) -> str:
    """The word for a type on the wire: `DigitsGathered` → `digits_gathered`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", class_name).lower()


class Tagged(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=wire_name, omit_defaults=True, gc=False):
    """A message that says by its `type` what it is: plain data without rings, nothing for the garbage collector."""

    @property
    def type(self) -> str:
        """The word by which this message goes on the wire."""
        tag = self.__struct_config__.tag
        assert isinstance(tag, str)
        return tag


def as_data(message: Tagged) -> dict[str, Any]:
    """The message as plain data for people and JSON: every field, defaults too, and times as RFC 3339."""
    return {"type": message.type} | {name: plain(value) for name, value in msgspec.structs.asdict(message).items()}


def plain(value: Any) -> Any:
    """A value as plain data: messages too, times as RFC 3339, secrets masked."""
    if isinstance(value, Tagged):
        return as_data(value)
    if isinstance(value, tuple):
        return [plain(entry) for entry in value]
    return msgspec.to_builtins(value, enc_hook=mask)

"""Recordings that a flow speaks of by name → where the telephone adapter finds them: the folder of their tenant."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from engine.commands import Audio, Command, Part
from engine.store.files import played_folder

AnyCommand = TypeVar("AnyCommand", bound=Command)
_PROMPTS = ("prompt", "whisper", "announce", "announce_leaving")
_SOUNDS = ("audio", "hold_music")


def located(tenant: str, command: AnyCommand) -> AnyCommand:
    """The command with every recording's name made into its folder, under the folder of all assets.

    Names are the flow's, so nobody reaches another tenant's recordings by one.
    """
    changes: dict[str, object] = {}
    for field in _PROMPTS:
        prompt: tuple[Part, ...] = getattr(command, field, ())
        for part in prompt:
            if type(part) is Audio:
                changes[field] = tuple(_located(tenant, each) for each in prompt)
                break
    for field in _SOUNDS:
        if name := getattr(command, field, ""):
            changes[field] = played_folder(tenant, name)
    return replace(command, **changes) if changes else command


def _located(tenant: str, part: Part) -> Part:
    if type(part) is Audio:
        return Audio(asset=played_folder(tenant, part.asset), language=part.language)
    return part

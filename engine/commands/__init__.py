"""What the engine asks for, imperative."""

from engine.commands.call import Answer, CallCommand, Gather, HangUp, PlayPrompt
from engine.commands.command import Command
from engine.commands.prompt import Audio, Digits, Part, Pause, Say

AnyCommand = CallCommand
"""Every command there is: the type to decode by."""

__all__ = [
    "Answer", "AnyCommand", "Audio", "CallCommand", "Command", "Digits", "Gather", "HangUp", "Part", "Pause",
    "PlayPrompt", "Say",
]  # fmt: skip

"""What can go wrong in making speech, named by what the caller should do."""

from __future__ import annotations

from engine.adapters.prompts import PromptFailed


class SpeechUnavailable(PromptFailed):
    """There is no speech program: an administrator must install it."""


class SpeechRefused(PromptFailed):
    """This cannot be spoken as it is (too long, no voice, no such recording): change it."""


class SpeechBusy(PromptFailed):
    """Too much is waiting to be spoken: try again later."""


class SpeechFailed(PromptFailed):
    """The speech program failed at this text, or took too long: trying again may help."""

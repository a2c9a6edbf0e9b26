"""Speech: prompts made into sound files by espeak-ng, a program of its own."""

from engine.adapters.speech.adapter import Speech
from engine.adapters.speech.config import SpeechConfig
from engine.adapters.speech.errors import SpeechBusy, SpeechFailed, SpeechRefused, SpeechUnavailable
from engine.adapters.speech.workshop import Workshop

__all__ = ["Speech", "SpeechBusy", "SpeechConfig", "SpeechFailed", "SpeechRefused", "SpeechUnavailable", "Workshop"]

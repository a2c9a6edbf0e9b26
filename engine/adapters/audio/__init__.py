"""Sound that people put in, made into what Asterisk plays."""

from engine.adapters.audio.convert import Converted, SoundRefused, convert

__all__ = ["Converted", "SoundRefused", "convert"]

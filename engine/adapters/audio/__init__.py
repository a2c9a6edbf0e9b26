"""Sound that people put in, made into what Asterisk plays."""

from engine.adapters.audio.apart import converted
from engine.adapters.audio.convert import Converted, SoundRefused

__all__ = ["Converted", "SoundRefused", "converted"]

"""What a prompt is made of once its templates are filled in: parts, in the order in which they are heard."""

from __future__ import annotations

from engine.wire import Tagged


class Say(Tagged, frozen=True, kw_only=True):
    """Text to be spoken in `language` (BCP 47); `constant` if it is the same for every caller.

    `voice` is one of the speech program's, empty for the language's own; `rate` is 1 for as fast as it speaks.
    """

    text: str
    language: str
    constant: bool = False
    voice: str = ""
    rate: float = 1.0


class Audio(Tagged, frozen=True, kw_only=True):
    """A stored recording, by its asset's name; in `language` (BCP 47) if there is one in it."""

    asset: str
    language: str = ""


class Digits(Tagged, frozen=True, kw_only=True):
    """Digits spoken one by one: a card number, a telephone number; `voice` and `rate` as in `Say`."""

    digits: str
    language: str
    voice: str = ""
    rate: float = 1.0


class Pause(Tagged, frozen=True, kw_only=True):
    """Silence, in seconds."""

    seconds: float


Part = Say | Audio | Digits | Pause

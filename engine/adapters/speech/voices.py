"""Which of espeak-ng's voices speaks a language, and the words for single keys in it."""

from __future__ import annotations

import msgspec

from engine.adapters.speech.errors import SpeechRefused

FORMAT = "1"
"""Part of every clip's name: raised when the same text shall sound different, so that old clips are not used."""


class Voice(msgspec.Struct, frozen=True):
    """One voice, by its name in espeak-ng; `rate` in percent of the words per minute that are set."""

    name: str
    rate: int = 100


_VOICES = {
    "zh": "cmn", "zh-cn": "cmn", "zh-hans": "cmn", "zh-tw": "cmn", "zh-hk": "yue", "zh-hant-hk": "yue", "zh-mo": "yue",
    "cmn": "cmn", "yue": "yue", "en": "en-us", "en-us": "en-us", "en-gb": "en-gb", "ar": "ar", "bg": "bg", "bn": "bn",
    "cs": "cs", "da": "da", "de": "de", "el": "el", "es": "es", "es-mx": "es-419", "et": "et", "fa": "fa", "fi": "fi",
    "fr": "fr-fr", "he": "he", "hi": "hi", "hr": "hr", "hu": "hu", "id": "id", "it": "it", "ja": "ja", "ko": "ko",
    "lt": "lt", "lv": "lv", "ms": "ms", "nb": "nb", "nl": "nl", "no": "nb", "pl": "pl", "pt": "pt", "pt-br": "pt-br",
    "ro": "ro", "ru": "ru", "sk": "sk", "sl": "sl", "sr": "sr", "sv": "sv", "sw": "sw", "ta": "ta", "th": "th",
    "tr": "tr", "uk": "uk", "ur": "ur", "vi": "vi",
}  # fmt: skip

_RATES = {"cmn": 130, "yue": 130}  # espeak-ng takes each Chinese syllable for a word

_KEYS = {
    "cmn": dict(zip("0123456789*#", "零一二三四五六七八九", strict=False)) | {"*": "星号", "#": "井号"},
    "yue": dict(zip("0123456789*#", "零一二三四五六七八九", strict=False)) | {"*": "星号", "#": "井号"},
}
_ENGLISH = {"*": "star", "#": "pound"}


def voice_for(language: str, name: str = "", rate: float = 1.0) -> Voice:
    """The voice for a language tag (BCP 47): its own, else that of the shorter tag; raises SpeechRefused.

    Another one where it is named, which is installed; `rate` times as fast as it speaks otherwise.
    """
    if name or rate != 1.0:
        spoken_by = name or voice_for(language).name
        return Voice(spoken_by, round(_RATES.get(base_of(spoken_by), 100) * rate))
    tag = language.replace("_", "-").lower()
    while tag:
        if tag in _VOICES:
            return Voice(_VOICES[tag], _RATES.get(_VOICES[tag], 100))
        tag = tag.rpartition("-")[0]
    raise SpeechRefused(f"there is no voice for the language {language!r}")


def base_of(name: str) -> str:
    """The language's voice that a voice is made from: `en-gb` of `en-gb+f3`."""
    return name.partition("+")[0]


def word_for(key: str, voice: Voice) -> str:
    """What is said for one digit or sign; a voice without words of its own reads the digit as it stands."""
    words = _KEYS.get(base_of(voice.name))
    if words is not None:
        return words.get(key, key)
    return _ENGLISH.get(key, key) if voice.name.startswith("en") else key

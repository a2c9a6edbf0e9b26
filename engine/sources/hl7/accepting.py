"""Which messages a listener takes: by version, kind and purpose; and what one becomes on its way in. Pure."""

from __future__ import annotations

import hashlib
import re
from zoneinfo import ZoneInfo

import msgspec

from engine.faults import Fault, shown
from engine.sources.hl7.answering import NO_HEADER
from engine.sources.hl7.config import Hl7Config
from engine.sources.hl7.framing import BadBlock, Block
from engine.sources.hl7.reading import Message, Wrong, read
from engine.sources.hl7.translate import rows
from engine.sources.source import Arrival

MESSAGES = {
    "is a version that is not known (is {value})", "is a kind of message that is not taken here (is {value})",
    "is not for this purpose (is {value})", "at most {limit} bytes (has {actual})",
    "another message began before this one ended",
}  # fmt: skip
"""Sentences of this module; each has its translation."""

_FRAMES = {0x0B: None, 0x1C: None}
_VERSION = re.compile(r"2\.[1-9](\.\d)?")


class Taken(msgspec.Struct, frozen=True):
    """What came: the header to answer by, what is wrong with it so far, and what is handed on."""

    message: Message
    wrong: tuple[Wrong, ...]
    arrival: Arrival


def taken(block: Block | BadBlock, config: Hl7Config) -> Taken | None:
    """What came, ready to be kept; None for what nobody can be answered about."""
    if isinstance(block, BadBlock):
        return _bad(block, config)
    found = read(block.content, charset=config.charset, always=config.charset_always)
    message = found.message or NO_HEADER
    wrong = found.wrong or refused(message, config)
    id = _id(message, block.content)
    if wrong is not None:
        text = block.content.decode(message.codec, "backslashreplace")
        return Taken(message, (wrong,), Arrival(id=id, text=text, faults=(wrong.fault,)))
    zone = None if config.time_zone is None else ZoneInfo(config.time_zone)
    text = block.content.decode(message.codec)
    return Taken(message, (), Arrival(rows=rows(message, zone), id=id, text=text))


def sampled(config: Hl7Config, text: str) -> list[Arrival]:
    """What messages would give that somebody has copied, one or several, whose lines end in whatever way."""
    plain = config.model_copy(update={"charset": "utf-8", "charset_always": True})
    written = re.split(r"^(?=MSH)", "\n".join(text.translate(_FRAMES).splitlines()), flags=re.MULTILINE)
    found = (taken(Block(each.encode("utf-8", "replace")), plain) for each in written if each.strip())
    return [one.arrival for one in found if one is not None]


def refused(message: Message, config: Hl7Config) -> Wrong | None:
    """Why a message that can be read is none for us."""
    version, kind, purpose = message.header(12), message.header(9), message.header(11)
    if version and _VERSION.fullmatch(version) is None:
        return _rejected("203", 12, "is a version that is not known (is {value})", version)
    if kind not in config.types:
        return _rejected("200", 9, "is a kind of message that is not taken here (is {value})", kind)
    if purpose and purpose not in config.processing:
        return _rejected("202", 11, "is not for this purpose (is {value})", purpose)
    return None


def _rejected(code: str, field: int, sentence: str, value: str) -> Wrong:
    return Wrong(code, Fault(f"MSH.{field}", sentence, {"value": shown(value)}), "MSH", field=field, rejects=True)


def _bad(block: BadBlock, config: Hl7Config) -> Taken | None:
    if block.why == "stray":
        return None
    message = read(block.head, charset=config.charset, always=config.charset_always).message or NO_HEADER
    if block.why == "too_long":
        limit = {"limit": config.most_bytes, "actual": block.length}
        wrong = Wrong("207", Fault("", "at most {limit} bytes (has {actual})", limit), rejects=True)
    else:
        wrong = Wrong("207", Fault("", "another message began before this one ended"))
    text = block.head.decode(message.codec, "backslashreplace")
    return Taken(message, (wrong,), Arrival(id=_id(message, block.head), text=text, faults=(wrong.fault,)))


def _id(message: Message, content: bytes) -> str:
    """The same for a message that is sent again: by its sender, its control id and what it says.

    The control id alone would not do: there are systems that count from 1 again each morning.
    """
    known = "\x1f".join((message.header(3), message.header(4), message.header(10))).encode()
    return hashlib.sha256(known + b"\x1f" + content).hexdigest()[:40]

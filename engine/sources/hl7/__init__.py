"""HL7 v2 over MLLP: a hospital's system sends ADT, SIU and ORU messages to a port (docs/hl7.md)."""

from __future__ import annotations

from engine.sources.hl7.accepting import taken
from engine.sources.hl7.adapter import Hl7Source
from engine.sources.hl7.config import Hl7Config
from engine.sources.hl7.framing import Block
from engine.sources.source import Arrival, Kind


def _sample(config: Hl7Config, text: str) -> list[Arrival]:
    """The rows of a message as people copy it, whose lines end in whatever way."""
    written = "\r".join(text.strip("\x0b\x1c\r\n").splitlines())
    found = taken(Block(written.encode()), config.model_copy(update={"charset": "utf-8", "charset_always": True}))
    return [] if found is None else [found.arrival]


KIND = Kind(Hl7Config, Hl7Source, sample=_sample)

__all__ = ["KIND", "Hl7Config", "Hl7Source"]

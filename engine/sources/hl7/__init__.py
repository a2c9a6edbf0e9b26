"""HL7 v2 over MLLP: a hospital's system sends ADT, SIU and ORU messages to a port (docs/hl7.md)."""

from __future__ import annotations

from engine.sources.hl7.accepting import sampled
from engine.sources.hl7.adapter import Hl7Source
from engine.sources.hl7.config import Hl7Config
from engine.sources.source import Kind

KIND = Kind(Hl7Config, Hl7Source, sample=sampled)

__all__ = ["KIND", "Hl7Config", "Hl7Source"]

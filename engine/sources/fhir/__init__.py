"""FHIR servers (R4): resources by the time of their change, live searches, and writing once."""

from engine.sources.fhir.adapter import FhirSource
from engine.sources.fhir.config import FhirConfig
from engine.sources.source import Kind

KIND = Kind(FhirConfig, FhirSource)

__all__ = ["KIND", "FhirConfig", "FhirSource"]

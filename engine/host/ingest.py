"""Records come in: checked, compared with what is kept, written, and what follows from them started, in one go."""

from __future__ import annotations

from engine.records.rows import Ingested, Rejected, Row

__all__ = ["Ingested", "Rejected", "Row"]

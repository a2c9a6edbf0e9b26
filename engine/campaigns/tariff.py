"""What calls and texts cost."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from engine.campaigns.playing import Line


class Tariff(BaseModel):
    """Prices in one currency; a call costs from the moment that somebody, or a machine, answers."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    currency: str = Field("CNY", pattern="^[A-Z]{3}$")
    setup: float = Field(0.0, ge=0, lt=1e6, description="For each call that is answered.")
    per_minute: float = Field(0.0, ge=0, lt=1e6)
    billed_in: int = Field(60, ge=1, le=60, description="Seconds that a call is rounded up to: 60, 6 or 1.")
    per_text: float = Field(0.0, ge=0, lt=1e6)
    per_fax: float = Field(0.0, ge=0, lt=1e6)

    def call(self, talked: float) -> float:
        """The price of a call that was up for so many seconds; nothing for one that nobody answered."""
        if talked <= 0:
            return 0.0
        return self.setup + math.ceil(talked / self.billed_in) * self.billed_in * self.per_minute / 60

    def session(self, lines: Sequence[Line], texts: int = 0, faxes: int = 0) -> float:
        """The price of all that a session did."""
        return sum(self.call(line.talked) for line in lines) + texts * self.per_text + faxes * self.per_fax

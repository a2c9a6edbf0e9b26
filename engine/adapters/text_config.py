"""What is filled in for every gateway that sends texts: the signature, the most parts, and what a part costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from engine.adapters.gateway import GatewayConfig
from engine.texting.outgoing import Rules

MILLION = 1_000_000


class TextConfig(GatewayConfig):
    """The fields that all of them have."""

    signature: str = Field(
        "", title="Signature", max_length=30, description="Stands in 【】 before or behind each text."
    )
    signature_place: Literal["start", "end"] = Field("start", title="Where the signature stands")
    most_parts: int = Field(
        10,
        title="Parts at most",
        ge=1,
        le=255,
        description="A text that takes more is not sent: each part is paid for.",
    )
    price: Decimal | None = Field(None, title="Price of a part", ge=0, le=1_000, max_digits=10, decimal_places=6)
    currency: str | None = Field(None, title="Currency", pattern=r"^[A-Z]{3}$", description="Such as CNY.")


def rules_of(config: GatewayConfig) -> Rules:
    """What a gateway that is set up so asks of texts; nothing where it sends none."""
    sender = str(getattr(config, "sender", ""))
    if not isinstance(config, TextConfig):
        return Rules(sender=sender)
    return Rules(
        signature=config.signature, place=config.signature_place, most_parts=config.most_parts, sender=sender,
        price=None if config.price is None else int(config.price * MILLION), currency=config.currency,
        plain_signs=bool(getattr(config, "plain_signs", False)),
    )  # fmt: skip

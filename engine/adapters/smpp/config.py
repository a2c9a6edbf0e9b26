"""How a message centre is reached by SMPP 3.4, and how texts are written for it.

    {"host": "smsc.example.net", "port": 2775, "system_id": "clinic", "secrets": {"password": "…"},
     "sender": "106900", "binds": 2, "window": 10, "rate": 50}
"""

from __future__ import annotations

import ssl
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from engine.adapters.text_config import TextConfig
from engine.fields import fault

MESSAGES = {"holds no certificate in PEM: {reason}", "needs a secret named password"}


def _certificates(written: str) -> str:
    if written:
        try:
            ssl.create_default_context(cadata=written)
        except (ssl.SSLError, ValueError) as error:
            raise fault("holds no certificate in PEM: {reason}", reason=str(error)) from None
    return written


Octet = Annotated[int, Field(ge=0, le=255)]
Name = Annotated[str, StringConstraints(max_length=15, pattern=r"^[\x21-\x7e]*$")]
Secret = Annotated[str, StringConstraints(max_length=64, pattern=r"^[\x21-\x7e]*$")]
Status = Annotated[int, Field(ge=1, le=0xFFFF_FFFF)]


class SmsSmppConfig(TextConfig):
    """A message centre."""

    host: str = Field(title="Host", min_length=1, max_length=253, pattern=r"^[A-Za-z0-9._:-]+$")
    port: int = Field(2775, title="Port", ge=1, le=65_535)
    tls: bool = Field(False, title="TLS")
    ca: Annotated[str, AfterValidator(_certificates)] = Field(
        "", title="Certificates to trust", max_length=100_000,
        description="In PEM; the system's if empty.",
    )  # fmt: skip
    system_id: Name = Field(title="System id", min_length=1)
    system_type: Name = Field("", title="System type", max_length=12)
    secrets: dict[Literal["password"], Secret] = Field(title="Secrets", description="`password`.")
    bind_as: Literal["transceiver", "transmitter_receiver"] = Field(
        "transceiver", title="Bind as", description="Both ways on one connection, or one connection for each way."
    )
    binds: int = Field(1, title="Binds", ge=1, le=20, description="Connections, or pairs of them, side by side.")
    address_range: str = Field("", title="Address range", max_length=40, pattern=r"^[\x20-\x7e]*$")
    window: int = Field(
        10, title="Window", ge=1, le=500, description="Parts on each bind that the centre has not answered yet."
    )
    at_once: int = Field(100, title="At once", ge=1, le=500, description="Texts that may be on their way together.")
    rate: float | None = Field(
        None, title="Rate", gt=0, le=10_000, allow_inf_nan=False,
        description="Parts of texts a second at most; as fast as it goes if empty.",
    )  # fmt: skip
    timeout: float = Field(20, title="Wait for the answer", ge=1, le=120, allow_inf_nan=False)
    enquire_link: float = Field(
        30, title="Ask whether it is there", ge=1, le=600, allow_inf_nan=False,
        description="After so many seconds without a word (enquire_link).",
    )  # fmt: skip
    sender: str = Field("", title="Sender", max_length=20, description="Where a node gives none.")
    sender_ton: Octet | None = Field(None, title="Sender's type of number", description="By its looks if empty.")
    sender_npi: Octet | None = Field(None, title="Sender's numbering plan")
    to_format: Literal["as_given", "digits", "plus"] = Field("digits", title="How numbers are written")
    to_ton: Octet | None = Field(
        None, title="Type of number", description="1 where it begins with +, else 0, if empty."
    )
    to_npi: Octet | None = Field(None, title="Numbering plan", description="1 if empty.")
    service_type: str = Field("", title="Service type", max_length=5, pattern=r"^[\x21-\x7e]*$")
    registered_delivery: int = Field(
        1, title="Receipts", ge=0, le=31, description="1: ask for each text what became of it; 0: never."
    )
    message_ids: Literal["same", "hex_then_decimal", "decimal_then_hex"] = Field(
        "same", title="Ids in receipts",
        description="The number system of an id when a text is taken, and in its receipt.",
    )  # fmt: skip
    gsm7: Literal["unpacked", "packed"] = Field(
        "unpacked", title="GSM's alphabet", description="SMPP leaves it unpacked."
    )
    gsm7_coding: Octet = Field(0, title="data_coding of GSM's alphabet")
    ucs2_coding: Octet = Field(8, title="data_coding of UCS-2")
    plain_signs: bool = Field(
        False,
        title="Plain signs",
        description="Curly quotes and the like as plain ones, where the text then fits GSM's.",
    )
    long_texts: Literal["udh", "message_payload"] = Field(
        "udh", title="Long texts", description="In parts with a header, or whole for the centre to divide."
    )
    try_again: list[Status] = Field(
        [], title="Statuses of a text that was not taken for now", max_length=50,
        description="Besides ESME_RMSGQFUL, ESME_RTHROTTLED, ESME_RSYSERR and ESME_RX_T_APPN.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if "password" not in self.secrets:
            raise fault("needs a secret named password")
        return self

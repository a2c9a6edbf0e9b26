"""How a provider tells us what came in and what became of a text: where each field stands, and how it is known.

    "callbacks": {
      "receipts": {"tells": "receipt", "reference": "form.MessageSid", "state": "form.MessageStatus",
                   "states": {"delivered": "delivered", "undelivered": "failed", "sent": "buffered"},
                   "known_by": {"stands": "header.X-Twilio-Signature", "sign": {"algorithm": "hmac-sha1", …}}}}

Whoever can reach the address could say that a patient has answered. So each callback has a secret that stands at some
place, or a signature; addresses may be asked for besides.
"""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.adapters.message_news import ReceiptState
from engine.adapters.networks import Network
from engine.adapters.sms_http.asked import Place
from engine.adapters.sms_http.filling import names_in
from engine.adapters.sms_http.signing import SIGNED_NAMES, SecretName, Signing
from engine.faults import shown
from engine.fields import fault

MESSAGES = {
    "needs either the secret that stands there or how it is signed",
    "{value} is not signed, so that anybody could write it",
    "{value} is no name that may be signed; there are {names}, and places such as header.X-Time",
    "needs {value}",
    "has each.… without where the reports stand",
}
Charset = Literal["utf-8", "gb18030", "gbk", "utf-16-be", "utf-16-le", "latin-1", "cp1252", "ascii"]
_WHOLE: Final = {
    "header": (), "query": ("url", "path"), "form": ("body",), "json": ("body",), "each": ("body",),
}  # fmt: skip
"""What has to be signed for all that stands there to be."""
_NEEDED: Final = {"receipt": ("reference", "state"), "text": ("sender", "receiver", "text")}


class KnownBy(BaseModel):
    """How the one who tells is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stands: Place = Field(title="Where the secret or the signature stands")
    secret: SecretName | None = Field(None, title="The secret that stands there")
    sign: Signing | None = Field(None, title="How it is signed")
    time: Place | None = Field(None, title="Where its time stands", description="In seconds since 1970, or written.")
    within: int = Field(300, title="Not older than", ge=1, le=86_400, description="Seconds.")
    addresses: list[Network] = Field(
        [], title="Only from these networks", max_length=100
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.secret is None) == (self.sign is None):
            raise fault("needs either the secret that stands there or how it is signed")
        if self.sign is None:
            return self
        names = set(names_in(self.sign.signed))
        for name in names:
            if name not in SIGNED_NAMES and name.partition(".")[0] not in (*_WHOLE, "secrets"):
                listed = ", ".join(SIGNED_NAMES)
                raise fault(
                    "{value} is no name that may be signed; there are {names}, and places such as header.X-Time",
                    value=shown(name), names=listed,
                )  # fmt: skip
        return self


class Answer(BaseModel):
    """What the provider wants to hear when it is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: int = Field(200, title="Status", ge=200, le=299)
    text: str = Field("", title="Text", max_length=2_000)
    content_type: str = Field("text/plain", title="Media type", pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=60)


class Callback(BaseModel):
    """One kind of news, and where each of its fields stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tells: Literal["receipt", "text"] = Field(title="What it tells")
    method: Literal["GET", "POST"] = Field("POST", title="Method")
    known_by: KnownBy = Field(title="How the provider is known")
    each: Place | None = Field(None, title="Where the reports stand", description="A list in JSON: json.reports.")
    reference: Place | None = Field(None, title="Id of our text")
    state: Place | None = Field(None, title="State")
    states: dict[str, ReceiptState] = Field({}, title="What its states mean", max_length=200)
    reason: Place | None = Field(None, title="Reason")
    id: Place | None = Field(None, title="The provider's id of a text that came in")
    sender: Place | None = Field(None, title="Sender")
    receiver: Place | None = Field(None, title="Receiver")
    text: Place | None = Field(None, title="Text")
    charset: Charset = Field("utf-8", title="Charset")
    charset_from: Place | None = Field(None, title="Where the charset is named")
    charsets: dict[str, Charset] = Field({}, title="Charsets by their names there", max_length=50)
    time: Place | None = Field(None, title="Time", description="In seconds since 1970, or written with its zone.")
    part_reference: Place | None = Field(None, title="Which long text it is a part of")
    part_number: Place | None = Field(None, title="Number of the part")
    part_total: Place | None = Field(None, title="How many parts it has")
    rate: int = Field(200, title="Requests a second at most", ge=1, le=10_000)
    answer: Answer = Answer()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in _NEEDED[self.tells]:
            if getattr(self, name) is None:
                raise fault("needs {value}", value=name)
        if self.each is None and any(str(place).startswith("each.") for place in self.places()):
            raise fault("has each.… without where the reports stand")
        if self.known_by.sign is not None:
            names = set(names_in(self.known_by.sign.signed))
            lists = () if self.each is None else (f"each.{self.each}",)  # a list is no field that could be sorted
            for place in filter(None, (*self.places(), *lists, self.known_by.time)):
                if not _is_signed(place, names, self.method):
                    raise fault("{value} is not signed, so that anybody could write it", value=place)
        return self

    def places(self) -> list[str]:
        """All places that are named."""
        names = ("reference", "state", "reason", "id", "sender", "receiver", "text", "charset_from", "time")
        parts = ("part_reference", "part_number", "part_total")
        return [place for name in (*names, *parts) if (place := getattr(self, name)) is not None]


def _is_signed(place: str, names: set[str], method: str) -> bool:
    """Whether what stands at a place is part of what is signed."""
    kind, _, rest = place.partition(".")
    if place in names or not names.isdisjoint(_WHOLE[kind]):
        return True
    by_field = any(name.startswith("sorted") for name in names)
    fields = kind == "query" if method == "GET" else kind == "form" or (kind == "json" and "." not in rest)
    return by_field and fields

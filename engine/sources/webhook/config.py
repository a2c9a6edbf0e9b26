"""How a source is set up that is sent records by HTTP.

    {"secrets": {"theirs": "…"}, "rows": "json.data.visits", "id": "header.X-Delivery",
     "known_by": {"stands": "header.X-Signature", "time": "header.X-Time", "within": 300,
                  "sign": {"algorithm": "hmac-sha256", "secret": "theirs", "signed": "{{ header.X-Time }}.{{ body }}"}}}

What is signed, with what, and where it stands is said in the same words as for the callbacks of text gateways.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from engine.adapters.sms_http.asked import Place
from engine.adapters.sms_http.callbacks import Answer, KnownBy
from engine.adapters.sms_http.filling import names_in
from engine.fields import fault
from engine.sources.port_config import PortConfig
from engine.sources.source import SourceConfig

MESSAGES = {
    "there is no secret {value}", "the rows are a list in JSON, such as json.data.rows",
    "{value} is not signed, so that anybody could write it", "a webhook can only be listened to",
    "a port of its own needs to know who sends: known_by",
}  # fmt: skip
"""Sentences of this module; each has its translation."""

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
MOST_BYTES = 8_388_608


class Listen(PortConfig):
    """A port of its own, where no platform is that has one: beside the HIS."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    path: str = Field("/in", title="Path", pattern=r"^/[A-Za-z0-9._~/-]*$", max_length=200)


class WebhookConfig(SourceConfig):
    """Where the rows stand in a request, what makes it the same when it is sent again, and how its sender is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: Place | None = Field(
        None, title="Where the rows stand",
        description="A list in JSON: json.data.rows. Empty: the whole body is one row, or a list of them.",
    )  # fmt: skip
    id: Place | None = Field(
        None, title="Id",
        description="Of the request (header.X-Delivery, json.id) or of a row (each.id): sent again, it counts once.",
    )  # fmt: skip
    also: dict[Name, Place] = Field(
        {}, title="Values of the request that each row gets", max_length=50, description="event: header.X-Event"
    )
    known_by: KnownBy | None = Field(
        None, title="How the sender is known", description="Without it, a request needs an API key of the organisation."
    )
    public_url: str = Field(
        "", title="Our address, as the sender knows it", max_length=200, pattern=r"^(https?://[^\s/]+)?$",
        description="https://calls.example.org; for signatures over the address.",
    )  # fmt: skip
    answer: Answer | None = Field(None, title="Answer", description="In place of what became of the rows, in JSON.")
    most_bytes: int = Field(1_048_576, title="Bytes of a request", ge=1_024, le=MOST_BYTES)
    most_rows: int = Field(1_000, title="Rows of a request", ge=1, le=10_000)
    rate: int = Field(50, title="Requests a second at most", ge=1, le=1_000)
    listen: Listen | None = Field(None, title="A port of its own", description="Beside the HIS.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.queries or self.statements:
            raise fault("a webhook can only be listened to")
        if self.rows is not None and not self.rows.startswith("json."):
            raise fault("the rows are a list in JSON, such as json.data.rows")
        if self.known_by is None:
            if self.listen is not None:
                raise fault("a port of its own needs to know who sends: known_by")
            return self
        sign = self.known_by.sign
        named = {self.known_by.secret} if sign is None else {sign.secret, *_secrets_in(sign.signed)}
        for secret in filter(None, named):
            if not self.secrets.get(secret):
                raise fault("there is no secret {value}", value=secret)
        if sign is not None and "body" not in names_in(sign.signed):
            raise fault("{value} is not signed, so that anybody could write it", value="body")
        return self


def _secrets_in(signed: str) -> set[str]:
    return {name.partition(".")[2] for name in names_in(signed) if name.startswith("secrets.")}

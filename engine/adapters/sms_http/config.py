"""How a provider's HTTP interface for texts is described: what is asked, and how its answer is read.

Providers differ in words, not in kind: a request with the number, the text and a password, and an answer that says by
its status or by a field whether the text was taken. So a provider is a few lines of configuration, not code:

    {"url": "http://127.0.0.1:13013/cgi-bin/sendsms", "method": "GET", "accepted": [202],
     "params": {"username": "callweave", "password": "{{ secrets.password }}", "to": "{{ to }}", "text": "{{ text }}",
                "charset": "UTF-8", "coding": "{{ coding }}"}, "secrets": {"password": "…"}}
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import re2
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from engine.adapters.sms_http.callbacks import Callback
from engine.adapters.sms_http.filling import NAMES, names_in
from engine.adapters.sms_http.signing import SIGNED_NAMES, Filled, SecretName, Signing
from engine.adapters.text_config import TextConfig
from engine.faults import shown
from engine.fields import fault

MESSAGES = {
    "{value} is no name that may stand here; there are {names}",
    "{value} is no regular expression: {reason}",
    "has a form and JSON; only one of them can be the body",
    "needs a secret named password beside the user",
    "needs one pair of brackets around the id",
    "there is no secret named {value}",
    "the secret {value} is too short for what keeps strangers out: at least 16 signs",
    "stands in JSON, and there is none",
}

SHORTEST = 16


def _expression(written: str) -> str:
    try:
        re2.compile(written)
    except re2.error as error:
        reason = str(error)
        raise fault("{value} is no regular expression: {reason}", value=shown(written), reason=reason) from None
    return written


def _with_a_group(written: str) -> str:
    if re2.compile(_expression(written)).groups != 1:
        raise fault("needs one pair of brackets around the id")
    return written


Status = Annotated[int, Field(ge=200, le=599)]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_expression)]
IdPattern = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_with_a_group)]
Place = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,9}$")]
"""A field of a JSON answer: `data.0.id`."""
CallbackName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
SignedPlace = Annotated[str, StringConstraints(pattern=r"^(?:query|form|json|header)\.[^\s.{}]{1,64}$")]


class Sign(Signing):
    """The signature of our requests, and where it stands in them: `query.sign`, `header.X-Signature`."""

    stands: SignedPlace = Field(title="Where the signature stands")


class SmsHttpConfig(TextConfig):
    """A provider's HTTP interface."""

    url: str = Field(title="Address", pattern=r"^https?://[^\s/?#@\\]+([/?#]\S*)?$", max_length=2_000)
    method: Literal["GET", "POST", "PUT"] = Field("POST", title="Method")
    params: dict[str, Filled] = Field({}, title="Parameters in the address", max_length=50)
    headers: dict[str, Filled] = Field({}, title="Headers", max_length=30)
    form: dict[str, Filled] = Field({}, title="Form", max_length=50, description="The body, as a form.")
    json_body: Any = Field(None, title="JSON", description="The body, as JSON; texts in it may have names.")
    user: str = Field("", title="User", max_length=200, description="For Basic authentication, with secrets.password.")
    secrets: dict[SecretName, Filled] = Field({}, title="Secrets", max_length=20)
    sender: str = Field("", title="Sender", max_length=20, description="Where a node gives none.")
    to_format: Literal["as_given", "digits", "plus"] = Field("as_given", title="How numbers are written")
    timeout: float = Field(20, title="Wait for the answer", ge=1, le=120, allow_inf_nan=False)
    accepted: list[Status] = Field([200, 201, 202], title="Statuses of a text that was taken", min_length=1)
    accepted_field: Place | None = Field(None, title="Field that says so", description="In a JSON answer: data.code.")
    accepted_values: list[str] = Field(["0"], title="Its values", min_length=1, max_length=20)
    accepted_pattern: Pattern | None = Field(None, title="Expression that the answer fits")
    try_again: list[Status] = Field(
        [429, 503], title="Statuses of a text that was not taken for now", description="It is certainly not sent then."
    )
    message_id_field: Place | None = Field(None, title="Field with the provider's id")
    message_id_pattern: IdPattern | None = Field(None, title="Expression around the provider's id")

    our_id: bool = Field(
        False, title="Receipts name our id", description="`key` is the text's id then; it goes with the request."
    )
    sign: Sign | None = Field(None, title="Signature of our requests")
    public_url: str = Field(
        "", title="Our address", max_length=200, pattern=r"^(https?://[^\s/?#@\\]+)?$",
        description="As the provider knows it, for its signatures; as the request says if empty.",
    )  # fmt: skip
    callbacks: dict[CallbackName, Callback] = Field(
        {}, title="What the provider tells us", max_length=10,
        description="Each at /api/v1/inbound/ORGANISATION/GATEWAY/NAME.",
    )  # fmt: skip

    @property
    def receipts(self) -> bool:
        """Whether the provider tells what becomes of a text."""
        return any(callback.tells == "receipt" for callback in self.callbacks.values())

    @model_validator(mode="after")
    def _signed(self) -> Self:
        wanted = [callback.known_by.secret for callback in self.callbacks.values()]
        for signing in (self.sign, *(callback.known_by.sign for callback in self.callbacks.values())):
            if signing is not None:
                wanted += [signing.secret, *(name[8:] for name in names_in(signing.signed) if name[:8] == "secrets.")]
        for name in filter(None, wanted):
            if name not in self.secrets:
                raise fault("there is no secret named {value}", value=name)
        for callback in self.callbacks.values():
            secret = callback.known_by.secret
            if secret is not None and len(self.secrets[secret]) < SHORTEST:
                raise fault(
                    "the secret {value} is too short for what keeps strangers out: at least 16 signs", value=secret
                )
        if self.sign is not None and self.sign.stands.startswith("json.") and not isinstance(self.json_body, dict):
            raise fault("stands in JSON, and there is none")
        return self

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.form and self.json_body is not None:
            raise fault("has a form and JSON; only one of them can be the body")
        if self.user and "password" not in self.secrets:
            raise fault("needs a secret named password beside the user")
        known = {*NAMES, *(f"secrets.{name}" for name in self.secrets)}
        signed = [] if self.sign is None else list(names_in(self.sign.signed))
        for name in (*names_in([self.params, self.headers, self.form, self.json_body]), *signed):
            if name not in known and not (name in SIGNED_NAMES and name in signed):
                listed = ", ".join(sorted(known))
                raise fault("{value} is no name that may stand here; there are {names}", value=name, names=listed)
        return self

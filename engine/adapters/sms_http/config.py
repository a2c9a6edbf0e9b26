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

from engine.adapters.sms_http.filling import NAMES, names_in
from engine.adapters.text_config import TextConfig
from engine.faults import shown
from engine.fields import fault

MESSAGES = {
    "{value} is no name that may stand here; there are {names}",
    "{value} is no regular expression: {reason}",
    "has a form and JSON; only one of them can be the body",
    "needs a secret named password beside the user",
    "needs one pair of brackets around the id",
}


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


Filled = Annotated[str, StringConstraints(max_length=4_000)]
Status = Annotated[int, Field(ge=200, le=599)]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_expression)]
IdPattern = Annotated[str, StringConstraints(min_length=1, max_length=500), AfterValidator(_with_a_group)]
Place = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,9}$")]
"""A field of a JSON answer: `data.0.id`."""
SecretName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


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

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.form and self.json_body is not None:
            raise fault("has a form and JSON; only one of them can be the body")
        if self.user and "password" not in self.secrets:
            raise fault("needs a secret named password beside the user")
        known = {*NAMES, *(f"secrets.{name}" for name in self.secrets)}
        for name in names_in([self.params, self.headers, self.form, self.json_body]):
            if name not in known:
                listed = ", ".join(sorted(known))
                raise fault("{value} is no name that may stand here; there are {names}", value=name, names=listed)
        return self

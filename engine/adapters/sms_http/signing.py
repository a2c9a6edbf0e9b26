"""Signatures by declaration: over what, with which key, by which algorithm, written how. Pure.

Providers sign in a dozen ways that differ in four things only. The same words describe the signature that we put under
a request of ours, and the one that a provider puts under what it tells us:

    {"algorithm": "md5", "encoding": "hex_upper", "signed": "{{ sorted }}&key={{ secrets.app_key }}"}
    {"algorithm": "hmac-sha1", "encoding": "base64", "secret": "auth_token", "signed": "{{ url }}{{ sorted_joined }}"}
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal, Self
from urllib.parse import quote_from_bytes

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from engine.adapters.sms_http.filling import filled, names_in
from engine.fields import fault

MESSAGES = {
    "needs the name of the secret that is the key of {value}",
    "{value} has no key of its own: the secret has to stand in what is signed",
}

Filled = Annotated[str, StringConstraints(max_length=4_000)]
SecretName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
SIGNED_NAMES: Final = ("method", "url", "path", "host", "body", "sorted", "sorted_encoded", "sorted_joined")
"""What may be signed besides. The sorted ones are all fields of the form or of the JSON, or of the address where there
is no body, by name, without the signature's own: `a=1&b=2`, the same percent-encoded, and `a1b2`."""
Pairs = list[tuple[bytes, bytes]]


class Signing(BaseModel):
    """How a signature is made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    algorithm: Literal["hmac-sha256", "hmac-sha1", "hmac-sha512", "hmac-md5", "sha256", "sha1", "md5"] = Field(
        "hmac-sha256", title="Algorithm"
    )
    secret: SecretName | None = Field(None, title="Key", description="The name of a secret; for HMAC.")
    signed: Filled = Field(title="What is signed", min_length=1)
    encoding: Literal["hex", "hex_upper", "base64"] = Field("hex", title="How it is written")
    prefix: str = Field("", title="Stands before it", max_length=40, description="sha256=")

    @model_validator(mode="after")
    def _keyed(self) -> Self:
        if self.algorithm.startswith("hmac-"):
            if self.secret is None:
                raise fault("needs the name of the secret that is the key of {value}", value=self.algorithm)
        elif not any(name.startswith("secrets.") for name in names_in(self.signed)):
            raise fault(
                "{value} has no key of its own: the secret has to stand in what is signed", value=self.algorithm
            )
        return self


def signature(signing: Signing, values: Mapping[str, bytes], secrets: Mapping[str, str]) -> str:
    """The signature over the values that its template names."""
    known = {name: value.decode("latin-1") for name, value in values.items()}
    known |= {f"secrets.{name}": _as_bytes(value) for name, value in secrets.items()}
    signed = filled(_as_bytes(signing.signed), known).encode("latin-1")
    name = signing.algorithm.removeprefix("hmac-")
    if signing.secret is not None and signing.algorithm != name:
        made = hmac.new(secrets.get(signing.secret, "").encode(), signed, name).digest()
    else:
        made = hashlib.new(name, signed).digest()
    if signing.encoding == "base64":
        return signing.prefix + base64.b64encode(made).decode()
    return signing.prefix + (made.hex().upper() if signing.encoding == "hex_upper" else made.hex())


def in_order(pairs: Iterable[tuple[bytes, bytes]], *, without: str = "") -> dict[str, bytes]:
    """Fields in the three orders in which they may be signed."""
    ordered = sorted(pair for pair in pairs if pair[0] != without.encode())
    return {
        "sorted": b"&".join(name + b"=" + value for name, value in ordered),
        "sorted_encoded": b"&".join(_encoded(name) + b"=" + _encoded(value) for name, value in ordered),
        "sorted_joined": b"".join(name + value for name, value in ordered),
    }


def _encoded(octets: bytes) -> bytes:
    return quote_from_bytes(octets, safe="-_.~").encode()


def _as_bytes(text: str) -> str:
    """A text as a text of one character for each of its bytes, so that bytes of any kind may stand beside it."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")

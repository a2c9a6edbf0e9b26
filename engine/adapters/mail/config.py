"""How an organisation's mail leaves and comes in: a mail server that takes it, and a way by which answers come back."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from engine.adapters.certificates import certificates
from engine.adapters.gateway import GatewayConfig
from engine.faults import shown
from engine.fields import fault

MESSAGES = {
    "{value} is no e-mail address",
    "{value} is too long: 13 characters at most before the @, for a tag of ours follows them",
    "needs a secret named {name} beside the user",
}
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\+]{1,190}")
BEFORE_A_TAG = 13
PORTS = {"tls": 465, "starttls": 587, "optional": 25, "none": 25}
IMAP_PORTS = {"tls": 993, "starttls": 143, "none": 143}


def _address(written: str) -> str:
    if written and not _ADDRESS.fullmatch(written):
        raise fault("{value} is no e-mail address", value=shown(written))
    return written


def _to_be_tagged(written: str) -> str:
    if len(_address(written).partition("@")[0]) > BEFORE_A_TAG or not written.isascii():
        raise fault(
            "{value} is too long: 13 characters at most before the @, for a tag of ours follows them",
            value=shown(written),
        )
    return written


Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,253}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Address = Annotated[str, StringConstraints(max_length=250), AfterValidator(_address)]
Tagged = Annotated[str, StringConstraints(max_length=200), AfterValidator(_to_be_tagged)]
Authorities = Annotated[str, StringConstraints(max_length=100_000), AfterValidator(certificates)]
SecretName = Literal["password", "imap_password"]


class ImapConfig(BaseModel):
    """A mailbox that is looked into."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: Host = Field(title="Server")
    port: Port | None = Field(None, title="Port", description="993 with TLS and 143 without if empty.")
    security: Literal["tls", "starttls", "none"] = Field("tls", title="Encryption")
    user: str = Field(title="User", min_length=1, max_length=200, description="With secrets.imap_password.")
    folder: str = Field("INBOX", title="Folder", min_length=1, max_length=200, pattern=r'^[^"\\\x00-\x1f]+$')
    every: float = Field(30, title="Look every", ge=1, le=3_600, description="Seconds.", allow_inf_nan=False)


class SmtpConfig(GatewayConfig):
    """A mail server (SMTP), and the addresses to which bounces and replies go."""

    host: Host = Field(title="Server")
    port: Port | None = Field(
        None, title="Port", description="465 with TLS, 587 with STARTTLS and 25 for the others if empty."
    )
    security: Literal["tls", "starttls", "optional", "none"] = Field(
        "starttls", title="Encryption",
        description="TLS from the first byte, STARTTLS, STARTTLS where the server has it, or none.",
    )  # fmt: skip
    ca: Authorities = Field("", title="Own authorities", description="Certificates (PEM); the system's if empty.")
    user: str = Field("", title="User", max_length=200, description="With secrets.password.")
    secrets: dict[SecretName, Annotated[str, StringConstraints(max_length=4_000)]] = Field({}, title="Secrets")
    hello: str = Field("", title="Our name", pattern=r"^[A-Za-z0-9.-]{0,253}$", description="As the server is greeted.")
    sender: Address = Field(title="Sender", min_length=3)
    sender_name: str = Field("", title="Sender's name", max_length=100)
    reply_to: Tagged = Field(
        "", title="Replies to",
        description="With a tag of the mail behind its name: reply+TAG@…; to the sender if empty.",
    )  # fmt: skip
    bounces: Tagged = Field("", title="Bounces to", description="Tagged like that; bounces go to the sender if empty.")
    timeout: float = Field(30, title="Wait for each answer", ge=1, le=300, allow_inf_nan=False)
    largest: int = Field(
        10_000_000, title="Largest mail", ge=10_000, le=50_000_000, description="Bytes of a mail with its attachments."
    )
    lmtp: str = Field(
        "", title="Listen for mail (LMTP)", pattern=r"^([A-Za-z0-9_.-]{1,200}:[1-9][0-9]{0,4})?$",
        description="Address and port at which our own mail server hands over what comes in; must be allowed.",
    )  # fmt: skip
    imap: ImapConfig | None = Field(None, title="Mailbox (IMAP)")

    @model_validator(mode="after")
    def _has_passwords(self) -> Self:
        for name, wanted in (("password", self.user), ("imap_password", self.imap)):
            if wanted and name not in self.secrets:
                raise fault("needs a secret named {name} beside the user", name=name)
        return self

    @property
    def listens(self) -> bool:
        """Whether anything comes in by it."""
        return bool(self.lmtp or self.imap)

"""Send e-mail: text, HTML, and attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from engine.commands import Attachment, SendMail
from engine.escaping import html_text
from engine.events import Event, MailSent, reason_of
from engine.faults import Phrase
from engine.fields import Field, Template, fault
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.on_unknown import OnUnknown, on_unknown_field
from engine.session.session import Session
from engine.texts import Text, Written, first_words, in_language

MAX_SUBJECT = 200
MAX_ATTACHMENTS = 10
MESSAGES = {"has neither a text nor HTML"}
_ADDRESS = re.compile(r"[^@\s<>,;:\"]{1,64}@[^@\s<>,;:\"]{1,190}")


class File(BaseModel):
    """Something that goes with the mail: a stored file, and the name under which it arrives."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)

    asset: Template = Field(
        title="File", description="A stored file, a recording or a fax, or where it stands: {{ results.fax.value }}."
    )
    name: Template | None = Field(None, title="Name", description="Its own name if empty.")


def _named(value: Any) -> Any:
    return {"asset": value} if isinstance(value, str) else value


class SendEmailConfig(NodeConfig):
    to: Template = Field(title="To", description="An address, or where it stands: {{ contact.email }}.")
    subject: Text = Field(title="Subject")
    text: Text | None = Field(None, title="Text", description="What is read where HTML is not shown.")
    html: Text | None = Field(
        None, title="HTML", description="The same with its layout; values are written so that they cannot break it.",
        json_schema_extra={"group": "advanced"},
    )  # fmt: skip
    attachments: list[Annotated[File, BeforeValidator(_named)]] = Field(
        [], title="Attachments", max_length=MAX_ATTACHMENTS, json_schema_extra={"group": "advanced"}
    )
    on_unknown: OnUnknown = on_unknown_field()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is None and self.html is None:
            raise fault("has neither a text nor HTML")
        return self


class SendEmail(Node[SendEmailConfig]):
    """Sends an e-mail."""

    type, label, group, icon, medium = "send_email", "Send e-mail", "messages", "mail", "mail"
    help = (
        "“Sent” means that our mail server has taken it; a bounce may still come, and is shown with the message. "
        "An empty attachment is left out. A reply goes to “Wait for an event: message” of the same session. "
        "`results.<node>.value` is the id that the mail carries."
    )
    starter = {"to": "{{ contact.email }}", "subject": "", "text": ""}
    waits = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("sent", "Sent")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        config, scope = self.config, session.scope
        to = config.to.render(scope).strip()
        if not _ADDRESS.fullmatch(to):
            return Leave("failed", details={"reason": "no e-mail address"})
        subject = " ".join(self._in_words(config.subject, session).split())[:MAX_SUBJECT]
        html = "" if config.html is None else html_text(in_language(config.html, session.language), scope)
        text = self._in_words(config.text, session)
        command = SendMail(
            to=to, subject=subject, text=text, html=html, attachments=self._files(session), on_unknown=config.on_unknown
        )
        return Wait((command,))

    def handle(self, session: Session, event: Event) -> Action:
        if isinstance(event, MailSent):
            return Leave("sent", event.message_id or None)
        return Leave("failed", details=reason_of(event))

    def summary(self) -> Iterator[Summary]:
        yield first_words(self.config.subject)
        yield self.config.to.source
        if self.config.attachments:
            count = len(self.config.attachments)
            yield Phrase("one attachment" if count == 1 else "{count} attachments", {"count": count})

    def _in_words(self, text: Written | None, session: Session) -> str:
        return "" if text is None else in_language(text, session.language).render(session.scope)

    def _files(self, session: Session) -> tuple[Attachment, ...]:
        scope = session.scope
        filled = (
            Attachment(
                asset=file.asset.render(scope).strip(),
                name=" ".join(file.name.render(scope).split()) if file.name is not None else "",
            )
            for file in self.config.attachments
        )
        return tuple(attachment for attachment in filled if attachment.asset)

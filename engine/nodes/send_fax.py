"""Send fax: send a document to a fax machine, and try again where it is busy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from engine.commands import SendFax as SendPages
from engine.events import CallFailed, Event, FaxSent, TimerFired, reason_of
from engine.fields import Field, FilledTemplate, PhoneNumber, Template
from engine.node import Action, Leave, Node, NodeConfig, Outlet, Summary, Wait
from engine.retries import tries_in_words
from engine.session.session import Session

LONGEST_PAUSE = 86_400
_NOT_AGAIN = ("unknown", "no_fax_machine")
"""Causes after which it is not tried again: nobody may get a fax twice, and no person be called again and again."""


class SendFaxConfig(NodeConfig):
    to: PhoneNumber = Field(
        title="Fax number", description="A telephone number, or where it stands: {{ contact.fax }}."
    )
    document: FilledTemplate = Field(
        title="Document", description="A stored document or a template of one, or where it stands: {{ record.letter }}."
    )
    header: Template | None = Field(
        None, title="Header", description="Stands at the top of each page; Latin letters and figures."
    )
    tries: int = Field(3, title="Tries", description="How often it is sent at most.", ge=1, le=9)
    station: Template | None = Field(
        None, title="Station", description="What we call ourselves to the other machine; empty: our number.",
        json_schema_extra={"group": "advanced"},
    )  # fmt: skip
    pause_seconds: int = Field(
        300, title="Pause between tries", ge=0, le=LONGEST_PAUSE, json_schema_extra={"group": "advanced", "unit": "s"}
    )


class SendFax(Node[SendFaxConfig]):
    """Sends a document as fax."""

    type, label, group, icon, medium = "send_fax", "Send fax", "messages", "fax", "fax"
    help = (
        "A machine that is busy, does not answer or breaks off is tried again after the pause; the outlet is the last "
        "try's. A person who answers is let go, and not called again; a fax of which nobody knows whether it arrived "
        "(`cause` is `unknown`) is not sent again either. "
        "`results.<node>.value` is the number of pages that have arrived, `tries` how often it was tried."
    )
    starter = {"to": "{{ contact.fax }}", "document": ""}
    waits = True

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("sent", "Sent")
        yield Outlet("busy", "Busy")
        yield Outlet("no_answer", "No answer")
        yield Outlet("failed", "Failed")

    def enter(self, session: Session) -> Action:
        return self._send(session, attempt=1)

    def handle(self, session: Session, event: Event) -> Action:
        attempt = session.memo
        match event:
            case TimerFired():
                return self._send(session, attempt + 1)
            case FaxSent():
                return Leave("sent", event.pages, {"tries": attempt})
            case CallFailed(cause=cause) if attempt < self.config.tries and cause not in _NOT_AGAIN:
                return Wait(memo=attempt, until=session.at + timedelta(seconds=self.config.pause_seconds))
            case CallFailed():
                return Leave(event.fate, details={"tries": attempt, "cause": event.cause, "rang": event.rang})
        return Leave("failed", details={"tries": attempt} | reason_of(event))

    def summary(self) -> Iterator[Summary]:
        yield self.config.document.source
        yield self.config.to.source
        yield tries_in_words(self.config.tries)

    def _send(self, session: Session, attempt: int) -> Action:
        config, scope = self.config, session.scope
        to, document = config.to.number(scope), config.document.render(scope).strip()
        if not to or not document:
            reason = "no document" if to else "no telephone number"
            return Leave("failed", details={"tries": attempt - 1, "reason": reason})
        header = config.header.render(scope).strip() if config.header is not None else ""
        station = config.station.render(scope).strip() if config.station is not None else ""
        return Wait((SendPages(to=to, document=document, header=header, station=station),), attempt)

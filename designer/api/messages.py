"""`/messages`: texts and mail that left or came in, each with its fate; and what a person does about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa
from flask import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from designer.access import flow_rights
from designer.access.identity import store, who
from designer.access.rights import needs
from designer.access.sight import sight
from designer.api.once import once
from designer.api.paging import PageQuery, identity, identity_in, page
from designer.api.replies import reply, resource
from designer.api.shapes.messages import Became, Medium, MessageShape, MessagesShape, UnmatchedsShape
from designer.parts import parts
from designer.problems import Problem
from engine.commands import SendMail, SendSms
from engine.faults import Fault, shown
from engine.fields import fault
from engine.host.outbox.registry import BY_HAND, row_by_hand
from engine.short_text import MAX_CHARACTERS
from engine.store import (
    dead_letters,
    do_not_contact,
    from_micros,
    id_text,
    message_files,
    messages,
    new_id,
    now_micros,
    outbox,
    receipts,
)
from engine.store.assets import Asset
from engine.store.messages import STATES, MessageRow
from engine.store.times import SECOND, to_micros
from engine.texting.addresses import canonical

api = resource("messages", 404, 409)
MISSING = "There is no such message."
ADDRESS = r"^(\+?[0-9 ()./-]{1,40}|[^@\s,]{1,64}@[^@\s,]{1,190})$"


class MessagesQuery(PageQuery):
    direction: Literal["in", "out"] | None = Field(None, description="Received or sent only.")
    medium: Medium | None = Field(None)
    state: str | None = Field(None, max_length=100, description="One state, or several with commas between.")
    number: str | None = Field(None, max_length=200, description="With this number or mail address, in any spelling.")
    session: str | None = Field(None, max_length=64, description="Of this session only.")
    since: AwareDatetime | None = Field(None, alias="from", description="Not before.")
    until: AwareDatetime | None = Field(None, alias="to", description="Before.")
    became: Became | None = Field(None, description="`inbox`: those that a person reads.")
    handled: bool | None = Field(None, description="Whether somebody has seen to it.")
    trials: bool = Field(True, description="Also those of drafts on trial, which `/figures/now` does not count.")

    @field_validator("state")
    @classmethod
    def _known(cls, written: str | None) -> str | None:
        for state in written.split(",") if written is not None else ():
            if state not in STATES:
                raise fault("must be one of {expected} (is {value})", expected=", ".join(STATES), value=repr(state))
        return written


class MessagePath(BaseModel):
    message: str = Field(max_length=64)

    @property
    def id(self) -> bytes:
        """The message's id; raises Problem 404 if it cannot be one."""
        return identity(self.message, MISSING)


class MessageBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to: str = Field(pattern=ADDRESS, max_length=255, description="A telephone number, or a mail address for mail.")
    text: str = Field(min_length=1, max_length=MAX_CHARACTERS)
    medium: Medium = "sms"
    subject: str | None = Field(None, min_length=1, max_length=200, description="Of mail.")
    sender: str = Field("", max_length=20, description="Our number at the gateway; its own if empty.")
    answers: str | None = Field(
        None, max_length=64, description="The message that this answers: somebody has seen to it from now on."
    )


@api.get("/messages", responses={200: MessagesShape})
@needs("messages.read")
def list_messages(query: MessagesQuery) -> Response:
    """Messages, the newest first. A text that waits for its turn stands in the outbox until it is taken in hand."""
    equal = {
        "direction": query.direction, "medium": query.medium, "became": query.became,
        "peer": None if query.number is None else canonical(query.number, parts().settings.country),
        "session_id": None if query.session is None else identity_in(query.session, "session"),
    }  # fmt: skip
    with store().read() as connection:
        rows = messages.page(
            connection, before=query.after(bytes), limit=query.limit + 1, equal=equal,
            states=query.state.split(",") if query.state else (), handled=query.handled,
            since=_micros(query.since), until=_micros(query.until),
            unseen=flow_rights.listed(connection, who(), with_trials=query.trials),
        )  # fmt: skip
        files = message_files.of(connection, [row.id for row in rows if row.medium == "mail"])
    return reply(page(rows, query.limit, lambda row: row.id, lambda row: message_data(row, files.get(row.id, ()))))


@api.get("/messages/<message>", responses={200: MessageShape})
@needs("messages.read")
def get_message(path: MessagePath) -> Response:
    """One message."""
    with store().read() as connection:
        row = _there(connection, path.id)
        return reply(message_data(row, message_files.of(connection, [row.id]).get(row.id, ())))


@api.post("/messages", responses={202: MessageShape})
@once
@needs("messages.send")
def send_message(body: MessageBody) -> Response:
    """Send one message by hand, or answer one; 409 if its receiver is on the do-not-contact list."""
    at, row_id, peer = now_micros(), new_id(), canonical(body.to, parts().settings.country)
    if wrong := _faults(body):
        raise Problem(422, "The request does not fit.", errors=wrong)
    command: SendSms | SendMail = SendSms(id=BY_HAND, to=body.to, text=body.text, sender=body.sender)
    if body.medium == "mail":
        command = SendMail(id=BY_HAND, to=body.to, subject=body.subject or "", text=body.text)
    answers = None if body.answers is None else identity_in(body.answers, "answers")
    with store().begin() as connection:
        if do_not_contact.listed(connection, body.medium, [peer]):
            raise Problem(409, "Nothing is sent to this address: it is on the do-not-contact list.")
        if answers is not None:
            flow_rights.require_by_address("messages.send", {"message": body.answers})
            _there(connection, answers)
            messages.handle(connection, answers, by=who().name, at=at)
        row = MessageRow(
            id=row_id, direction="out", medium=body.medium, gateway=body.medium, sender=body.sender, receiver=body.to,
            peer=peer, text=body.text, subject=body.subject, state="queued", queued_at=at, written_by=who().name[:200],
        )  # fmt: skip
        messages.add(connection, row)
        outbox.insert(connection, [row_by_hand(row_id, command, at)])
    return reply(message_data(row), 202, Location=f"/api/v1/messages/{id_text(row_id)}")


@api.post("/messages/<message>/resend", responses={202: MessageShape})
@once
@needs("messages.send")
def resend_message(path: MessagePath) -> Response:
    """Send again what has failed or is of unknown fate (it may have arrived); 409 for anything else."""
    with store().begin() as connection:
        row = _there(connection, path.id)
        if row.direction == "in" or row.state not in ("failed", "unknown"):
            raise Problem(409, "Only what has failed or is unknown can be sent again.")
        if not dead_letters.resend(connection, row.id, by=who().name, at=now_micros(), carried_out=True):
            raise Problem(409, "Its command is not kept any more.")
        return reply(message_data(_there(connection, row.id)), 202)


@api.post("/messages/<message>/handled", responses={200: MessageShape})
@once
@needs("messages.send")
def handle_message(path: MessagePath) -> Response:
    """Say that somebody has seen to a message that came in; 409 if somebody has before."""
    with store().begin() as connection:
        _there(connection, path.id)
        if not messages.handle(connection, path.id, by=who().name, at=now_micros()):
            raise Problem(409, "Only a message that came in, and that nobody has seen to, can be handled.")
        return reply(message_data(_there(connection, path.id)))


@api.get("/receipts", responses={200: UnmatchedsShape})
@needs("messages.read")
def list_unmatched(query: PageQuery) -> Response:
    """Receipts of texts that nobody knows, the newest first: of another system's texts, or forged."""
    with store().read() as connection:
        rows = receipts.unmatched(connection, before=query.after(int), limit=query.limit + 1)
    return reply(
        page(
            rows, query.limit, lambda row: row.at,
            lambda row: {
                "gateway": row.gateway, "reference": row.reference, "state": row.state, "reason": row.reason,
                "receiver": None if row.receiver is None else sight().address(row.receiver), "at": from_micros(row.at),
            },
        )
    )  # fmt: skip


def _faults(body: MessageBody) -> list[Fault]:
    """What does not fit together."""
    found: list[Fault] = []
    if ("@" in body.to) != (body.medium == "mail"):
        found.append(Fault("to", "{value} is no address of this medium", {"value": shown(body.to)}))
    if body.medium == "mail" and body.subject is None:
        found.append(Fault("subject", "mail needs a subject"))
    if body.medium == "sms" and body.subject is not None:
        found.append(Fault("subject", "only mail has a subject"))
    return found


def message_data(row: MessageRow, files: Sequence[Asset] = ()) -> dict[str, Any]:
    """A message as the API writes it, with the files that came with it; of the other side, what one is shown."""
    incoming, looks = row.direction == "in", sight()
    return {
        "id": id_text(row.id),
        "direction": row.direction,
        "medium": row.medium,
        "session": None if row.session_id is None else id_text(row.session_id),
        "gateway": row.gateway,
        "sender": looks.address(row.sender) if incoming else row.sender,
        "receiver": row.receiver if incoming else looks.address(row.receiver),
        "text": row.text,
        "subject": row.subject,
        "parts": row.parts,
        "price": None if row.price is None else f"{Decimal(row.price) / SECOND:f}",
        "currency": row.currency,
        "reference": row.reference,
        "state": row.state,
        "states": _states(row),
        "reason": row.reason,
        "became": row.became,
        "attachments": [
            {"asset": id_text(each.id), "name": file.file_name, "media_type": file.media_type, "size": file.size}
            for each in files
            for file in each.files
        ],
        "written_by": row.written_by,
        "handled_by": row.handled_by,
        "handled_at": None if row.handled_at is None else from_micros(row.handled_at),
    }


def _states(row: MessageRow) -> list[dict[str, Any]]:
    if row.direction == "in":
        times = [("received", row.queued_at)]
    else:
        times = [
            ("queued", row.queued_at), ("sending", row.sending_at), ("sent", row.sent_at),
            ("unknown", row.unknown_at), (row.state, row.ended_at),
        ]  # fmt: skip
    return [{"state": state, "at": from_micros(at)} for state, at in times if at is not None]


def _there(connection: sa.Connection, wanted: bytes) -> MessageRow:
    row = messages.get(connection, wanted)
    if row is None:
        raise Problem(404, MISSING)
    return row


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)

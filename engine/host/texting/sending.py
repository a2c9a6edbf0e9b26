"""Texts and mail on their way out: entered in the ledger before they leave, or stopped there.

Whoever said STOP a second ago is not written to now, so the list is asked in the transaction that makes a command
`sending`. What is stopped, or takes more parts than the gateway allows, ends in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
import sqlalchemy as sa

from engine.adapters.gateway import Refused
from engine.commands import AnyCommand, Command, SendMail, SendSms
from engine.host.outbox import answers
from engine.host.outbox.answers import Ended
from engine.host.outbox.registry import CONFIRMATION, command_of, is_by_hand
from engine.store import do_not_contact, ledger, made_at
from engine.store.ledger import Sending
from engine.store.messages import Medium
from engine.store.outbox import OutboxRow
from engine.texting.addresses import canonical
from engine.texting.outgoing import Rules, outgoing
from engine.texting.routes import family

MEDIUM_OF: Final[dict[str, Medium]] = {"sms": "sms", "mail": "mail"}
"""The gateways whose commands stand in the ledger."""


class Ready(msgspec.Struct, frozen=True):
    """A row in hand, with the command as it leaves."""

    row: OutboxRow
    command: Command


def take_in_hand(
    connection: sa.Connection, gateway: str, rows: Sequence[OutboxRow], rules: Rules, *, country: str, at: int
) -> tuple[list[Ready], list[Ended]]:
    """The commands that leave now, in the ledger where they are messages; and those that do not."""
    ready: list[Ready] = []
    ended: list[Ended] = []
    for row in rows:
        try:
            ready.append(Ready(row, command_of(row)))
        except ValueError as error:
            ended.append(answers.refused(row, Refused(str(error))))
    medium = MEDIUM_OF.get(family(gateway))
    if medium is None or not ready:
        return ready, ended
    peers = {each.row.id: _peers(each.command, country) for each in ready}
    listed = do_not_contact.listed(connection, medium, {peer for group in peers.values() for peer in group})
    leaving: list[Ready] = []
    sendings: list[Sending] = []
    for each in ready:
        peer, wrong = peers[each.row.id], ""
        if isinstance(each.command, SendSms):
            made = outgoing(each.command.text, rules)
            each = Ready(each.row, msgspec.structs.replace(each.command, text=made.text))
            sendings.append(_text(each, made.parts, peer[0], rules))
            wrong = made.wrong
        elif isinstance(each.command, SendMail):
            sendings.append(_mail(each, peer[0], rules))
        if listed and listed & set(peer) and each.row.command_id != CONFIRMATION:
            ended.append(answers.stopped(each.row))
        elif wrong:
            ended.append(answers.refused(each.row, Refused(wrong)))
        else:
            leaving.append(each)
    ledger.begin(connection, sendings, at=at)
    return leaving, ended


def _peers(command: AnyCommand | Command, country: str) -> tuple[str, ...]:
    to = getattr(command, "to", "")
    addresses = to.split(",") if isinstance(command, SendMail) else (to,)
    return tuple(canonical(address, country) for address in addresses) or ("",)


def _text(each: Ready, parts: int, peer: str, rules: Rules) -> Sending:
    command, row = each.command, each.row
    assert isinstance(command, SendSms)
    return Sending(
        id=row.id, medium="sms", gateway=row.gateway, sender=(command.sender or rules.sender)[:200],
        receiver=command.to[:200], peer=peer, text=command.text, session_id=_session(row), parts=parts,
        price=None if rules.price is None else rules.price * parts, currency=rules.currency,
        awaits=command.until == "delivered", queued_at=made_at(row.id),
    )  # fmt: skip


def _mail(each: Ready, peer: str, rules: Rules) -> Sending:
    command, row = each.command, each.row
    assert isinstance(command, SendMail)
    return Sending(
        id=row.id, medium="mail", gateway=row.gateway, sender=rules.sender[:200], receiver=command.to[:200], peer=peer,
        text=command.text, subject=command.subject, session_id=_session(row), queued_at=made_at(row.id),
    )  # fmt: skip


def _session(row: OutboxRow) -> bytes | None:
    return None if is_by_hand(row.command_id) else row.session_id

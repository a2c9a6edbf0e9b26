"""Opening a gateway: from how it is set up to what carries a command out.

A kind of gateway is a config, which is checked with every fault and its place, and a function that opens it. Each name
in the outbox is served by some kinds; `http` is there without being set up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec
import sqlalchemy as sa
import structlog
from pydantic import ValidationError

from engine.adapters.gateway import Carried, Gateway, GatewayConfig, Limits, Refused, Surroundings
from engine.adapters.guard import Allowed
from engine.adapters.http import HttpConfig, HttpGateway
from engine.adapters.mail import SmtpConfig, SmtpGateway
from engine.adapters.mail.by_url import config_of
from engine.adapters.message_news import Report, nobody
from engine.adapters.smpp import SmsSmppConfig, SmsSmppGateway
from engine.adapters.sms_console import SmsConsoleConfig, SmsConsoleGateway
from engine.adapters.sms_file import SmsFileConfig, SmsFileGateway
from engine.adapters.sms_http import SmsHttpConfig, SmsHttpGateway
from engine.adapters.source import SourceGateway, SourceGatewayConfig
from engine.adapters.text_config import rules_of
from engine.commands import Command
from engine.host.outbox.files import Attachments
from engine.host.settings import Settings
from engine.host.sources.desk import Desk
from engine.store import Store, gateways
from engine.store.sealing import CannotOpen, seal_of
from engine.texting.outgoing import Rules
from engine.texting.routes import family

log = structlog.get_logger()


class Kind(msgspec.Struct, frozen=True):
    """A kind of gateway; one that `listens` opens as `Listening`, and is open even when nothing is due."""

    config: type[GatewayConfig]
    open: Callable[[Any, Surroundings], Gateway]
    listens: bool = False


KINDS: Final[dict[str, Kind]] = {
    "http": Kind(HttpConfig, HttpGateway),
    "sms_http": Kind(SmsHttpConfig, SmsHttpGateway),
    "sms_smpp": Kind(SmsSmppConfig, SmsSmppGateway, listens=True),
    "sms_file": Kind(SmsFileConfig, SmsFileGateway),
    "sms_console": Kind(SmsConsoleConfig, SmsConsoleGateway),
    "smtp": Kind(SmtpConfig, SmtpGateway, listens=True),
    "source": Kind(SourceGatewayConfig, SourceGateway),
}
KINDS_OF: Final[dict[str, tuple[str, ...]]] = {
    "http": ("http",), "sms": ("sms_http", "sms_smpp", "sms_file", "sms_console"), "mail": ("smtp",),
    "source": ("source",),
}  # fmt: skip
"""The gateways that can be set up, and the kinds that each may be of; `sms-…` are as `sms`."""
NAME: Final = re.compile(r"[a-z]+|sms-[a-z0-9]+(?:-[a-z0-9]+)*")


def kinds_of(name: str) -> tuple[str, ...]:
    """The kinds of which a gateway may be; none if there is no such gateway."""
    return KINDS_OF.get(family(name), ()) if NAME.fullmatch(name) else ()


LISTENING: Final = tuple(kind for kind, known in KINDS.items() if known.listens)
WITHOUT_SET_UP: Final = {"http": "http", "source": "source"}
"""Besides `mail`, where the operator has named a mail server (CALLWEAVE_SMTP_URL)."""
_ANYWHERE: Final = Allowed.read("0.0.0.0/0, ::/0")
"""Where the operator has chosen the server himself."""


class Opened(msgspec.Struct, frozen=True):
    """A gateway that is open, how it may be driven, which set-up this is, and whether it is to be kept open.

    `rules` are what it asks of texts.
    """

    gateway: Gateway
    limits: Limits
    revision: int
    listens: bool = False
    rules: Rules = Rules()


class NotSetUp:
    """Stands where an organisation has no gateway: each command is refused with a plain word."""

    def __init__(self, reason: str = "") -> None:
        self._reason = reason

    async def carry_out(self, command: Command, key: str) -> Carried:
        """Refused."""
        raise Refused(self._reason or f"nothing is set up for {command.type}")

    async def close(self) -> None:
        """Nothing is open."""


class Opening:
    """Opens gateways for the drivers of one process."""

    def __init__(self, settings: Settings) -> None:
        self._allowed = Allowed.read(settings.allow_hosts)
        self._settings = settings
        self.country = settings.country
        """In which numbers are written without their country."""

    def open(
        self, connection: sa.Connection, store: Store, name: str, may_act: Callable[[], bool], report: Report = nobody
    ) -> Opened:
        """The gateway as it is set up; one that cannot be opened refuses, and says why."""
        revision = gateways.revision(connection, name)
        try:
            row = gateways.get(connection, name)
            kind, config, allowed = self._by_default(name) if row is None else (row.kind, row.config, self._allowed)
            if kind:
                surroundings = Surroundings(
                    allowed=allowed, may_act=may_act, folder=self._settings.data / "sent" / store.name, report=report,
                    files=Attachments(store, self._settings.folder_assets).read,
                    sign_keys=tuple(seal_of(connection).keys_for("mail")) if name == "mail" else (),
                    sources=Desk(store, self._settings) if name == "source" else None,
                )  # fmt: skip
                return _opened(kind, config, surroundings, revision)
        except (CannotOpen, ValidationError, KeyError) as error:  # a kind or a config of another version, a lost key
            log.error("gateway cannot be opened", gateway=name, reason=str(error))
            return Opened(NotSetUp(f"the gateway {name} cannot be opened: {_first(error)}"), Limits(), revision)
        return Opened(NotSetUp(), Limits(at_once=100), revision)

    def _by_default(self, name: str) -> tuple[str, dict[str, Any], Allowed]:
        settings = self._settings
        if name == "mail" and settings.smtp_url:
            return "smtp", config_of(settings.smtp_url, sender=settings.mail_sender, ca=settings.smtp_ca), _ANYWHERE
        return WITHOUT_SET_UP.get(name, ""), {}, self._allowed


def _opened(kind: str, config: dict[str, Any], surroundings: Surroundings, revision: int) -> Opened:
    """A gateway of a kind; raises ValidationError with every fault of its config, KeyError for an unknown kind."""
    known = KINDS[kind]
    checked = known.config.model_validate(config)
    limits = Limits(at_once=checked.at_once, rate=checked.rate, tries=checked.tries)
    return Opened(known.open(checked, surroundings), limits, revision, known.listens, rules_of(checked))


def _first(error: Exception) -> str:
    if isinstance(error, ValidationError):
        fault = error.errors()[0]
        return f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
    return str(error)

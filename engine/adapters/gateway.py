"""What a gateway is to the driver: it carries out one command, and says by what it raises what became of it.

The difference between "certainly not" and "nobody knows" decides whether a patient is texted twice, so a gateway has
to make it: what failed before a byte of the request left may be tried again; what failed after that may have arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from engine.adapters.guard import Allowed
from engine.adapters.message_news import Attached, Report, nobody
from engine.commands import Attachment, Command
from engine.events import Answering


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """It is carried out: the answer for the session, and the id by which the gateway knows it.

    `parts` are the ids of all its parts, where the gateway has one for each: receipts come for each of them.
    """

    event: Answering
    reference: str = ""
    parts: tuple[str, ...] = ()


class NotNow(Exception):
    """Certainly not carried out, for a reason that may pass: try again, after so many seconds if it says."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class LeaseOver(NotNow):
    """Another process may drive this gateway now: nothing was sent, and nothing may be."""


class Refused(Exception):
    """Certainly not carried out, and trying again would not help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unsure(Exception):
    """It may have been carried out or not."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unknown(Unsure):
    """It may have been carried out or not, and asking again would tell nobody more."""


class Gateway(Protocol):
    """A way out of the house, for the commands of one kind."""

    async def carry_out(self, command: Command, key: str) -> Carried:
        """Carry out a command, once; raises NotNow, Refused or Unsure, and Unsure is meant by anything else.

        `key` is the same whenever this command is tried again, and no other's: for servers that know such keys.
        """

    async def close(self) -> None:
        """Let its connections go; nothing is being carried out any more."""


class Listening(Gateway, Protocol):
    """A gateway that others speak to as well: it is connected as long as somebody drives it, due or not."""

    async def listen(self) -> None:
        """Begin to connect, and to connect again whenever it is cut, until `close`; returns at once."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How a gateway may be driven.

    `rate` is in commands a second, None for as fast as it can; `at_once` is how many may be on their way; `tries` is
    how often one is tried that was certainly not carried out.
    """

    at_once: int = 10
    rate: float | None = None
    tries: int = 100


class GatewayConfig(BaseModel):
    """What is filled in for every kind of gateway; unknown fields are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_once: int = Field(10, title="At once", ge=1, le=500, description="Commands that may be on their way together.")
    rate: float | None = Field(
        None, title="Rate", gt=0, le=10_000, allow_inf_nan=False,
        description="Commands a second at most; as fast as it goes if empty.",
    )  # fmt: skip
    tries: int = Field(
        100, title="Tries", ge=1, le=10_000,
        description="How often one is tried that the gateway could certainly not take; up to five minutes lie between.",
    )  # fmt: skip


Files = Callable[[Sequence[Attachment], int], list[Attached]]
"""The files that go with a mail, of so many bytes together at most; in a thread. Raises Refused."""


def no_files(wanted: Sequence[Attachment], largest: int) -> list[Attached]:
    """Where there are no files: those that are wanted are missing."""
    if wanted:
        raise Refused("there are no files here")
    return []


class WrittenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A source has taken what was written back, as its `reference`, or has refused it for the `reason`."""

    refused: bool = False
    reason: str = ""
    reference: str = ""


class Sources(Protocol):
    """An organisation's sources, wherever they lie."""

    async def ask(self, source: str, query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows that a declared query finds; raises NotNow or Refused."""

    async def write(
        self, source: str, statement: str, parameters: Mapping[str, Any], key: str, *, patience: float,
        may_act: Callable[[], bool],
    ) -> WrittenBack:  # fmt: skip
        """Write back, once for a key; raises NotNow, Refused, Unsure or Unknown."""

    async def close(self) -> None:
        """Let connections go."""


class Surroundings(msgspec.Struct, frozen=True):
    """What a gateway gets of the house: whom it may speak to, whether it may still act, a folder for files.

    `report` takes what the gateway has to tell of its own accord (`message_news`). `files` reads what is attached.
    `sign_keys` are the organisation's, the newest first, for marks that come back. `sources` are asked by the gateway
    that is there for it.
    """

    allowed: Allowed
    may_act: Callable[[], bool]
    folder: Path
    report: Report = nobody
    files: Files = no_files
    sign_keys: tuple[bytes, ...] = ()
    sources: Sources | None = None

"""What a source is to those who read it, listen to it and ask it.

Everything here blocks and is called in threads: drivers of databases do, and a thread a source costs nothing. A source
says by what it raises what became of a thing: `NotNow` certainly nothing, and it may work later; `Refused` certainly
nothing, and it never will (tell a person); `Unsure` nobody knows. They are the words of `engine.adapters.gateway`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Protocol

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from engine.data_fields import ParameterName, SourceName
from engine.faults import Fault

PlainRow = dict[str, Any]
"""A row or a message: text, numbers, true, false, nothing, and lists and objects of these; times are ISO 8601 text."""

FeedName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$")]
"""One stream of rows of a source: a table, a resource, a folder, a port."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What was read at once: rows in their order, where reading goes on, and whether there is more right now.

    `faults` are about what could not be made a row (a line of a file that has too few fields).
    """

    rows: list[PlainRow]
    cursor: bytes
    more: bool = False
    faults: tuple[Fault, ...] = ()


class Reader(Protocol):
    """Reads one feed of a source that is asked from time to time."""

    def read(self, cursor: bytes | None, limit: int) -> Batch:
        """At most so many rows after the cursor, None for the very beginning; raises NotNow or Refused.

        The same cursor gives the same rows again, or newer ones: what was read is kept together with the new cursor.
        """


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One message that somebody has sent: its rows, or what is wrong with it.

    `id` is the same when the same message is sent again (empty: nobody can tell); `text` is the message as it came,
    for a person who has to look at it: kept only if it is rejected.
    """

    rows: Sequence[PlainRow] = ()
    id: str = ""
    text: str = ""
    faults: tuple[Fault, ...] = ()


Keep = Callable[[Sequence[Arrival]], Sequence[Sequence[Fault]]]
"""Returns only when all of them are safely kept; raises NotNow when they are not: then the sender is told so.

It gives each one's faults: its own, or the mapping's. Such a message is rejected as a whole and kept for a person, once
for an id, and may come again. One without a fault goes its way, and one whose id has gone its way already is dropped.
"""


class Listener(Protocol):
    """Takes what others send for one feed."""

    def start(self, keep: Keep) -> None:
        """Begin to listen in threads of its own, and return; raises NotNow or Refused. `keep` may be called from any.

        Whoever sends is told that it has arrived when `keep` has returned, and not before.
        """

    def stop(self) -> None:
        """Take nothing more; what is being kept comes to its end."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """It is written; `reference` is what the source calls it (an appointment's number)."""

    reference: str = ""


class RefusedBySource(msgspec.Struct, frozen=True, kw_only=True):
    """The source will not have it, and says why: the slot is gone, a rule is broken. Nothing was written."""

    reason: str


class Asker(Protocol):
    """Answers declared queries and carries out declared statements; may be called by several threads at once."""

    def ask(self, query: str, parameters: Mapping[str, Any]) -> list[PlainRow]:
        """The rows that a declared query finds, read-only and within its time limit; raises NotNow or Refused."""

    def write(self, statement: str, parameters: Mapping[str, Any], key: str) -> Written | RefusedBySource:
        """Carry out a declared statement; raises NotNow, Refused or Unsure (and Unsure is meant by anything else).

        It is called at most once for a key, unless NotNow was raised. `key` is there to be written along.
        """

    def written(self, statement: str, parameters: Mapping[str, Any], key: str) -> bool | None:
        """Whether a write of this key has arrived whose end nobody has seen; None where the source cannot say."""


class Source(Protocol):
    """A source that is open: what it has of the three, by feed. Opening connects to nothing."""

    readers: Mapping[str, Reader]
    listeners: Mapping[str, Listener]
    asker: Asker | None

    def close(self) -> None:
        """Let its connections go."""


class Surroundings(msgspec.Struct, frozen=True):
    """What a source gets of the house.

    `permits(name, address, port)`: whether it may connect there (the platform guards its own network; beside the HIS
    everything is permitted); `permits_listening(address, port)`: whether it may listen there. `place(path)`: where a
    file or folder lies that the config names; raises Refused where it lies outside of what the operator has given.
    `folder` is its own, to write to.
    """

    permits: Callable[[str, str, int], bool]
    place: Callable[[str], Path]
    folder: Path
    permits_listening: Callable[[str, int], bool] = lambda address, port: False


class DeclaredQuery(BaseModel):
    """What every kind's queries have; the kind adds what is asked (SQL, a search)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parameters: list[ParameterName] = Field([], title="Parameters", max_length=50, description="All of them are given.")
    seconds: float = Field(5.0, title="Time limit", gt=0, le=60, json_schema_extra={"unit": "s"})
    cache_seconds: float = Field(
        0.0, title="Keep answers for", ge=0, le=86_400, json_schema_extra={"unit": "s"},
        description="The same question within this time gets the same answer; 0: it is asked anew each time.",
    )  # fmt: skip
    most_rows: int = Field(100, title="Rows at most", ge=1, le=1_000)


class DeclaredStatement(BaseModel):
    """What every kind's statements have; the kind adds what is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parameters: list[ParameterName] = Field([], title="Parameters", max_length=50, description="All of them are given.")
    seconds: float = Field(10.0, title="Time limit", gt=0, le=60, json_schema_extra={"unit": "s"})


class SourceConfig(BaseModel):
    """What is filled in for every kind of source; unknown fields are faults. Kinds narrow `queries` and `statements`.

    What must not be read stands in `secrets` (`password`, `token`), and is shown as `•••` ever after.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    secrets: dict[str, str] = Field({}, title="Secrets")
    queries: Mapping[SourceName, DeclaredQuery] = Field({}, title="Queries", max_length=200)
    statements: Mapping[SourceName, DeclaredStatement] = Field({}, title="Statements", max_length=200)


class Kind(msgspec.Struct, frozen=True):
    """A kind of source: its config, and how one is opened.

    `sample` makes rows of a message that somebody holds in his hand, as a workbench does.
    """

    config: type[SourceConfig]
    open: Callable[[Any, Surroundings], Source]
    sample: Callable[[Any, str], Sequence[Arrival]] | None = None

"""What a node type is made of.

A node type is one file with two classes: a config, whose fields carry their words, limits and kinds, and a node, which
says by `enter` and `handle` what it asks of the world and by which outlet it leaves. Hang-up, expiry, stale answers and
sub-flows are the engine's business, not the node's.
"""

from __future__ import annotations

import builtins
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar, get_args

import msgspec
from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from engine.commands import Command, Say
from engine.events import Event, MessageReceived
from engine.expressions.script import Script
from engine.faults import Phrase
from engine.prompts import Prompt

if TYPE_CHECKING:
    from engine.session.session import Session

Medium = Literal["voice", "sms", "fax", "mail", "data", "logic", "time"]


class NodeConfig(BaseModel):
    """What a user fills in for a node; unknown fields are faults."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


class Outlet:
    """A way out of a node: `id` stands in the document, `label` is for people."""

    __slots__ = ("id", "label")

    def __init__(self, id: str, label: str = "") -> None:
        self.id = id
        self.label = label or id

    def __repr__(self) -> str:
        return f"Outlet({self.id!r}, {self.label!r})"


class Wait(msgspec.Struct, frozen=True, gc=False):
    """The node stays: `commands` go out, `memo` is what it needs to remember until their answers come.

    It is woken by `TimerFired` at `until`, never earlier; and by what it listens to: pairs of a kind (`message`,
    `signal`, `record`) and a key (an address, a signal's name; empty for any).
    """

    commands: tuple[Command, ...] = ()
    memo: Any = None
    until: datetime | None = None
    listens: tuple[tuple[str, str], ...] = ()


class Leave(msgspec.Struct, frozen=True, gc=False):
    """The node is done: the session goes on by `outlet`; `result` becomes `results.<node>.value`.

    `details` stand beside the value in `results.<node>`; `commands` go out on the way.
    """

    outlet: str
    result: Any = None
    details: dict[str, Any] = {}
    commands: tuple[Command, ...] = ()


class Finish(msgspec.Struct, frozen=True, gc=False):
    """The flow ends here, with an outcome."""

    outcome: str | None = None


class Descend(msgspec.Struct, frozen=True, gc=False):
    """A sub-flow is walked, and the node left when it has ended: by `completed`, or `failed` if it cannot be walked.

    `inputs` are the sub-flow's first variables; `version` None is the one that is published now.
    """

    flow: str
    version: int | None = None
    inputs: dict[str, Any] = {}


Action = Wait | Leave | Finish | Descend
Leaver = Callable[[Leave], None]
"""Writes into a script that a node is left by this action."""
Summary = str | Prompt | Phrase
Config = TypeVar("Config", bound=NodeConfig)

DONE = Leave("done")
"""What a node with nothing to say for itself leaves by."""

HUNG_UP = Outlet("hung_up", "Hung up")
FAILED = Outlet("failed", "Failed")


class Node(ABC, Generic[Config]):
    """A node type; an instance is one node of one flow, with its compiled config."""

    type: ClassVar[str]
    label: ClassVar[str]
    group: ClassVar[str] = "logic"
    icon: ClassVar[str] = "node"
    medium: ClassVar[Medium] = "logic"
    help: ClassVar[str] = ""
    """A few sentences for the person who draws."""
    starter: ClassVar[Mapping[str, Any]] = {}
    """The config of a node that has just been dropped on the drawing."""
    needs_leg: ClassVar[bool] = False
    """Whether it speaks to a live party; then it also has the outlets `hung_up` and `failed`."""
    waits: ClassVar[bool] = False
    """Whether time passes in it; a circle of nodes without one never ends."""
    gives_leg: ClassVar[tuple[str, ...]] = ()
    """The outlets by which a party is on the line that it has called."""
    opens_leg: ClassVar[bool] = False
    """Whether it takes a call that is ringing."""
    ends_leg: ClassVar[bool] = False
    """Whether nobody is on the line after it."""
    takes_fax: ClassVar[bool] = False
    """Whether a caller who turns out to be a fax machine is sent here, from wherever in the flow."""
    asks: ClassVar[bool] = False
    """Whether it puts a question to somebody, and waits for a message that answers it."""
    own_names: ClassVar[tuple[str, ...]] = ()
    """Names that only this node's own conditions may use."""
    names_flow: ClassVar[Literal["", "inside", "beside"]] = ""
    """Whether its config's `flow` names another flow, that is walked inside this one or started beside it."""
    version: ClassVar[int] = 1
    """The shape of config and memo; a document's node says by `config_version` for which one it was written, else 1."""
    config_type: ClassVar[builtins.type[NodeConfig]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for origin in getattr(cls, "__orig_bases__", ()):
            for argument in get_args(origin):
                if isinstance(argument, type) and issubclass(argument, NodeConfig):
                    cls.config_type = argument

    def __init__(self, config: Config) -> None:
        self.config = config
        self.prepare()

    def prepare(self) -> None:
        """Work out once what every session will need."""

    def outlets(self) -> Iterator[Outlet]:
        """The ways out, in the order in which they are drawn."""
        yield Outlet("done", "Done")

    def all_outlets(self) -> Iterator[Outlet]:
        """The ways out, with those that every node has which speaks to a live party."""
        named = set()
        for outlet in self.outlets():
            named.add(outlet.id)
            yield outlet
        if self.needs_leg:
            yield from (outlet for outlet in (FAILED, HUNG_UP) if outlet.id not in named)

    @abstractmethod
    def enter(self, session: Session) -> Action:
        """The session has come to this node."""

    def write_script(self, script: Script, leave: Leaver) -> None:
        """What `enter` does, written as Python: only for a node that leaves at once and asks for nothing.

        Several such nodes in a row are walked in one stride. `leave` writes that the node is left by an action.
        """
        raise NotImplementedError

    @classmethod
    def is_written(cls) -> bool:
        """Whether `write_script` says what `enter` does: not if a subclass has another `enter`."""
        both = {"enter", "write_script"}
        return both <= next(vars(kind).keys() for kind in cls.__mro__ if both & vars(kind).keys())

    def handle(self, session: Session, event: Event) -> Action:
        """Something that this node waits for has happened."""
        return Wait(memo=session.memo)

    def fits(self, session: Session, event: MessageReceived) -> bool:
        """Whether a message that it listens to is one that it waits for; another may be meant for somebody else."""
        return True

    @classmethod
    def upgrade(cls, config: dict[str, Any], from_version: int) -> dict[str, Any]:
        """A config of an earlier `version`, as it has to be written now; it is checked like any other afterwards."""
        return config

    @classmethod
    def upgrade_memo(cls, memo: Any, from_version: int) -> Any:
        """The memo of a session that has been waiting since an earlier `version`, as `handle` reads it now."""
        return memo

    def summary(self) -> Iterator[Summary]:
        """The config in a few words, for the drawing: texts of the user's, prompts, phrases."""
        yield from ()

    def sets(self) -> Iterable[str]:
        """The variables that have a value after it."""
        return ()

    def constant_speech(self, languages: Sequence[str]) -> Iterator[Say]:
        """Speech of this node that is the same for every caller."""
        for value in dict(self.config).values():
            if isinstance(value, Prompt):
                yield from value.constants(languages)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """JSON Schema of the config; each property has a title, and a `widget` where its kind asks for one."""
        schema: dict[str, Any] = cls.config_type.model_json_schema(schema_generator=_Schema)
        return schema


class _Schema(GenerateJsonSchema):
    """Defaults as they stand in a document."""

    def encode_default(self, dft: Any) -> Any:
        return getattr(dft, "source", dft)

    def generate(self, schema: Any, mode: JsonSchemaMode = "validation") -> dict[str, Any]:
        return super().generate(schema, "validation")


__all__ = ["DONE", "Action", "Descend", "Finish", "Leave", "Medium", "Node", "NodeConfig", "Outlet", "Summary", "Wait"]

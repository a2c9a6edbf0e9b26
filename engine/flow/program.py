"""A compiled flow: all that a turn needs, and nothing that the drawing needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, Protocol

from engine.calendars import Calendar
from engine.commands import Say
from engine.flow.stride import Arrival, Stride, stride_from
from engine.languages import best_of
from engine.node import Node
from engine.step import Step

if TYPE_CHECKING:
    from engine.session.session import Session


class Place:
    """A node's place in a flow: the node, and where each of its outlets leads."""

    __slots__ = ("enter", "id", "needs_leg", "node", "stay", "stride", "targets", "version")

    def __init__(self, id: str, node: Node[Any]) -> None:
        self.id = id
        self.node = node
        self.targets: dict[str, Place] = {}
        self.stay = Step(id)
        self.needs_leg = node.needs_leg
        self.version = node.version
        self.enter = node.enter
        self.stride: Stride | None = self._first_stride if node.is_written() else None
        """Walks the nodes from here that only set variables or choose a way; written when a session first comes by."""

    def _first_stride(self, session: Session) -> Arrival:
        self.stride = stride_from(self)
        return self.stride(session)


class Library(Protocol):
    """Where sub-flows are found."""

    def find(self, flow: str, version: int | None) -> str | None:
        """The key of a flow's version, or of the one published now; None if there is none that can run."""

    def program(self, key: str) -> Program | None:
        """The program of a key that `find` gave, now or long ago."""


class EmptyLibrary:
    """No sub-flows: for a flow that stands alone."""

    def find(self, flow: str, version: int | None) -> str | None:
        return None

    def program(self, key: str) -> Program | None:
        return None


class Program:
    """A flow that can run. Programs are shared by all sessions of a version and never changed."""

    __slots__ = (
        "about", "calendars", "languages", "library", "on_hang_up", "places", "registry", "start", "takes_fax",
        "time_zone", "versioned",
    )  # fmt: skip

    def __init__(
        self,
        *,
        name: str,
        languages: tuple[str, ...],
        start: str,
        on_hang_up: str | None,
        places: Mapping[str, Place],
        time_zone: str = "UTC",
        library: Library | None = None,
        calendars: Mapping[str, Calendar] | None = None,
        registry: Mapping[str, type[Node[Any]]] | None = None,
    ) -> None:
        self.library: Library = library or EmptyLibrary()
        self.languages = languages
        self.start = start
        self.on_hang_up = on_hang_up
        self.places = dict(places)
        self.time_zone = time_zone
        self.versioned = any(place.version != 1 for place in self.places.values())
        """Whether a node type in it has had other versions than its first."""
        self.takes_fax = any(place.node.takes_fax for place in self.places.values())
        """Whether a caller who is a fax machine has a node to go to."""
        self.calendars: Mapping[str, Calendar] = calendars or {}
        self.registry = registry
        """The node types that it was compiled with; None for those of the engine."""
        self.about: dict[str, Any] = {"name": name, "languages": list(languages)}

    def beside(self, library: Library, calendars: Mapping[str, Calendar] | None = None) -> Program:
        """The same program, with its sub-flows in another library, and other calendars if there are any given."""
        program = copy(self)
        program.library = library
        program.calendars = self.calendars if calendars is None else calendars
        return program

    def language_for(self, wanted: Any) -> str:
        """The flow's language that fits the wanted one best; its first if none does."""
        return best_of(self.languages, wanted) if isinstance(wanted, str) and wanted else self.languages[0]

    def constant_speech(self) -> Iterator[Say]:
        """Speech that is the same for every caller, in every language of the flow: to be made ahead."""
        for place in self.places.values():
            yield from place.node.constant_speech(self.languages)

"""What becomes of the people who are in a flow's earlier versions when a new one is published.

All stay, all are ended, all move, or each node's people by what is said of that node. Who is meant is decided when the
event reaches a session, by the node at which it stands then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec
import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from designer.moving import Flight
from engine.events import SessionCancelled, SessionMoved
from engine.faults import Fault
from engine.store import bulk_events, id_text
from engine.store.bulk_events import Bulk, Which
from engine.store.flows import Version

NodeId = Annotated[str, Field(max_length=64)]


class MoveBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    move: dict[NodeId, NodeId] = Field(
        max_length=2_000, description="Nodes that have another id now: the old one's id, and the new one's."
    )
    waiting_only: bool = Field(False, description="Who is on the line stays in his version.")


class MoveTo(BaseModel):
    model_config = ConfigDict(extra="forbid")

    move: NodeId = Field(description="The node of the new version where they go on.")


class NodesBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    nodes: dict[NodeId, Literal["keep", "end", "move"] | MoveTo] = Field(
        max_length=2_000, description="By node, what becomes of those who stand there; at a node not named they stay."
    )


InFlight = Literal["keep", "end"] | MoveBody | NodesBody


class Settled(msgspec.Struct, frozen=True):
    """What was begun: how many sessions are meant, and the events for them."""

    sessions: int
    bulks: list[Bulk]


def faults(flight: Flight, document: Mapping[str, Any], wish: InFlight) -> Iterator[Fault]:
    """What keeps people from moving as is wished."""
    if isinstance(wish, MoveBody):
        yield from flight.faults(document, wish.move)
    if isinstance(wish, NodesBody):
        known = flight.nodes()
        for node in sorted(wish.nodes.keys() - known):
            yield Fault(f"in_flight.nodes.{node}", "nobody is at this node")
        moved = _moved(wish)
        yield from flight.faults(document, _renamed(moved), at=moved.keys() & known)


def settle(connection: sa.Connection, flight: Flight, made: Version, wish: InFlight, *, at: int) -> Settled | None:
    """Begin what is wished; None if everybody stays."""
    if wish == "keep":
        return None
    flow = id_text(made.flow_id)
    which = Which(flow=flow, not_version=made.number)
    end = SessionCancelled(reason=f"ended by version {made.number}")
    move = SessionMoved(version=made.number, key=f"{flow}@{made.number}")
    if isinstance(wish, MoveBody):
        if wish.waiting_only:
            which = msgspec.structs.replace(which, statuses=["waiting"])
        return _all(connection, which, msgspec.structs.replace(move, nodes=wish.move), at)
    if isinstance(wish, str):
        return _all(connection, which, end, at)
    moved, ended = _moved(wish), sorted(node for node, fate in wish.nodes.items() if fate == "end")
    bulks = []
    if ended:
        event = msgspec.structs.replace(end, standing_at=ended)
        bulks.append(bulk_events.create(connection, which, event, at=at))
    if moved:
        event_moved = msgspec.structs.replace(move, nodes=_renamed(moved), standing_at=sorted(moved))
        bulks.append(bulk_events.create(connection, which, event_moved, at=at))
    return Settled(flight.at({*ended, *moved}), bulks) if bulks else None


def _all(connection: sa.Connection, which: Which, event: SessionCancelled | SessionMoved, at: int) -> Settled:
    made = bulk_events.create(connection, which, event, at=at)
    return Settled(made.total, [made])


def _moved(wish: NodesBody) -> dict[str, str]:
    """Where those go on who move, by the node where they are."""
    moved = {node: node for node, fate in wish.nodes.items() if fate == "move"}
    return moved | {node: fate.move for node, fate in wish.nodes.items() if isinstance(fate, MoveTo)}


def _renamed(moved: Mapping[str, str]) -> dict[str, str]:
    return {node: to for node, to in moved.items() if node != to}

"""Memos of earlier versions of a node type, as the one that is installed reads them.

A session may wait for weeks, and its node type move on meanwhile. Its config is upgraded when the flow is compiled;
what the node noted when it began to wait stands in the session, with the version by which it was written, and is
upgraded when the session is taken from where it is stored. Where there is no way from one to the other, the session is
left as it stands until there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.flow.program import Program
    from engine.session.state import Run, State


class SessionParked(Exception):
    """The session cannot go on with the node types that are installed here: leave it, and try again later."""


def upgrade_memos(program: Program, state: State) -> None:
    """Bring the memos of a stored state up to the versions of their node types; SessionParked."""
    for run in state.runs:
        flow = program if not run.flow else program.library.program(run.flow)
        if flow is None:
            raise SessionParked(f"the sub-flow {run.flow} cannot be walked here")
        place = flow.places.get(run.node) if run.node is not None else None
        if place is not None and place.version != run.version:
            if run.memo is not None:
                _upgrade(run, flow, place.version)
            run.version = place.version


def _upgrade(run: Run, flow: Program, version: int) -> None:
    assert run.node is not None
    node = flow.places[run.node].node
    where = f"{node.type} at {run.node}"
    if run.version > version:
        raise SessionParked(f"{where}: its memo is of version {run.version}, installed is version {version}")
    try:
        run.memo = type(node).upgrade_memo(run.memo, run.version)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise SessionParked(f"{where}: its memo of version {run.version} cannot be upgraded: {reason}") from error

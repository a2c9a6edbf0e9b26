"""A caller who turns out to be a fax machine: from wherever in the flow to the node that takes faxes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from callweave import CallAnswered, FaxReceived, Session, advance, compile_flow, dump, restore, start
from engine.commands import Gather, ReceiveFax
from engine.events import CallOffered, FaxToneDetected
from engine.flow import check
from engine.nodes import registry

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
MENU = {
    "type": "menu", "config": {"prompt": "One?", "timeout": 5, "tries": 2, "choices": [{"key": "1", "label": "One"}]},
}  # fmt: skip
END = {"type": "end", "config": {"outcome": "person"}}


def flow(**nodes: Any) -> dict[str, Any]:
    """A flow that answers and asks for a key."""
    return {
        "callweave": 1, "name": "Desk", "languages": ["en"], "start": "answer",
        "nodes": {
            "answer": {"type": "answer", "outlets": {"done": "menu"}},
            "menu": {**MENU, "outlets": dict.fromkeys(("1", "no_input", "no_match"), "person")},
            "person": END, **nodes,
        },
    }  # fmt: skip


def at_the_menu(document: dict[str, Any]) -> Session:
    """A caller who is being asked."""
    program = compile_flow(document)
    turn = start(program, contact={}, record={}, at=AT, event=CallOffered(at=AT, leg="a", caller="1", called="2"))
    [answer] = turn.commands
    turn = advance(program, turn.session, CallAnswered(at=AT, command_id=answer.id, leg="a"))
    assert isinstance(turn.commands[0], Gather)
    return restore(program, dump(turn.session), contact={}, record={})


TONE = FaxToneDetected(at=AT + timedelta(seconds=2), leg="a")
FAX = {"type": "receive_fax", "outlets": {"received": "thanks", "failed": "person"}}
THANKS = {"type": "end", "config": {"outcome": "fax"}}


def test_the_flow_goes_on_where_faxes_are_taken() -> None:
    session = at_the_menu(flow(fax=FAX, thanks=THANKS))
    turn = advance(session.program, session, TONE)
    [command] = turn.commands
    assert (turn.session.node, type(command), command.leg) == ("fax", ReceiveFax, "a")
    assert [step.node for step in turn.journal] == ["fax"]
    turn = advance(session.program, turn.session, FaxReceived(at=AT, command_id=command.id, asset="x", pages=2))
    assert turn.session.outcome == "fax"


def test_the_nearest_node_is_taken() -> None:
    nodes = {
        "a_fax": FAX, "thanks": THANKS, "z_fax": {**FAX, "outlets": {"received": "thanks", "failed": "person"}},
        "menu": {**MENU, "outlets": {"1": "z_fax", "no_input": "person", "no_match": "person"}},
    }  # fmt: skip
    session = at_the_menu(flow(**nodes))
    assert advance(session.program, session, TONE).session.node == "z_fax"


def test_without_such_a_node_nothing_changes() -> None:
    session = at_the_menu(flow())
    assert not session.program.takes_fax
    assert advance(session.program, session, TONE).session is session


def test_another_party_changes_nothing() -> None:
    session = at_the_menu(flow(fax=FAX, thanks=THANKS))
    assert advance(session.program, session, FaxToneDetected(at=AT, leg="b")).session is session


def test_a_node_that_nothing_leads_to_is_no_fault() -> None:
    checked = check(flow(fax=FAX, thanks=THANKS), registry())
    assert [fault for fault in checked.warnings if fault.path.startswith(("nodes.fax", "nodes.thanks"))] == []
    assert checked.errors == []

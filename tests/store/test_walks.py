"""The ways of sessions: who came to a node, by which outlets they left, where they ended, how long they stayed."""

from __future__ import annotations

from engine.store.times import SECOND
from engine.store.walks import AtNode, ByOutlet, Walk, summed


def test_walks_are_summed() -> None:
    walks = [
        Walk(True, "told", "completed", [("ask", None, 0), ("ask", "1", 8 * SECOND), ("bye", None, 8 * SECOND)]),
        Walk(True, "hung_up", "completed", [("ask", None, 0), ("ask", "hung_up", 4 * SECOND)]),
        Walk(False, None, "waiting", [("ask", None, 0)]),
        Walk(True, "told", "completed", []),
    ]
    nodes, outlets = summed(walks)
    assert nodes == [AtNode("ask", 3, 1, 8.0, 8.0), AtNode("bye", 1, 1, 0.0, 0.0)]
    assert outlets == [ByOutlet("ask", "1", 1, 0), ByOutlet("ask", "hung_up", 1, 1)]


def test_a_node_that_is_come_to_again_counts_again() -> None:
    again = [("call", "no_answer", 0), ("wait", None, 0), ("wait", "done", 60 * SECOND), ("call", "answered", 70 * SECOND)]
    nodes, outlets = summed([Walk(False, None, "running", again)])
    assert {each.node: each.came for each in nodes} == {"call": 2, "wait": 1}
    assert {(each.node, each.outlet): each.taken for each in outlets} == {
        ("call", "no_answer"): 1, ("wait", "done"): 1, ("call", "answered"): 1,
    }  # fmt: skip

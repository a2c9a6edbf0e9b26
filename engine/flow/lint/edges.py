"""The outlets: that they exist, lead somewhere, and that every fate of a contact is thought of."""

from __future__ import annotations

from collections.abc import Iterator

from engine.faults import Fault, Mend, shown
from engine.flow.lint.subject import Finding, Subject, targets_of

MESSAGES = {
    "goes nowhere: the session would end here as completed", "goes nowhere: who presses nothing would be let go",
    "goes nowhere: a call that a machine takes would count as done",
    "goes nowhere: when no answer comes, the session would end", "Connect it", "Remove this connection",
}  # fmt: skip
"""Sentences of this module; each has its translation."""

_LOOSE = {
    "no_input": "goes nowhere: who presses nothing would be let go",
    "machine": "goes nowhere: a call that a machine takes would count as done",
    "timed_out": "goes nowhere: when no answer comes, the session would end",
}
_TAKEN_IF = {"machine": "detect_machine", "timed_out": "timeout"}
"""Outlets that are never taken while a field of the config says so."""
_ENGINES = {"failed", "hung_up"}
"""Outlets whose ends the engine minds: `failed` may be loose, `hung_up` has `on_hang_up`."""


def outlets_lead_somewhere(flow: Subject) -> Iterator[Finding]:
    """An edge leads from an outlet that is there to a node that is there."""
    for id in flow.checked:
        for outlet, target in targets_of(flow.document, id).items():
            path = f"nodes.{id}.outlets.{outlet}"
            mend = Mend("remove", "Remove this connection", {"path": path})
            if not isinstance(target, str) or target not in flow.checked:
                yield "error", Fault(path, "leads to {value}, which does not exist", {"value": shown(target)}, mend)
            if flow.outlets[id] and outlet not in flow.outlets[id]:
                yield "error", Fault(path, "this node has no outlet {value}", {"value": shown(outlet)}, mend)


def outlets_are_connected(flow: Subject) -> Iterator[Finding]:
    """No outlet that can be taken is left hanging."""
    for id, node in flow.nodes.items():
        given = targets_of(flow.document, id)
        for outlet in flow.checked[id].outlets:
            if outlet.id in given or outlet.id in _ENGINES:
                continue
            switch = _TAKEN_IF.get(outlet.id)
            if switch is not None and not getattr(node.config, switch, True):
                continue
            sentence = _LOOSE.get(outlet.id, "goes nowhere: the session would end here as completed")
            mend = Mend("connect", "Connect it", {"node": id, "outlet": outlet.id})
            yield "warning", Fault(f"nodes.{id}.outlets.{outlet.id}", sentence, {}, mend)

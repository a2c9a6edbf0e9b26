"""Variables: what is read has been set, on every way to where it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.faults import Fault, Mend, shown
from engine.flow.lint.readers import as_written, names
from engine.flow.lint.subflows import run_configs
from engine.flow.lint.subject import Finding, Subject


def variables_are_set(flow: Subject) -> Iterator[Finding]:
    """`vars.x` is set by some node, or given by a flow that runs this one; and that on every way."""
    setters = {id: frozenset(node.sets()) for id, node in flow.nodes.items()}
    known = sorted(set().union(*setters.values())) if setters else []
    bits = {name: 1 << number for number, name in enumerate(known)}
    masks = {id: sum(bits[name] for name in own) for id, own in setters.items()}
    everything = (1 << len(known)) - 1
    missing = _missing(flow, {id: masks.get(id, everything) for id in flow.checked}, everything)
    given = _given(flow)
    for id, path, name in names(flow):
        if name[0] != "vars" or len(name) < 2 or not isinstance(name[1], str) or name[1] in given:
            continue
        variable, value = name[1], {"value": shown(as_written(name[:2]))}
        if variable in bits:
            if missing[id] & bits[variable] and variable not in setters[id]:
                yield "warning", Fault(path, "{value} is not set on every way to here", value)
        elif len(flow.nodes) < len(flow.checked):
            continue  # a node that could not be built may be the one that sets it
        elif given or _is_never_inside(flow):
            yield "error", Fault(path, "{value} is never set", value, _mend(flow, path, variable, known))
        else:
            message = "{value} is never set here: it is empty unless a flow that runs this one gives it"
            yield "warning", Fault(path, message, value, _mend(flow, path, variable, known))


def _missing(flow: Subject, sets: Mapping[str, int], everything: int) -> dict[str, int]:
    """The variables that some way leaves without a value, by the node that is come to."""
    return flow.spread(dict.fromkeys(flow.starts[:1], everything), lambda id, outlet, bits: bits & ~sets[id])


def _mend(flow: Subject, path: str, variable: str, known: list[str]) -> Mend | None:
    close = flow.close_to(variable, known)
    if close is None:
        return None
    return Mend("rename", "Write {to} instead", {"path": path, "from": f"vars.{variable}", "to": f"vars.{close}"})


def _is_never_inside(flow: Subject) -> bool:
    """Whether this flow cannot be meant as a sub-flow: it begins by taking a call, or by making one."""
    node = flow.nodes.get(flow.start or "")
    return node is not None and (bool(node.gives_leg) or node.opens_leg)


def _given(flow: Subject) -> set[str]:
    """The inputs that other flows give when they run this one."""
    found: set[str] = set()
    mine = flow.document.get("name")
    for other in (flow.flows or {}).values():
        for config in run_configs(other, flow.registry):
            named, inputs = config.get("flow"), config.get("inputs")
            called = (flow.flows or {}).get(str(named), {"name": named})
            if called.get("name") == mine and isinstance(inputs, Mapping):
                found.update(name for name in inputs if isinstance(name, str))
    return found

"""From a document to a program that can run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.faults import Fault
from engine.flow.calendars import read_calendars
from engine.flow.check import Registry, built_places, check
from engine.flow.load import DocumentRefused, accept
from engine.flow.program import Library, Program


class FlowErrors(Exception):
    """The flow cannot run. `errors` has every fault with its place."""

    def __init__(self, errors: list[Fault]) -> None:
        super().__init__("; ".join(str(error) for error in errors))
        self.errors = errors


def compile_flow(
    document: Mapping[str, Any],
    registry: Registry | None = None,
    *,
    time_zone: str = "UTC",
    library: Library | None = None,
    calendars: Mapping[str, Any] | None = None,
) -> Program:
    """The program of a document; `FlowErrors` with every fault if it cannot run.

    `time_zone` is for contacts who have none of their own. `registry` defaults to the node types of this installation,
    `library` (where sub-flows are found) to an empty one. `calendars` (CONTRACT §6) are those that a flow may name;
    where they are not given, names are not checked, and a calendar that is only named counts as closed.
    """
    if registry is None:
        from engine.nodes import registry as installed  # nodes import flows' parts: the circle is cut here

        registry = installed()
    try:
        accept(document)
    except DocumentRefused as refused:
        raise FlowErrors(refused.faults) from refused
    kept, faults = read_calendars(calendars or {})
    report = check(document, registry, calendars=calendars)
    if faults or report.errors:
        raise FlowErrors(faults + report.errors)
    return Program(
        name=document["name"],
        languages=tuple(document["languages"]),
        start=document["start"],
        on_hang_up=document.get("on_hang_up"),
        places=built_places(document, report),
        time_zone=time_zone,
        library=library,
        calendars=kept,
        registry=registry,
    )

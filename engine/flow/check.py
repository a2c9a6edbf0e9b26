"""Whether a document can run: every fault with its place, all at once.

Errors keep a flow from being published, warnings do not. Three looks: at the frame (`head`), at each node's config
(`build`), which gives the very nodes that will run, and at the flow as a whole (`lint`, a list of rules).
"""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from typing import Any

import msgspec

from engine.english import Understanding
from engine.faults import Fault
from engine.flow.build import Checked, Registry, check_node, guessed_outlets
from engine.flow.calendars import calendars_are_known
from engine.flow.head import head, node_head
from engine.flow.lint import lint
from engine.flow.lint.subject import Subject, targets_of
from engine.flow.program import Place


class Report(msgspec.Struct):
    """All that checking found out."""

    errors: list[Fault] = []
    warnings: list[Fault] = []
    nodes: dict[str, Checked] = {}


def check(
    document: Mapping[str, Any],
    registry: Registry,
    *,
    record_types: Mapping[str, Any] | None = None,
    flows: Mapping[str, Mapping[str, Any]] | None = None,
    calendars: Collection[str] | None = None,
    recordings: Mapping[str, Collection[str]] | None = None,
    understanding: Understanding | None = None,
    voices: Container[str] | None = None,
) -> Report:
    """Every error and warning of a document whose envelope has been accepted.

    `record_types` are JSON Schemas by the name of the type, `flows` the documents of this place by name and by id,
    `recordings` the languages that each has ("" for all), by name. Without them nothing is said about a record's
    fields, about sub-flows, about recordings; the same goes for names of `calendars`.
    `understanding` is what callers may say, `voices` what prompts may be spoken by.
    """
    report = Report()
    report.errors.extend(head(document))
    for id, node in document["nodes"].items():
        path = f"nodes.{id}"
        report.errors.extend(node_head(id, node, path))
        report.nodes[id] = check_node(node, registry, path, report.errors) if isinstance(node, dict) else Checked()
    subject = Subject(document, report.nodes, registry, record_types, flows, recordings, understanding, voices)
    for level, fault in lint(subject):
        (report.errors if level == "error" else report.warnings).append(fault)
    if calendars is not None:
        report.errors.extend(calendars_are_known(report.nodes, calendars))
    return report


def built_places(document: Mapping[str, Any], report: Report) -> dict[str, Place]:
    """The places of a flow without errors."""
    places = {id: Place(id, checked.node) for id, checked in report.nodes.items() if checked.node is not None}
    for id, place in places.items():
        place.targets = {outlet: places[target] for outlet, target in targets_of(document, id).items()}
    return places


__all__ = ["Checked", "Registry", "Report", "built_places", "check", "check_node", "guessed_outlets"]

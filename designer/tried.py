"""What is tried: a flow's draft, or one of its versions, as a program with all that it names beside it."""

from __future__ import annotations

import json
from typing import Any

from designer.access.identity import store
from designer.parts import parts
from designer.problems import Problem
from engine.faults import Fault
from engine.flow import FlowErrors, Program, compile_flow
from engine.flow.calendars import read_calendars
from engine.flow.program import Library
from engine.host.plugins import node_types
from engine.store import definitions, flows
from engine.store.tenant import calendar


def document_of(flow_id: bytes, version: int | None = None) -> dict[str, Any]:
    """A flow's draft, or one of its versions; raises FlowUnknown, and Problem 422 if there is no such version."""
    with store().read() as connection:
        flows.get(connection, flow_id)
        if version is None:
            written, _ = flows.draft(connection, flow_id)
        else:
            found = flows.version_document(connection, flow_id, version)
            if found is None:
                wrong = Fault("version", "this flow has no version {value}", {"value": version})
                raise Problem(422, "The request does not fit.", errors=[wrong])
            written = found[1]
    document: dict[str, Any] = json.loads(written)
    return document


def program_of(document: dict[str, Any], library: Library, *, is_draft: bool) -> Program:
    """The document's program; a version runs although a calendar that it names is there no more, as it does live.

    Raises Problem 422 with every fault.
    """
    with store().read() as connection:
        calendars = definitions.every(connection, calendar)
    try:
        program = compile_flow(
            document,
            node_types(),
            time_zone=parts().settings.time_zone,
            calendars=calendars if is_draft else None,
        )
    except FlowErrors as error:
        raise Problem(422, "A flow with faults cannot be simulated.", errors=error.errors) from error
    return program.beside(library, read_calendars(calendars)[0])

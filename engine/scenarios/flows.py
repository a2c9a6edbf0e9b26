"""The sub-flows of a scenario: documents by name, or several versions of one in a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.flow import FlowErrors, Program, compile_flow
from engine.scenarios.scenario import ScenarioError


class ScenarioFlows:
    """A library of a scenario's `flows`; the last of several versions is the latest.

    They are made of the node types of the program that they are walked by, and know its calendars.
    """

    def __init__(self, flows: Mapping[str, Any], program: Program) -> None:
        self._programs: dict[str, Program] = {}
        self._latest: dict[str, int] = {}
        for name, documents in flows.items():
            versions = documents if isinstance(documents, list) else [documents]
            for number, document in enumerate(versions, start=1):
                try:
                    sub_flow = compile_flow(
                        document, program.registry, time_zone=program.time_zone, calendars=program.calendars or None
                    )
                except FlowErrors as error:
                    raise ScenarioError(f"flows.{name}: {error}") from error
                self._programs[f"{name}@{number}"] = sub_flow
            self._latest[name] = len(versions)

    def find(self, flow: str, version: int | None) -> str | None:
        """The key of a version, or of the latest."""
        key = f"{flow}@{version or self._latest.get(flow)}"
        return key if key in self._programs else None

    def program(self, key: str) -> Program | None:
        """The program of a key."""
        return self._programs.get(key)

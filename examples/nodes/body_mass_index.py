"""Body mass index: a plain Python function as a node. It is run as a job, in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from callweave import FunctionNode, Leave, NodeConfig, Outlet, fields


class BodyMassIndexConfig(NodeConfig):
    weight: fields.Template = fields.Field(title="Weight", json_schema_extra={"unit": "kg"})
    height: fields.Template = fields.Field(title="Height", json_schema_extra={"unit": "cm"})


class BodyMassIndex(FunctionNode[BodyMassIndexConfig]):
    """Works out the body mass index."""

    type, label, icon = "body_mass_index", "Body mass index", "gauge"
    help = "The result is the index with one decimal; “high” from 25 on."
    starter = {"weight": "{{ record.weight }}", "height": "{{ record.height }}"}
    timeout = 5.0
    tries = 2

    @staticmethod
    def run(weight: Any, height: Any) -> float:
        """Kilograms over square metres."""
        return round(float(weight) / (float(height) / 100) ** 2, 1)

    def outlets(self) -> Iterator[Outlet]:
        yield Outlet("done", "Below 25")
        yield Outlet("high", "25 and above")
        yield Outlet("failed", "Failed")

    def returned(self, result: float) -> Leave:
        return Leave("high" if result >= 25 else "done", result=result)

"""Flows and scenarios in files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from engine.flow import parse_document
from engine.scenarios import Scenario, ScenarioError, read_scenario


class PlainLoader(yaml.SafeLoader):
    """YAML that gives what JSON gives: a date stays text, and only true and false are true and false."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Found(msgspec.Struct, frozen=True):
    """A scenario, and where it stands."""

    source: str
    name: str
    scenario: Scenario | None = None
    reason: str = ""
    """Why it is none."""


def read_flow(path: Path) -> dict[str, Any]:
    """The document in a file; DocumentRefused if there is none in it, OSError if it cannot be read."""
    return parse_document(path.read_bytes())


def scenarios(flow: Path, document: Mapping[str, Any], given: Iterable[Path]) -> Iterator[Found]:
    """The scenarios in the document, in the files given, and, if none are given, in YAML files beside the flow.

    A YAML file belongs to `reminder.json` if it is named `reminder.yaml` or `reminder.<anything>.yaml`, lies in a
    folder `reminder`, or if its scenarios name the flow's file as their `flow`.
    """
    own = document.get("scenarios", [])
    yield from _read(own if isinstance(own, list) else [], flow.name)
    files = list(given)
    if files:
        for path in files:
            yield from _read(_load(path), path.name)
    else:
        for path in _beside(flow):
            named_after = path.name.split(".")[0] == flow.stem or path.parent.name == flow.stem
            yield from _read([data for data in _load(path) if named_after or _names(data, flow)], path.name)


def _beside(flow: Path) -> list[Path]:
    folders = [flow.parent, flow.parent / flow.stem]
    return sorted(path for folder in folders for pattern in ("*.yaml", "*.yml") for path in folder.glob(pattern))


def _names(data: Any, flow: Path) -> bool:
    return isinstance(data, dict) and isinstance(data.get("flow"), str) and Path(data["flow"]).name == flow.name


def _load(path: Path) -> list[Any]:
    """The YAML documents of a file; a list in one of them counts entry by entry. ScenarioError if it is not YAML."""
    try:
        text = path.read_text(encoding="utf-8")
        loaded = list(yaml.load_all(text, Loader=PlainLoader))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: is not YAML: {error}") from error
    return [entry for data in loaded if data for entry in (data if isinstance(data, list) else [data])]


def _read(entries: Iterable[Any], source: str) -> Iterator[Found]:
    for number, data in enumerate(entries):
        name = str(data.get("name", number)) if isinstance(data, dict) else str(number)
        try:
            if not isinstance(data, dict):
                raise ScenarioError(f"must be an object (is {data!r})")
            yield Found(source, name, read_scenario(data))
        except ScenarioError as error:
            yield Found(source, name, None, str(error))

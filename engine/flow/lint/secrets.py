"""Secrets: a value that nobody gets to read is put into no text."""

from __future__ import annotations

from collections.abc import Iterator

from engine.expressions import Condition, Template
from engine.expressions.secret_template import SecretTemplate
from engine.faults import Fault, shown
from engine.flow.lint.readers import Name, as_written, readers
from engine.flow.lint.subject import Finding, Subject

MAX_PASSES = 10
"""From how many variables to how many others a secret is followed."""


def secrets_stay_secret(flow: Subject) -> Iterator[Finding]:
    """A secret is used in fields that are made for it; anywhere else it would be written as •••."""
    secrets = _secrets(flow)
    if not secrets:
        return
    for id, path, reader in readers(flow):
        if isinstance(reader, (Condition, SecretTemplate)) or _keeps(flow, id, path):
            continue
        for name in sorted(reader.names, key=str):
            if name[:3] in secrets or name[:2] in secrets:
                value = {"value": shown(as_written(name))}
                yield "warning", Fault(path, "{value} is a secret: ••• would stand here", value)


def _secrets(flow: Subject) -> set[Name]:
    """The names under which secrets are found: what secret questions were answered with, and variables made of it."""
    found: set[Name] = {
        ("results", id, "value") for id, node in flow.nodes.items() if getattr(node.config, "secret", False)
    }
    before = 0
    for _ in range(MAX_PASSES):
        if len(found) == before:
            break
        before = len(found)
        for id, path, template in readers(flow):
            variable = path.rsplit(".", 1)[-1]
            if ("vars", variable) in found or not _keeps(flow, id, path) or not isinstance(template, Template):
                continue
            if any(name[:3] in found or name[:2] in found for name in template.names):
                found.add(("vars", variable))
    return found


def _keeps(flow: Subject, id: str, path: str) -> bool:
    """Whether this is where a variable gets its value, which as one `{{ }}` keeps its kind."""
    return path.rsplit(".", 1)[-1] in set(flow.nodes[id].sets())

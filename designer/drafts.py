"""From the bytes of a document to a draft that can be kept, and to a version that can run."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from designer.surroundings import Surroundings
from engine.faults import Fault
from engine.flow import Report, canonical, check, parse_document
from engine.flow.upgrade import upgrade_document
from engine.host.plugins import node_types
from engine.store.flows import Draft

NOTHING = Surroundings()
"""Where nothing is known of what there is beside a document."""


class Checked(msgspec.Struct, frozen=True):
    """A document with all that checking found in it."""

    document: dict[str, Any]
    report: Report

    @property
    def draft(self) -> Draft:
        """What is kept of it."""
        description = self.document.get("description", "")
        languages = self.document.get("languages", [])
        return Draft(
            document=canonical(self.document),
            name=self.document["name"],
            description=description if isinstance(description, str) else "",
            languages=[tag for tag in languages if isinstance(tag, str)] if isinstance(languages, list) else [],
            errors=len(self.report.errors),
            warnings=len(self.report.warnings),
        )


def checked(data: bytes, beside: Surroundings = NOTHING) -> Checked:
    """The document in these bytes, `beside` what there is; raises DocumentRefused if it cannot be kept at all."""
    types = node_types()
    document = upgrade_document(parse_document(data), types)
    report = check(
        document, types, flows=beside.flows, calendars=beside.calendars, record_types=beside.record_types,
        recordings=beside.recordings, understanding=beside.understanding, voices=beside.voices,
    )  # fmt: skip
    return Checked(document, report)


def as_drawn(document: str) -> str:
    """A kept draft as the editor is to show it: with every config as its node type writes it now."""
    kept = msgspec.json.decode(document)
    upgraded = upgrade_document(kept, node_types())
    return document if upgraded is kept else canonical(upgraded)


def digest(document: str) -> str:
    """What names a version's document for ever."""
    return hashlib.sha256(document.encode()).hexdigest()


def faults_of_draft(document: str, beside: Surroundings = NOTHING) -> list[Fault]:
    """Every error of a kept draft under the node types of today."""
    return checked(document.encode(), beside).report.errors

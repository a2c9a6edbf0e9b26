"""From rows to records: kinds kept, faults with their place; and what a source's document may say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.sources.document import read_document
from engine.sources.mapping import MappedRow, Mapping, mapped

AT = datetime(2026, 11, 22, tzinfo=UTC)


def made(row: dict[str, Any], **mapping: Any) -> Any:
    return mapped(Mapping.model_validate({"record_type": "visit", **mapping}), row, at=AT)


def test_kinds_are_kept_and_what_is_missing_is_left_out() -> None:
    row = {"no": "V1", "age": 63, "ok": False, "tags": ["a", {"b": 1}], "nothing": None, "name": "李 雷"}
    fields = {
        "no": "{{ row.no }}", "age": "{{ row.age }}", "ok": "{{ row.ok }}", "tags": "{{ row.tags }}",
        "nothing": "{{ row.nothing }}", "gone": "{{ row.gone.deeper }}", "words": "{{ row.name }} ({{ row.age }})",
        "fixed": 7, "sure": True,
    }  # fmt: skip
    found = made(row, fields=fields, source_version="{{ row.age }}")
    assert found == MappedRow(
        record_type="visit", source_version=63,
        data={"no": "V1", "age": 63, "ok": False, "tags": ["a", {"b": 1}], "words": "李 雷 (63)", "fixed": 7, "sure": True},
    )  # fmt: skip


def test_a_mapping_says_what_it_is_about_and_when_a_record_is_gone() -> None:
    fields = {"no": "{{ row.no }}"}
    assert made({"no": 1, "event": "A08"}, fields=fields, when="row.event == 'A04'") is None
    assert made({"no": 1, "event": "A23"}, fields=fields, deleted_when="row.event == 'A23'").deleted
    assert made({"no": 1}, fields={"at": "{{ now | date: '%Y' }}"}).data == {"at": "2026"}


def test_faults_have_their_place() -> None:
    found = made({"no": object(), "v": 1.5}, fields={"no": "{{ row.no }}"}, source_version="{{ row.v }}")
    assert [fault.path for fault in found] == ["fields.no", "source_version"]


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ({"kind": "telepathy", "records": [{"record_type": "x", "fields": {}}]}, ["records.0.fields", "kind"]),
        ({"kind": "sql", "config": {"database": "sqlite"}, "every_seconds": 0}, ["every_seconds", "config.name"]),
        ({"kind": "sql", "config": {"database": "sqlite", "name": "x", "wrong": 1}, "more": 2}, ["more", "config.wrong"]),
        (
            {"kind": "sql", "config": {"database": "sqlite", "name": "x"},
             "records": [{"record_type": "x", "fields": {"a": "{{ row.a"}}, {"record_type": "y", "feed": "f", "fields": {"a": 1},
             "parts": {"a": {"key": "{{ row.a }}"}, "b": {"key": "{{ row.b }}"}}}]},
            ["records.0.fields.a", "records.1"],
        ),
    ],
)  # fmt: skip
def test_a_document_is_refused_with_every_fault(document: dict[str, Any], paths: list[str]) -> None:
    setup, faults = read_document("his", document)
    assert setup is None
    assert sorted(fault.path for fault in faults) == sorted(paths)

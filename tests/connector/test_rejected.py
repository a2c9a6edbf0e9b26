"""`callweave connector rejected`: what nobody could use is shown beside the HIS, while the connector runs."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from callweave.cli import app
from engine.faults import Fault
from engine.sources.document import read_document
from engine.sources.keeping import Keeper
from engine.sources.place import Place
from engine.sources.source import Arrival

DOCUMENT = {"kind": "hl7", "records": [{"record_type": "visit", "fields": {"no": "{{ row.id }}"}}]}


def rejected(file: Path, *more: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(app, ["connector", "rejected", "--config", str(file), *more])
    return result.exit_code, result.output.splitlines()


def test_rejected_messages_are_shown(tmp_path: Path) -> None:
    file = tmp_path / "connector.yaml"
    platform = {"url": "https://callweave.example", "key": "12345678"}
    file.write_text(json.dumps({"platform": platform, "data": "kept", "sources": {"his": DOCUMENT}}))
    assert rejected(file) == (0, ["Nothing was rejected: the connector has not run yet."])
    setup, _ = read_document("his", DOCUMENT)
    assert setup is not None
    place = Place(tmp_path / "kept")
    fault = Fault("MSH.10", "is required")
    Keeper(place.store, setup).keep_arrivals("messages", [Arrival(id="1", text="MSH|^~\\&|张\r\x1b[2JPID|", faults=(fault,))])
    code, lines = rejected(file)
    assert (code, lines[0], lines[2:]) == (0, "his: 1 rejected", ["    MSH.10: is required", "    | MSH|^~\\&|张", "    | \\x1b[2JPID|"])
    assert rejected(file, "--source", "other")[0] == 1
    place.close()

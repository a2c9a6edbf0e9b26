"""A connector's file: every fault at once, and secrets that stand elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from callweave.cli import app
from callweave.connector.config import FileFaults, read_file
from engine.sources.place import InUse, Place
from tests.connector.his import His

PLATFORM = {"url": "https://callweave.example", "key": "cw_a_key_of_a_connector"}


def written(folder: Path, data: Any) -> Path:
    path = folder / "connector.yaml"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def test_secrets_may_stand_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIS_PASSWORD", "from the environment")
    (tmp_path / "key").write_text("cw_from_a_file\n", encoding="utf-8")
    config = {"database": "postgresql", "host": "his", "name": "his", "secrets": {"password": {"env": "HIS_PASSWORD"}}}
    found = read_file(written(tmp_path, {
        "platform": PLATFORM | {"key": {"file": "key"}}, "sources": {"his": {"kind": "sql", "config": config}},
    }))  # fmt: skip
    assert found.platform.key == "cw_from_a_file"
    assert found.sources[0].config.secrets == {"password": "from the environment"}
    assert (found.beside, found.folder) == (tmp_path, tmp_path / "connector")


def test_toml_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "connector.toml"
    path.write_text(
        '[platform]\nurl = "http://127.0.0.1:8080"\nkey = "cw_12345678"\n'
        '[sources.his]\nkind = "sql"\nconfig = {database = "sqlite", name = "his.sqlite3"}\n', encoding="utf-8",
    )  # fmt: skip
    assert [setup.name for setup in read_file(path).sources] == ["his"]


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        ("a: [", [""]),
        ("[]", [""]),
        ({"platform": PLATFORM}, ["sources"]),
        ({"platform": {"url": "http://callweave.example", "key": "x"}, "sources": {"h s": {"kind": "sql"}}, "more": 1},
         ["more", "platform.key", "sources.h s", "sources.h s.config.database", "sources.h s.config.name"]),
        ({"platform": {"url": "http://callweave.example", "key": "cw_12345678"},
          "sources": {"his": {"kind": "sql", "config": {"database": "sqlite", "name": "x"}}}}, ["platform"]),
        ({"platform": PLATFORM | {"key": {"env": "NOWHERE"}}, "sources": {}}, ["platform.key"]),
        ({"platform": PLATFORM, "sources": {"his": {"kind": "sql", "config": {"database": "x", "name": "x"}, "records": [{}]}}},
         ["sources.his.config.database", "sources.his.records.0.fields", "sources.his.records.0.record_type"]),
    ],
)  # fmt: skip
def test_every_fault_at_once(tmp_path: Path, data: Any, paths: list[str]) -> None:
    with pytest.raises(FileFaults) as refused:
        read_file(written(tmp_path, data))
    assert sorted(fault.path for fault in refused.value.faults) == sorted(paths)


def test_check_reads_the_first_rows_and_says_what_they_give(tmp_path: Path) -> None:
    his = His(tmp_path / "his.sqlite3")
    his.add(range(5))
    source = his.source()
    source["config"]["name"] = his.path.name  # from where the connector's file lies
    path = written(tmp_path, {"platform": PLATFORM, "sources": {"his": source}})
    found = CliRunner().invoke(app, ["connector", "check", "--config", str(path), "--read"])
    assert found.exit_code == 0, found.output
    assert '"visit_no":"V0","patient":"病人0"' in found.output
    source = his.source()
    source["records"][0]["feed"] = "wards"
    path = written(tmp_path, {"platform": PLATFORM, "sources": {"his": source}})
    found = CliRunner().invoke(app, ["connector", "check", "--config", str(path)])
    assert found.exit_code == 1
    assert "sources.his.records.0.feed: there is no feed 'wards': there are visits" in found.output


def test_two_connectors_do_not_work_in_one_folder(tmp_path: Path) -> None:
    first = Place(tmp_path)
    with pytest.raises(InUse):
        Place(tmp_path)
    first.close()
    Place(tmp_path).close()

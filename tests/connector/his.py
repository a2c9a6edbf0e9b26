"""A small HIS in a SQLite file, and the connector beside it as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

VISIT = {
    "schema": {
        "type": "object",
        "properties": {"visit_no": {"type": "string"}, "patient": {"type": "string"}, "mobile": {"type": "string"},
                       "ward": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["visit_no", "patient"], "additionalProperties": False,
    },
    "key": "visit_no", "name": "patient", "phone": "mobile",
}  # fmt: skip


class His:
    """Visits and slots."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as database:
            database.executescript(
                "create table visit (no text primary key, name text, phone text, ward text, age text, changed integer);"
                "create table slot (id integer primary key, doctor text, at text, taken_by text, by_key text);"
                "create table written (key text primary key)"
            )

    def add(self, numbers: range, *, ward: str = "cardio", changed: int = 1) -> None:
        """New visits, or newer versions of them."""
        rows = [(f"V{n}", f"病人{n}", f"138{n:08d}", ward, str(20 + n % 60), changed * 1_000_000 + n) for n in numbers]
        with self._open() as database:
            database.executemany("insert or replace into visit values (?, ?, ?, ?, ?, ?)", rows)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the HIS; or change something in it."""
        with self._open() as database:
            return database.execute(sql, values).fetchall()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=10)) as database, database:
            yield database

    def source(self, every_seconds: float = 0.2) -> dict[str, Any]:
        """How it is set up as a source."""
        return {
            "kind": "sql",
            "every_seconds": every_seconds,
            "config": {
                "database": "sqlite", "name": str(self.path),
                "feeds": {"visits": {"table": "visit", "changed": "changed", "id": "no"}},
                "queries": {
                    "free_slots": {
                        "sql": "select id, at from slot where doctor = :doctor and taken_by is null order by id",
                        "parameters": ["doctor"],
                    }
                },
                "statements": {
                    "book": {
                        "steps": [{"sql": "update slot set taken_by = :patient, by_key = :key where id = :slot"
                                          " and taken_by is null", "rows": 1}],
                        "parameters": ["patient", "slot"],
                        "done_when": "select 1 from slot where by_key = :key",
                    }
                },
            },
            "records": [
                {
                    "feed": "visits", "record_type": "visit", "source_version": "{{ row.changed }}",
                    "fields": {"visit_no": "{{ row.no }}", "patient": "{{ row.name }}", "mobile": "{{ row.phone }}",
                               "ward": "{{ row.ward }}", "age": "{{ row.age | plus: 0 }}"},
                }
            ],
        }  # fmt: skip


class Connector:
    """`callweave connector run` as a process; `stop` and `kill` end that process alone."""

    def __init__(self, folder: Path, url: str, key: str, sources: dict[str, Any]) -> None:
        self.folder = folder
        self.file = folder / "connector.yaml"
        self.log = folder / "connector.log"
        document = {"platform": {"url": url, "key": key}, "data": "kept", "sources": sources}
        self.file.write_text(json.dumps(document), encoding="utf-8")  # JSON is YAML
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("CALLWEAVE_")}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "callweave", "connector", "run", "--config", str(self.file)],
                stdout=log, stderr=log, env=env | {"CALLWEAVE_DATA": str(self.folder / "data")},
            )  # fmt: skip

    def kill(self, number: signal.Signals = signal.SIGKILL) -> int:
        """End it; its exit status."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(timeout=20)

    def close(self) -> None:
        """End it if it runs."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def tail(self) -> str:
        """Its last words."""
        return "\n".join(self.log.read_text(encoding="utf-8").splitlines()[-30:])

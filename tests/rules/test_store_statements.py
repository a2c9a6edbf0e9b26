"""The stores speak SQLAlchemy Core alone: raw SQL escapes the map to a tenant's schema (DECISIONS 10)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

STORE = Path(__file__).parents[2] / "engine" / "store"
BANNED = {"text", "exec_driver_sql", "literal_column", "TextClause"}
FILES = sorted(path for path in STORE.rglob("*.py") if "migrations" not in path.parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_raw_sql(path: Path) -> None:
    found = [
        f"{path.name}:{node.lineno}: {name}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in [node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""]
        if name in BANNED
    ]
    assert found == []


def test_every_file_is_looked_at() -> None:
    assert STORE / "flows.py" in FILES

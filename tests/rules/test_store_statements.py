"""The stores speak SQLAlchemy Core alone: raw SQL escapes the map to a tenant's schema (DECISIONS 10)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

STORE = Path(__file__).parents[2] / "engine" / "store"
BANNED = {"text", "exec_driver_sql", "literal_column", "TextClause"}
ALSO_OURS = {"text"}
"""A message has a text as well: banned is SQLAlchemy's."""
FILES = sorted(path for path in STORE.rglob("*.py") if "migrations" not in path.parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_raw_sql(path: Path) -> None:
    assert list(banned(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source", ["sa.text('x')", "from sqlalchemy import text", "c.exec_driver_sql('x')", "sqlalchemy.sql.text('x')"]
)
def test_raw_sql_is_seen(source: str) -> None:
    assert list(banned(source))


def banned(source: str) -> Iterator[str]:
    """Each place where raw SQL is written, or got."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Attribute):
            theirs = ast.unparse(node.value).split(".")[0] in ("sa", "sqlalchemy")
            names = [node.attr] if theirs or node.attr not in ALSO_OURS else []
        elif isinstance(node, ast.Name):
            names = [node.id] if node.id not in ALSO_OURS else []
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            names = [alias.name for alias in node.names]
        yield from (f"{node.lineno}: {name}" for name in names if name in BANNED)


def test_every_file_is_looked_at() -> None:
    assert STORE / "flows.py" in FILES

"""Databases: rows by a watermark, live questions, and writing back."""

from engine.sources.source import Kind
from engine.sources.sql.adapter import SqlSource
from engine.sources.sql.config import SqlConfig

KIND = Kind(SqlConfig, SqlSource)

__all__ = ["KIND", "SqlConfig", "SqlSource"]

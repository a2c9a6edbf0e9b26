"""Folders with CSV files and spreadsheets: each file once, good rows in, a report of the others."""

from engine.sources.csv_folder.adapter import FolderSource
from engine.sources.csv_folder.config import FolderConfig
from engine.sources.source import Kind

KIND = Kind(FolderConfig, FolderSource)

__all__ = ["KIND", "FolderConfig", "FolderSource"]

"""Records, people and erasures, as the API writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

FAULT = {
    "type": "object", "required": ["path", "message"],
    "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
}  # fmt: skip


class RowFaultShape(BaseModel):
    path: str
    message: str


class RejectedShape(BaseModel):
    row: int = Field(description="Its place among the rows that were sent, from 0.")
    errors: list[RowFaultShape]


class IngestedShape(BaseModel):
    accepted: int = Field(description="New.")
    updated: int
    unchanged: int = Field(description="Known with the same content: nothing follows from them.")
    late: int = Field(description="Older by the source's own mark than what is kept.")
    rejected: list[RejectedShape]
    sessions: int = Field(description="That triggers have started.")


class CheckedRowsShape(BaseModel):
    good: int = Field(description="Rows that would be taken in.")
    rejected: list[RejectedShape]


class BadLineShape(BaseModel):
    line: int
    message: str


class TableShape(BaseModel):
    sheets: list[str] = Field(description="Of a spreadsheet, all that it has.")
    columns: list[str]
    lines: list[int] = Field(description="Of each row, where it stands in the file, from 1.")
    rows: list[list[str | None]] = Field(description="Cells in the columns' order.")
    faults: list[BadLineShape] = Field(description="Lines that are no rows of this table.")


class RecordShape(BaseModel):
    id: str
    record_type: str
    key: str
    version: int
    data: dict[str, Any] = Field(description="Without the fields that your role is not shown.")
    contact: str | None = Field(description="The person whom it is about.")
    source: str
    source_version: str | None
    created_at: datetime
    updated_at: datetime


class RecordsShape(BaseModel):
    items: list[RecordShape]
    next: str | None


class RecordVersionShape(BaseModel):
    version: int
    data: dict[str, Any]
    source: str
    source_version: str | None
    at: datetime = Field(description="When it came in.")
    deleted: bool


class HistoryShape(BaseModel):
    items: list[RecordVersionShape]
    next: str | None

"""What the sender of a webhook hears."""

from __future__ import annotations

from pydantic import BaseModel


class RowError(BaseModel):
    path: str
    message: str


class RejectedRow(BaseModel):
    row: int
    errors: list[RowError]


class RowsTakenShape(BaseModel):
    """`accepted` rows go their way, or did before; the rejected ones are kept for a person. Rows count from 0."""

    accepted: int
    rejected: list[RejectedRow]

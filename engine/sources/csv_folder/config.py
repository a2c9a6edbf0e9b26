"""How a folder is set up as a source, into which another system puts CSV files and spreadsheets.

{"feeds": {"visits": {"folder": "/srv/his/out", "files": "visit*.csv"},
           "staff": {"folder": "/srv/his/out", "files": "*.xlsx", "sheet": "Staff", "text": ["phone"]}}}
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from engine.fields import fault
from engine.sources.source import FeedName, SourceConfig
from engine.sources.zones import Zone

MESSAGES = {"a folder can only be read", "needs the end of the marker's name, such as .ok"}
"""Sentences of this module; each has its translation."""

Column = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
MIB = 1024 * 1024


class FolderFeed(BaseModel):
    """Files of one kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: str = Field(title="Folder", min_length=1, max_length=1_000)
    files: str = Field(
        "*", title="Files", min_length=1, max_length=200, pattern=r"^[^/\\]+$", description="Such as visit*.csv."
    )
    ready: Literal["settled", "marker"] = Field(
        "settled", title="When a file is complete",
        description="settled: when it does not change any more. marker: when a file of its name with an end is there.",
    )  # fmt: skip
    settle_seconds: float = Field(5.0, title="A while", ge=0, le=86_400)
    marker: str = Field(".ok", title="End of the marker's name", max_length=20, pattern=r"^[^/\\]*$")
    encoding: Literal["auto", "utf-8", "gb18030", "utf-16", "big5", "latin-1"] = Field("auto", title="Encoding")
    delimiter: Literal["auto", ",", ";", "\t", "|"] = Field("auto", title="Delimiter")
    sheet: str | None = Field(None, title="Sheet", max_length=100, description="The first one if empty.")
    skip_rows: int = Field(0, title="Rows above the header", ge=0, le=1_000)
    columns: list[Column] = Field(
        [], title="Columns", max_length=500, description="Where the file has no header: their names in order."
    )
    text: list[Column] = Field(
        [], title="Columns of text", max_length=500,
        description="Of a spreadsheet, whose numbers and dates stay text there. In a CSV file all is text.",
    )  # fmt: skip
    largest_file: int = Field(100 * MIB, title="Largest file", ge=1, le=1_000 * MIB, description="Bytes.")
    most_rows: int = Field(1_000_000, title="Rows at most", ge=1, le=10_000_000)
    most_columns: int = Field(500, title="Columns at most", ge=1, le=5_000)

    @model_validator(mode="after")
    def _marked(self) -> Self:
        if self.ready == "marker" and not self.marker:
            raise fault("needs the end of the marker's name, such as .ok")
        return self


class FolderConfig(SourceConfig):
    """Folders that are watched."""

    time_zone: Zone = Field("Asia/Shanghai", title="Time zone", description="Of times in spreadsheets.")
    feeds: dict[FeedName, FolderFeed] = Field(title="Feeds", min_length=1, max_length=200)

    @model_validator(mode="after")
    def _only_read(self) -> Self:
        if self.queries or self.statements:
            raise fault("a folder can only be read")
        return self

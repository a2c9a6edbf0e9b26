"""Tables of people as offices keep them: CSV in whatever spelling, or XLSX; cells are text, so no nought is lost.

A CSV file is UTF-8, or what Chinese Windows writes (gb18030); its separator is whichever of comma, semicolon and tab is
most common in the first line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from engine.spreadsheets import TooLarge, guard

MOST_COLUMNS = 200
MOST_ROWS = 1_000_000
KNOWN: dict[str, tuple[str, ...]] = {
    "phone": (
        "phone", "mobile", "tel", "telephone", "number", "手机", "手机号", "手机号码", "电话", "电话号码", "联系电话",
    ),
    "name": ("name", "姓名", "名字", "客户姓名", "患者姓名"),
    "email": ("email", "e-mail", "mail", "邮箱", "电子邮箱", "邮件"),
    "language": ("language", "lang", "语言"),
    "time_zone": ("time_zone", "timezone", "zone", "时区"),
    "id": ("id", "contact", "person", "编号", "客户编号", "患者编号", "病历号", "身份证号"),
}  # fmt: skip
"""By field of a contact: how columns are usually called."""


class NoTable(ValueError):
    """The file is no table that can be read; the message says why."""


def rows(content: bytes) -> Iterator[dict[str, str]]:
    """The rows by the names in the first one; empty rows are left out. Raises NoTable."""
    cells = _sheet(content) if content[:4] == b"PK\x03\x04" else _csv(content)
    head = [name.strip() for name in next(cells, [])]
    if not any(head):
        raise NoTable("the first row names no columns")
    if len(head) > MOST_COLUMNS:
        raise NoTable(f"more than {MOST_COLUMNS} columns")
    for number, row in enumerate(cells):
        if number >= MOST_ROWS:
            raise NoTable(f"more than {MOST_ROWS} rows")
        found = {name: value.strip() for name, value in zip(head, row, strict=False) if name and value.strip()}
        if found:
            yield found


def person(row: Mapping[str, str], columns: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Contact and record of a row: `columns` says which column is which field, else what it is usually called."""
    contact: dict[str, Any] = {}
    by_name = {name.casefold(): value for name, value in row.items()}
    for field, names in KNOWN.items():
        wanted = (columns[field],) if field in columns else names
        value = next((by_name[name.casefold()] for name in wanted if name.casefold() in by_name), None)
        if value is not None:
            contact[field] = value
    return contact, dict(row)


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise NoTable(str(error)) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NoTable("neither UTF-8 nor gb18030")


def _sheet(content: bytes) -> Iterator[list[str]]:
    """The first sheet; numbers without a fraction are written without one."""
    import python_calamine

    try:
        guard(io.BytesIO(content))
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        for row in sheet.iter_rows():
            yield [_text(value) for value in row]
    except (python_calamine.CalamineError, IndexError, OSError, TooLarge) as error:
        raise NoTable(str(error) or "no sheet") from error


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)

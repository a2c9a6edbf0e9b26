"""Rows of records in a request's body: one object, an array, or a line each; every row is judged by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from designer.problems import Problem
from engine.faults import Fault

LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")
MOST_ROWS = 10_000
MOST_BYTES = 32 * 1024 * 1024

_decode = msgspec.json.Decoder().decode


class Broken(msgspec.Struct, frozen=True):
    """A line that is no JSON."""

    fault: Fault


def rows_of(body: bytes, media_type: str) -> list[Any]:
    """The rows, those that cannot be read as `Broken`; raises Problem 400 for what is no JSON, 413 for too many."""
    if media_type in LINES:
        lines = [line for line in body.split(b"\n") if line.strip()]
        _not_too_many(len(lines))
        return list(_by_line(lines))
    try:
        found = _decode(body)
    except RecursionError as error:
        raise Problem(422, errors=[Fault("", "nested deeper than {limit} levels", {"limit": 50})]) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = Fault("", "is not JSON: {reason}", {"reason": str(error)})
        raise Problem(400, "The body is not JSON.", errors=[reason]) from error
    rows = found if isinstance(found, list) else [found]
    _not_too_many(len(rows))
    return rows


def _by_line(lines: list[bytes]) -> Iterator[Any]:
    for line in lines:
        try:
            yield _decode(line)
        except RecursionError:
            yield Broken(Fault("", "nested deeper than {limit} levels", {"limit": 50}))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield Broken(Fault("", "is not JSON: {reason}", {"reason": str(error)[:200]}))


def _not_too_many(count: int) -> None:
    if count > MOST_ROWS:
        raise Problem(413, "At most {limit} rows at a time (are {value}).", {"limit": MOST_ROWS, "value": count})

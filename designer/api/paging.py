"""Lists: pages of 50 by default, 1,000 at most, each with a cursor to the next (DECISIONS 24).

A cursor is the sort key of the last row of a page. It is opaque to callers, so that the key may change.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from designer.problems import Problem
from engine.faults import Fault, shown
from engine.store import id_bytes

DEFAULT = 50
MOST = 1_000

Row = TypeVar("Row")
Key = TypeVar("Key")


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(DEFAULT, ge=1, le=MOST, description="Rows of a page.")
    cursor: str | None = Field(None, max_length=400, description="`next` of the page before.")

    def after(self, key_type: type[Key]) -> Key | None:
        """The sort key of the last row of the page before; raises Problem for a cursor that is none of ours."""
        if self.cursor is None:
            return None
        try:
            padded = self.cursor + "=" * (-len(self.cursor) % 4)
            raw = base64.b64decode(padded, altchars=b"-_", validate=True)
            return msgspec.msgpack.decode(raw, type=key_type)
        except (binascii.Error, ValueError, msgspec.MsgspecError):
            wrong = Fault("cursor", "{value} is no cursor of this list", {"value": shown(self.cursor)})
            raise Problem(422, "The request does not fit.", errors=[wrong]) from None


def page(rows: Sequence[Row], limit: int, key: Callable[[Row], Any], write: Callable[[Row], Any]) -> dict[str, Any]:
    """A page of rows, of which one more than `limit` was asked for, to know whether there is a next page."""
    shown_rows = rows[:limit]
    following = None
    if len(rows) > limit:
        following = cursor_of(key(shown_rows[-1]))
    return {"items": [write(row) for row in shown_rows], "next": following}


def cut(
    rows: Iterable[Row], query: PageQuery, key: Callable[[Row], str], write: Callable[[Row], Any]
) -> dict[str, Any]:
    """A page of a list that is short enough to be read whole, in the order of its key."""
    after = query.after(str)
    rest = sorted((row for row in rows if after is None or key(row) > after), key=key)
    return page(rest[: query.limit + 1], query.limit, key, write)


def cursor_of(key: Any) -> str:
    """The cursor of the page that begins after this sort key."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(key)).rstrip(b"=").decode()


def identity(written: str, detail: str) -> bytes:
    """The id in an address; raises Problem 404 with `detail` if it cannot be one."""
    found = id_bytes(written)
    if found is None:
        raise Problem(404, detail)
    return found


def identity_in(written: str, path: str) -> bytes:
    """The id in a query or body; raises Problem 422 with its place if it cannot be one."""
    found = id_bytes(written)
    if found is None:
        wrong = Fault(path, "{value} is no id", {"value": shown(written)})
        raise Problem(422, "The request does not fit.", errors=[wrong])
    return found

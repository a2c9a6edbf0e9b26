"""Request bodies: JSON of fifty levels, read once, refused with the right status (DECISIONS 23).

At most 1 MiB, unless a view sets another `max_content_length` before it reads.
"""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Request

from designer.problems import Problem
from engine.faults import Fault
from engine.flow.load import MAX_BYTES, MAX_DEPTH

_UNREAD = object()


class JsonRequest(Request):
    """A request whose body is JSON, whatever its Content-Type says."""

    max_content_length = MAX_BYTES
    max_form_memory_size = MAX_BYTES
    _decoded: Any = _UNREAD

    def body_bytes(self) -> bytes:
        """The body as it came; raises Problem 413."""
        limit = self.max_content_length or MAX_BYTES
        if self.content_length is not None and self.content_length > limit:
            sizes = {"limit": limit, "value": self.content_length}
            raise Problem(413, "larger than {limit} bytes (is {value})", sizes, headers={"Connection": "close"})
        body = self.get_data(cache=True)
        if self.content_length is None and len(body) >= limit:  # chunks, of which no more than that was read
            raise Problem(413, "larger than {limit} bytes", {"limit": limit}, headers={"Connection": "close"})
        return body

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The body as data, `{}` if there is none; raises Problem 400, 413, 422 although `silent`."""
        if self._decoded is _UNREAD:
            self._decoded = decode(self.body_bytes() or b"{}")
        return self._decoded


def decode(data: bytes) -> Any:
    """JSON as data; raises Problem."""
    try:
        value = msgspec.json.decode(data)
        msgspec.json.encode(value)
    except RecursionError as error:
        raise Problem(422, errors=[_too_deep()]) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = Fault("", "is not JSON: {reason}", {"reason": str(error)})
        raise Problem(400, "The body is not JSON.", errors=[reason]) from error
    except UnicodeEncodeError as error:
        raise Problem(422, errors=[Fault("", "text that is not Unicode")]) from error
    if _depth_exceeds(value, MAX_DEPTH):
        raise Problem(422, errors=[_too_deep()])
    return value


def _too_deep() -> Fault:
    return Fault("", "nested deeper than {limit} levels", {"limit": MAX_DEPTH})


def _depth_exceeds(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit + 1):
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
    return any(isinstance(entry, dict | list) for entry in level)

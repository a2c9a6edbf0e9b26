"""One node walked."""

from __future__ import annotations

from typing import Any

import msgspec


class Step(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One node walked in a turn: left by `outlet`; None if the session waits there or has ended there."""

    node: str
    outlet: str | None = None
    value: Any = None

"""The time zone of a source whose times have none, as its config names it."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from engine.faults import shown
from engine.fields import fault


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise fault("{value} is no time zone such as Asia/Shanghai", value=shown(name)) from None
    return name


Zone = Annotated[str, AfterValidator(_zone)]

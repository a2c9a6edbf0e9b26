"""What an organisation has set for itself: a name, and a value of one shape each."""

from __future__ import annotations

from typing import TypeVar

import msgspec
import sqlalchemy as sa

from engine.store.inserting import insert_new
from engine.store.tenant import setting

Shape = TypeVar("Shape", bound=msgspec.Struct)


class StopWords(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation's own words by which somebody stops its texts, or wants them again, and what he is told then.

    An empty answer is none.
    """

    stop: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    stopped: str = ""
    resumed: str = ""


def get(connection: sa.Connection, name: str, shape: type[Shape]) -> Shape:
    """The setting of this name, or what its shape says where nothing is set."""
    value = connection.scalar(sa.select(setting.c.value).where(setting.c.name == name))
    return shape() if value is None else msgspec.convert(value, shape)


def put(connection: sa.Connection, name: str, value: msgspec.Struct, *, at: int) -> None:
    """Set it."""
    values = {"value": msgspec.to_builtins(value), "updated_at": at}
    if not insert_new(connection, setting, {"name": name, **values}):
        connection.execute(setting.update().where(setting.c.name == name).values(values))

"""Who has found a prompt right in a language: a mark that names, by digests, what was found right."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from engine.store.bulk import Upsert
from engine.store.tenant import prompt_review


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One mark; `place` is where the prompt stands in the node's config (choices.1.said), `at` microseconds UTC."""

    node: str
    place: str
    language: str
    content: bytes
    others: bytes
    reviewer: str
    at: int
    machine: bool = False
    """A machine has translated it, and nobody has found it right so far."""


_ROW = Review.__struct_fields__
_KEY = ("flow_id", "node", "place", "language")
_PUT = Upsert(
    prompt_review,
    ["flow_id", *_ROW],
    lambda _, new: {name: new[name] for name in _ROW if name not in _KEY},
    lambda there, new: there.at <= new.at,
)


def put(connection: sa.Connection, flow_id: bytes, review: Review) -> None:
    """Set a mark, in place of an earlier one."""
    _PUT.run(connection, [(flow_id, *msgspec.structs.astuple(review))])


def of_flow(connection: sa.Connection, flow_id: bytes) -> list[Review]:
    """Every mark of a flow's prompts, whether it still holds or not."""
    mine = sa.select(*(prompt_review.c[name] for name in _ROW)).where(prompt_review.c.flow_id == flow_id)
    rows = connection.execute(mine.order_by(prompt_review.c.node, prompt_review.c.place, prompt_review.c.language))
    return [Review(**row._mapping) for row in rows]


def remove(connection: sa.Connection, flow_id: bytes, node: str, place: str, language: str) -> bool:
    """Take a mark back; whether it was there."""
    where = zip(_KEY, (flow_id, node, place, language), strict=True)
    its = sa.and_(*(prompt_review.c[name] == value for name, value in where))
    return connection.execute(prompt_review.delete().where(its)).rowcount == 1

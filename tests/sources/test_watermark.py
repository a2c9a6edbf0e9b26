"""How far a source has been read: late rows come, rows that were there before do not come twice."""

# ruff: noqa: DTZ001 - times that are stored without a zone are what this is about
from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from engine.sources import watermark
from engine.sources.positions import NoPosition, Position, packed, unpacked
from engine.sources.watermark import Watermark


@pytest.mark.parametrize(
    "value",
    [datetime(2026, 11, 22, 10, 0, 0, 123456), datetime(2026, 11, 22, 10, tzinfo=timezone(timedelta(hours=8))), date(2026, 11, 22),
     Decimal("12345678901234567890.10"), 7, "00123", b"\x00\xff", 1.5, UUID(int=7)],
)  # fmt: skip
def test_a_position_comes_back_as_it_was(value: object) -> None:
    again = unpacked(packed((value, "id")))
    assert again == (value, "id")
    assert again is not None and type(again[0]) is type(value)


def test_what_has_no_order_is_refused() -> None:
    with pytest.raises(NoPosition, match="dict"):
        packed(({}, 1))


class Table:
    """Rows (time, id) that become visible at a moment which may be later than their time."""

    def __init__(self, rows: list[tuple[float, int, float]]) -> None:
        self.rows = sorted(rows)

    def page(self, now: float, after: Position | None, upto: Position | None, limit: int) -> list[tuple[float, int]]:
        there = [(at, id) for at, id, seen in self.rows if seen <= now]
        return [row for row in there if (after is None or row > after) and (upto is None or row <= upto)][:limit]


def read(
    table: Table, kept: bytes | None, now: float, limit: int, delays: list[float], totals: bool = True
) -> tuple[list[tuple[float, int]], bytes, int]:
    """One reading as a reader does it: what is given out, the new cursor, rows that were looked at."""
    mark = Watermark(delays, kept, totals=totals)
    page = table.page(now, mark.top, None, limit)
    given = [row for row in page if mark.unseen(repr(row).encode())]
    looked = len(page)
    if page:
        mark.read_to(page[-1], now)
    while len(page) < limit and (again := mark.again(now)):
        more = table.page(now, again.after, again.upto, 30)
        looked += len(more)
        given += [row for row in more if mark.unseen(repr(row).encode(), again)]
        mark.looked(again, None if len(more) < 30 else more[-1])
    return given, mark.kept(), looked


@pytest.mark.parametrize("totals", [True, False])
@pytest.mark.parametrize("seed", range(10))
def test_every_row_comes_once_whenever_it_was_committed(seed: int, totals: bool) -> None:
    chance = random.Random(seed)
    rows = [(at := chance.randrange(200) / 2, id, at + chance.choice([0, 0, 0.1, 2, 30, 59])) for id in range(400)]
    table, kept, given, looked = Table(rows), None, [], 0
    for tick in range(400):
        some, kept, count = read(table, kept, tick * 0.7, 7, [5, 60], totals)
        given += some
        looked += count
    assert sorted(given) == [(at, id) for at, id, _ in table.rows]
    assert looked <= (5 if totals else 3) * len(rows) + 50, "each row is read once, and once or twice for each further look"


def test_a_table_that_rests_is_not_read() -> None:
    table, kept = Table([(float(at), at, 0.0) for at in range(50)]), None
    for now in (0.0, 6.0, 70.0):
        _, kept, _ = read(table, kept, now, 100, [5, 60])
    assert read(table, kept, 100.0, 100, [5, 60])[0::2] == ([], 0)
    assert kept is not None and len(kept) < 100, "and nothing is remembered of it"


@pytest.mark.parametrize("totals", [True, False])
def test_many_rows_at_once(monkeypatch: pytest.MonkeyPatch, totals: bool) -> None:
    """More than are remembered: as a whole they are the same; one by one, the forgotten come again."""
    monkeypatch.setattr(watermark, "MOST_SEEN", 10)
    rows = [(float(at), at, 0.0) for at in range(50)]
    table, kept, given, looked = Table(rows), None, [], 0
    for now in (0.0, 6.0, 12.0):
        some, kept, count = read(table, kept, now, 100, [5], totals)
        given, looked = given + some, looked + count
    assert sorted(set(given)) == [(float(at), at) for at in range(50)]
    assert (len(given) == 50) is totals and len(given) <= 100
    assert looked == 100
    table.rows.insert(5, (4.5, 99, 30.0))  # a late one among others that are read meanwhile
    table.rows += [(float(at), at, 30.0) for at in range(50, 60)]
    for now in (31.0, 37.0):
        some, kept, _ = read(table, kept, now, 100, [5], totals)
        assert some == ([(float(at), at) for at in range(50, 60)] if now == 31.0 else [])


def test_a_late_row_among_many(monkeypatch: pytest.MonkeyPatch) -> None:
    table, kept, given = Table([(float(at), at, 0.0) for at in range(90)]), None, []
    table.rows.insert(40, (39.5, 99, 3.0))
    for now in (0.0, 6.0, 12.0):
        some, kept, _ = read(table, kept, now, 100, [5])
        given.append(some)
    assert len(given[0]) == 90 and given[1:] == [[(39.5, 99)], []]


def test_other_looks_begin_where_reading_is() -> None:
    mark = Watermark([5])
    mark.read_to((datetime(2026, 11, 22, tzinfo=UTC), 1), 0.0)
    other = Watermark([300], mark.kept())
    assert other.again(1_000.0) is None
    other.read_to((datetime(2026, 11, 23, tzinfo=UTC), 2), 1_000.0)
    again = other.again(1_330.0)
    assert again is not None and again.after == mark.top and again.upto == other.top


def test_settled_rows_are_not_looked_at_again() -> None:
    mark = Watermark([5])
    mark.read_to((1, 1), 0.0, settled=True)
    mark.read_to((2, 2), 1.0)
    again = mark.again(7.0)
    assert again is not None and (again.after, again.upto) == ((1, 1), (2, 2))

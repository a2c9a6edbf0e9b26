"""How far a source has been read, and what is looked at a second time. Pure.

Rows are read in the order of the time (or version) at which they were changed, from where the last reading ended. That
alone loses rows: a transaction notes the time when it writes, and the row is seen when it commits, which may be after
others with later times have been read. So what was read is looked at again, some seconds later and once more some
minutes later; by then each transaction that was open has ended, unless it took longer than that. Mostly the rows are
the same as before, which is seen by their number and the sum of their hashes; only where it is not are they gone
through one by one, and those that were given out are known by their hashes. Each row is read once for each look, and
not on every round: a table that rests is not read at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from math import ceil
from typing import Any

import msgspec

from engine.sources.positions import Position, packed, unpacked

MOST_SEEN = 5_000
"""Rows that are remembered. One that was forgotten comes a second time, and changes nothing there: it is the same."""
_DIGEST = 12
_MARKS = 20
"""What is read within a twentieth of a look's delay is looked at together."""


class Total(msgspec.Struct, array_like=True):
    """Rows as a whole: how many, and their hashes in one (each bit is whether an odd number of them has it)."""

    count: int = 0
    hashes: int = 0

    def add(self, count: int, hashes: int) -> None:
        """Further rows."""
        self.count += count
        self.hashes ^= hashes


class Mark(msgspec.Struct, array_like=True):
    """Rows up to here are looked at again when it is due, in seconds since 1970. `total` is of those since the mark
    before; None where they are gone through one by one in any case."""

    due: float
    position: list[Any]
    total: Total | None = None


class Look(msgspec.Struct, array_like=True):
    """One further look at each row, `delay` seconds after it was read; rows up to `done` have had it.

    As long as the total is being made, `at` is how far that is; `differs` when it is another one than before.
    """

    delay: float
    done: list[Any] | None = None
    marks: list[Mark] = []
    at: list[Any] | None = None
    total: Total = msgspec.field(default_factory=Total)
    differs: bool = False


class Again(msgspec.Struct, frozen=True):
    """Rows that are to be looked at again: behind `after` (None: from the first), up to `upto` and with it.

    `whole`: as a whole, so that none of them is new for now.
    """

    look: int
    after: Position | None
    upto: Position
    whole: bool = False


class _Kept(msgspec.Struct, array_like=True):
    top: list[Any] | None
    looks: list[Look]
    seen: bytes
    notes: dict[str, Any] = {}


class Watermark:
    """How far one feed has been read. `notes` are what its reader writes down besides: plain data.

    `totals`: rows have an exact order, so that each is in one page; then they are compared as a whole first.
    """

    def __init__(self, delays: Iterable[float], kept: bytes | None = None, *, totals: bool = False) -> None:
        before = _Kept(None, [], b"") if not kept else msgspec.msgpack.decode(kept, type=_Kept)
        looks = {look.delay: look for look in before.looks}
        self._top = before.top
        self._looks = [looks.get(delay) or Look(delay, before.top) for delay in sorted(set(delays))]
        pieces = (before.seen[start : start + _DIGEST] for start in range(0, len(before.seen), _DIGEST))
        self._seen = dict.fromkeys(pieces)
        self._page = Total() if totals else None
        self.notes = before.notes

    def kept(self) -> bytes:
        """As it is stored together with what was read."""
        return msgspec.msgpack.encode(_Kept(self._top, self._looks, b"".join(self._seen), self.notes))

    @property
    def top(self) -> Position | None:
        """The last position that was read; None before the first row."""
        return unpacked(self._top)

    def read_to(self, position: Position, now: float, *, settled: bool = False) -> None:
        """Rows up to here have been read; `settled` ones are so old that no transaction can still add to them."""
        place, page = packed(position) or [], self._page
        for look in self._looks:
            step = look.delay / _MARKS
            due = ceil((now + look.delay) / step) * step
            if settled and not look.marks:
                look.done = place
                continue
            if not look.marks or look.marks[-1].due < due:
                look.marks.append(Mark(due, place, None if page is None else Total()))
            last = look.marks[-1]
            last.position = place
            if last.total is not None and page is not None:
                last.total.add(page.count, page.hashes)
        self._top = place
        self._page = None if page is None else Total()

    def again(self, now: float, begun: int | None = None) -> Again | None:
        """What is due for a further look; the one that has `begun` goes on, if it is still due."""
        for number, look in sorted(enumerate(self._looks), key=lambda each: each[0] != begun):
            if look.marks and look.marks[0].due <= now:
                mark = look.marks[0]
                whole = mark.total is not None and not look.differs
                after = look.at if whole and look.at is not None else look.done
                return Again(number, unpacked(after), unpacked(mark.position) or (), whole)
        return None

    def looked(self, again: Again, position: Position | None = None) -> None:
        """The look has come to this position, or to its end if there is none."""
        look = self._looks[again.look]
        if again.whole and position is not None:
            look.at = packed(position)
            return
        if again.whole:
            look.differs = look.total != look.marks[0].total
            look.at, look.total = None, Total()
            if look.differs:
                return
        look.done = packed(again.upto if position is None else position)
        if position is None:
            del look.marks[0]
            look.differs = False
        if self._page is not None and not any(each.marks for each in self._looks):
            self._seen.clear()

    def unseen(self, row: bytes, again: Again | None = None) -> bool:
        """Whether this row was not given out before, as far as that is remembered; it is from now on.

        After its last look no other comes, so that it is forgotten there.
        """
        digest = hashlib.blake2b(row, digest_size=_DIGEST).digest()
        if again is not None and again.whole:
            self._looks[again.look].total.add(1, int.from_bytes(digest[:8], "big"))
            return False
        if again is None and self._page is not None:
            self._page.add(1, int.from_bytes(digest[:8], "big"))
        last = again is not None and again.look == len(self._looks) - 1
        if digest in self._seen:
            if last:
                del self._seen[digest]
            return False
        if self._looks and not last:
            self._seen[digest] = None
            while len(self._seen) > MOST_SEEN:
                del self._seen[next(iter(self._seen))]
        return True

"""Reading a feed of a FHIR server: by the time of change, and again what may have been kept late.

Where the server sorts, each page is asked for from the last resource's time on: servers that count pages off skip one
when a resource moves to the end meanwhile. Where it does not, and in a history, the links to the next page are
followed, and only when the last has come is it clear how far was read. A history begins with the newest, so that of
each resource the first version that comes is the one that counts; the very first reading is a search all the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from engine.adapters.gateway import Refused
from engine.faults import Fault, dotted
from engine.sources.fhir import statuses, translate
from engine.sources.fhir.client import Client
from engine.sources.fhir.config import FhirFeed
from engine.sources.source import Batch, PlainRow
from engine.sources.watermark import Again, Watermark

SETTLED = 86_400.0
"""What was changed longer ago when it is first read needs no further look."""
_GONE = {400, 404, 410}
"""So a server says that it does not know a link any more."""
MESSAGES = {"has {actual} bytes, {limit} at most", "does not say when it was changed (meta.lastUpdated)"}
"""Sentences of this module; each has its translation."""


class _Page(msgspec.Struct):
    rows: list[PlainRow]
    next: str | None
    times: list[datetime]
    history: bool = False


class FhirReader:
    """Reads one feed."""

    def __init__(
        self, name: str, feed: FhirFeed, page: int, base: str, client: Client, clock: Callable[[], float] = time.time
    ) -> None:
        self._name, self._feed, self._page, self._base = name, feed, page, base
        self._client = client
        self._clock = clock

    def read(self, cursor: bytes | None, limit: int) -> Batch:
        """The next resources, and those among the earlier ones that have come to light since."""
        try:
            mark = Watermark(self._feed.look_again, cursor)
        except (msgspec.DecodeError, msgspec.ValidationError):
            raise Refused("the place in this feed was written by another version") from None
        now = self._clock()
        rows: list[PlainRow] = []
        faults: list[Fault] = []
        look = mark.notes.get("look")
        again = None if look is None else mark.again(now, look)
        if look is not None and (again is None or again.look != look):  # looks have been set up anew
            mark.notes.clear()
            again = None
        page = self._asked(mark, again, min(limit, self._page))
        self._take(page, mark, rows, faults)
        if again is None:
            more = self._read_on(page, mark, now)
        else:
            more = self._look_on(page, mark, again)
        if not more and (due := mark.again(now)) is not None:
            mark.notes["look"], more = due.look, True
        return Batch(rows=rows, cursor=mark.kept(), more=more, faults=tuple(faults))

    def _asked(self, mark: Watermark, again: Again | None, count: int) -> _Page:
        """One page of resources: where the link to it leads, or from the time that reading has come to."""
        path = mark.notes.get("next")
        if path is not None:
            answer = self._client.get(path, self._feed.seconds)
            if answer.status not in _GONE:
                return self._page_of(statuses.asked(answer))
            for note in ("next", "most", "had"):  # from the beginning of this reading
                mark.notes.pop(note, None)
        after = mark.top if again is None else again.after
        first = None if after is None else after[0]
        last = None if again is None else again.upto[0]
        more: dict[str, str | list[str]]
        if self._feed.reads == "history" and first is not None:
            more = {"_count": str(count), "_since": translate.since(first)}
            path = translate.search_path(f"{self._feed.type}/_history", {}, [], **more)
        else:
            bounds = [] if first is None else [f"ge{translate.since(first)}"]
            bounds += [] if last is None else [f"le{translate.until(last)}"]
            more = {"_lastUpdated": bounds, "_sort": "_lastUpdated", "_count": str(count)}
            path = translate.search_path(self._feed.type, self._feed.search, self._feed.include, **more)
        return self._page_of(statuses.asked(self._client.get(path, self._feed.seconds)))

    def _page_of(self, bundle: dict[str, Any]) -> _Page:
        if bundle["resourceType"] != "Bundle":
            raise Refused(f"the answer is a {bundle['resourceType']} and no Bundle")
        rows = translate.rows_of(bundle)
        if bundle.get("type") == "history":
            rows = translate.newest(rows)
        times = [at for row in rows if (at := translate.changed_at(row)) is not None]
        return _Page(rows, translate.following(self._base, bundle), times, bundle.get("type") == "history")

    def _take(self, page: _Page, mark: Watermark, rows: list[PlainRow], faults: list[Fault]) -> None:
        had = set(mark.notes.get("had", ()))
        for row in page.rows:
            written = msgspec.json.encode(row)
            if row.get("id") in had or not mark.unseen(written):
                continue
            place = dotted(self._name, row.get("id", ""))
            if translate.changed_at(row) is None:
                faults.append(Fault(place, "does not say when it was changed (meta.lastUpdated)"))
            elif len(written) > self._feed.largest_row:
                params = {"actual": len(written), "limit": self._feed.largest_row}
                faults.append(Fault(place, "has {actual} bytes, {limit} at most", params))
            else:
                rows.append(row)

    def _read_on(self, page: _Page, mark: Watermark, now: float) -> bool:
        """Note how far was read; whether there is more."""
        reached = self._reached(page, mark, None if mark.top is None else mark.top[0])
        if reached is not None and (mark.top is None or reached > mark.top[0]):
            delay = max(self._feed.look_again, default=0.0) + SETTLED
            mark.read_to((reached,), now, settled=reached.timestamp() < now - delay)
        return page.next is not None

    def _look_on(self, page: _Page, mark: Watermark, again: Again) -> bool:
        reached = self._reached(page, mark, None if again.after is None else again.after[0])
        if page.next is None:
            mark.looked(again)
            mark.notes.pop("look", None)
        elif reached is not None:
            mark.looked(again, (reached,))
        return True

    def _reached(self, page: _Page, mark: Watermark, before: datetime | None) -> datetime | None:
        """The time that reading has come to for certain; None as long as that is not clear."""
        last = max(page.times, default=None)
        if self._feed.reads == "sorted":
            if page.times != sorted(page.times):
                raise Refused("the server does not sort by _lastUpdated: say that this feed is read by pages")
            mark.notes.pop("next", None)
            if page.next is not None and (last is None or (before is not None and last <= before)):
                mark.notes["next"] = page.next  # a whole page of one moment
                return None
            return last
        most = mark.notes.get("most")
        last = max(filter(None, (last, None if most is None else datetime.fromisoformat(most))), default=None)
        beyond = page.history and before is not None and page.times and max(page.times) < before
        if page.next is None or beyond:
            mark.notes.pop("next", None)
            mark.notes.pop("most", None)
            mark.notes.pop("had", None)
            page.next = None
            return last
        mark.notes["next"] = page.next
        if page.history:  # what is behind it are older versions
            mark.notes["had"] = [*mark.notes.get("had", ()), *(row.get("id") for row in page.rows)]
        if last is not None:
            mark.notes["most"] = last.isoformat()
        return None

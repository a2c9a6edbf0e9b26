"""What a session keeps of an answer is bounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.answers import MAX_BYTES, MAX_ROWS, fitting, size
from engine.events import HttpAnswered, LookupAnswered
from engine.flow import compile_flow
from engine.retries import LONGEST_PAUSE, again_at, may_pass
from engine.session import advance, start

AT = datetime(2026, 11, 24, 1, tzinfo=UTC)


def answered(config: dict[str, Any], event: LookupAnswered | HttpAnswered) -> dict[str, Any]:
    """What the result of a flow's one node is after this answer."""
    document = {"callweave": 1, "name": "x", "languages": ["en"], "start": "it", "nodes": {"it": config}}
    program = compile_flow(document)
    return advance(program, start(program, at=AT).session, event).session.results["it"]


def test_rows_that_a_session_keeps() -> None:
    rows = [{"id": number} for number in range(1_000)]
    assert fitting(rows) == rows[:MAX_ROWS]
    wide = [{"text": "x" * 20_000}] * 10
    assert len(fitting(wide)) == 3
    assert size(fitting(wide)) <= MAX_BYTES
    assert fitting([]) == fitting([{"text": "x" * MAX_BYTES}]) == []


def test_a_look_up_counts_all_and_keeps_some() -> None:
    config = {"type": "lookup", "config": {"source": "his", "query": "q"}}
    found = answered(config, LookupAnswered(command_id="1", rows=[{"id": number} for number in range(1_000)]))
    assert (found["outlet"], found["value"], len(found["rows"]), found["count"]) == ("found", {"id": 0}, 100, 1_000)
    huge = answered(config, LookupAnswered(command_id="1", rows=[{"text": "x" * MAX_BYTES}]))
    assert huge == {"outlet": "failed", "reason": "a row of more than 64 KiB", "count": 1}


def test_an_answer_that_is_too_large_has_failed() -> None:
    config = {"type": "http_request", "config": {"url": "https://h.example/"}}
    huge = answered(config, HttpAnswered(command_id="1", status=200, body="x" * MAX_BYTES))
    assert huge == {"outlet": "failed", "status": 200, "tries": 1, "reason": "an answer of more than 64 KiB"}


def test_pauses_grow_and_end() -> None:
    assert [(again_at(AT, attempt) - AT).total_seconds() for attempt in (1, 2, 3, 4, 9)] == [
        2,
        8,
        32,
        128,
        LONGEST_PAUSE,
    ]
    assert again_at(AT, 9) - AT == timedelta(minutes=5)
    assert [status for status in (200, 301, 400, 404, 408, 429, 500, 503) if may_pass(status)] == [408, 429, 500, 503]

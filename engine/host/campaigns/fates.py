"""What became of an attempt, read off its session, its calls and its texts. Pure: facts in, words out.

A leg's fate is the truth about a call. Only where nobody was rung is it asked why: a number that may not be dialled, a
node that found none. A session without any call has reached somebody if its text was sent, or if it came to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec

from engine.campaigns.tariff import Tariff
from engine.session.session import shown
from engine.store.attempt_facts import Facts, LegFact
from engine.store.attempts import AttemptRow, Settled

HUNG_UP = "hung_up"
TOO_LATE = "too_late"
"""The cause of an attempt whose window had closed before anything was dialled."""
STOPPED = "stopped"
"""The cause of one that was not dialled any more, for its campaign was stopped."""
OURS = (TOO_LATE, STOPPED)
"""Causes that say nothing of lines or numbers."""
MILLION = 1_000_000
TEXT_FAILED = ("failed", "stopped", "unknown")

CallNodes = Callable[[bytes, int], Collection[str]]
"""The ids of a version's nodes that place calls."""


class CampaignSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign goes by besides its policy. Its budget is in the tariff's currency."""

    completed: tuple[str, ...] = ()
    """The outcomes by which a session counts as completed; empty: any but `hung_up`."""
    tariff: dict[str, Any] = {}


def settled(
    row: AttemptRow, facts: Facts, settings: CampaignSettings, call_nodes: CallNodes, *, at: int
) -> Settled | None:
    """What is to be written of an attempt; None while somebody is on the line, or nothing has happened yet."""
    if facts.status is None or facts.on_the_line:
        return None
    over = facts.ended_at is not None
    every = [each for each in facts.legs if each.direction == "out"]
    legs = [each for each in every if each.called == row.called] or every
    """To the member himself; a flow may call others as well."""
    if not over and not legs and not _waits(facts):
        return None
    results = _results(facts, call_nodes) if over else {}
    fate, cause = _fate(row, facts, legs, results)
    seconds = sum((each.ended_at - each.answered_at) / MILLION for each in legs if each.answered_at and each.ended_at)
    settled_at = max((each.ended_at for each in legs if each.ended_at is not None), default=facts.ended_at or at)
    return Settled(
        session_id=row.session_id, fate=fate if over or legs else None, cause=cause,
        rang=any(each.rang or each.fate == "answered" for each in legs),
        completed=_completed(facts, fate, settings) if over else None, outcome=facts.outcome if over else None,
        seconds=seconds, cost=_cost(facts, every, settings), settled_at=row.settled_at or settled_at,
        dialled_at=row.dialled_at or min((each.started_at for each in legs), default=None), ended_at=facts.ended_at,
    )  # fmt: skip


def _waits(facts: Facts) -> bool:
    """A session that sleeps is not on its way to the line: its place is another's. Also after a call that nobody could
    place: what follows it may take days. (One whose call is due or on the line does not come here.)"""
    return facts.status == "waiting"


def _fate(row: AttemptRow, facts: Facts, legs: list[LegFact], results: dict[str, str]) -> tuple[str, str | None]:
    if legs:
        last = next((each for each in legs if each.fate == "answered"), legs[-1])
        if last.fate == "answered" and "machine" in results.values():
            return "machine", last.cause
        if facts.status == "cancelled" and last.cause == "cancelled":
            return "cancelled", facts.outcome if facts.outcome in OURS else last.cause
        return last.fate or "unknown", last.cause
    if facts.status == "cancelled":
        ours = facts.outcome if facts.outcome in OURS else None
        return ("failed" if ours == TOO_LATE else "cancelled"), ours
    if facts.faxes:
        fate, cause = facts.faxes[-1]
        return {"sent": "answered"}.get(fate or "", fate or "unknown"), cause
    if facts.calls:
        return "failed", next((reason[:80] for _, _, reason in facts.calls if reason), None)
    if results:
        return "failed", "no number"
    if facts.texts:
        sent = [state for state, _ in facts.texts if state not in TEXT_FAILED]
        return ("answered", None) if sent else ("failed", facts.texts[-1][0])
    return ("answered", None) if facts.status in ("completed", "waiting") else ("failed", facts.status)


def _completed(facts: Facts, fate: str, settings: CampaignSettings) -> bool:
    if facts.status != "completed" or fate != "answered":
        return False
    if settings.completed:
        return facts.outcome in settings.completed
    return facts.outcome != HUNG_UP


def _results(facts: Facts, call_nodes: CallNodes) -> dict[str, str]:
    """By which outlet each node that places calls was left."""
    if not facts.state:
        return {}
    results: dict[str, Any] = shown(facts.state).runs[0].results
    callers = call_nodes(facts.flow_id, facts.version)
    return {node: str(result.get("outlet")) for node, result in results.items() if node in callers}


def _cost(facts: Facts, legs: list[LegFact], settings: CampaignSettings) -> int:
    """In millionths: calls that were answered, and texts at what they have cost, else at the tariff's price."""
    tariff = Tariff.model_validate(settings.tariff)
    talked = [(each.ended_at or 0) - each.answered_at for each in legs if each.answered_at is not None]
    calls = sum(tariff.call(max(length, 1) / MILLION) for length in talked)
    texts = sum(price or round(tariff.per_text * MILLION) for state, price in facts.texts if state not in TEXT_FAILED)
    return round(calls * MILLION) + texts

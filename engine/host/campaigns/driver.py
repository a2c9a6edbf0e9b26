"""One organisation's campaigns, looked at a few times a second: what became of attempts, whose turn it is.

All that has to outlast the process stands in the databases; a driver that takes over reads the last starts and goes on
at the same pace. Campaigns take their turns by priority: while calls of a higher one wait for a line, no lower one
begins more of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import msgspec
import structlog

from engine.campaigns import Pacer, Reason, Tally, stop_for
from engine.host.calendars import TenantCalendars
from engine.host.campaigns import beginning, ending, rules, settling
from engine.host.campaigns.fates import OURS
from engine.store import Store, attempts, campaigns, flows, id_text, now_micros
from engine.store.attempts import AttemptRow
from engine.store.campaigns import Campaign
from engine.store.times import SECOND, from_micros

log = structlog.get_logger()

AT_ONE_LOOK = 50
"""Sessions that one campaign starts in one transaction."""
OPEN_AT_MOST = 5_000
"""Attempts of all campaigns that may wait for their end at one time, where no pace says less."""
AHEAD_SECONDS = 1.5
"""So much of its pace a campaign asks for before it is dialled: a worker and the outbox lie between."""
LEAST_AHEAD = 3
WAITS_FOR_A_LINE = 3 * SECOND
"""A call that is not dialled by then waits for a line: campaigns of lower priority begin nothing meanwhile."""
SWEPT = 1_000
SWEEP_EVERY = 2 * SECOND
"""Sessions that go on after their call are looked at in turn."""
BUILD_HINT_EVERY = 5 * SECOND


class _Pace(msgspec.Struct):
    """A campaign's pacer, as long as its pace and its beginning are the same."""

    of: tuple[bytes, int | None]
    pacer: Pacer


class Driver:
    """Drives the campaigns of one organisation, while its lease is held. Each look is made in one thread."""

    def __init__(
        self,
        store: Store,
        *,
        may_act: Callable[[], bool],
        hint_turns: Callable[[], None],
        hint_build: Callable[[bytes], None],
        pause: Callable[[Store], None],
        clock: Callable[[], int] = now_micros,
    ) -> None:
        self._store = store
        self._may_act = may_act
        self._hint_turns = hint_turns
        self._hint_build = hint_build
        self._pause = pause
        self._clock = clock
        self._calendars = TenantCalendars(store)
        self._call_nodes: dict[tuple[bytes, int], frozenset[str]] = {}
        self._paces: dict[bytes, _Pace] = {}
        self._held_back: set[bytes] = set()
        self._swept = b""
        self._sweep_at = 0
        self._built_hint_at: dict[bytes, int] = {}

    def look(self) -> list[Campaign]:
        """One look; the campaigns that are open, for who wants to tell of them."""
        at = self._clock()
        with self._store.read() as connection:
            there = campaigns.open_ones(connection)
            on_their_way = attempts.open_ones(connection, limit=OPEN_AT_MOST)
        on_their_way = self._settled(on_their_way, there, at)
        if at >= self._sweep_at:
            self._sweep(there, at)
        open_ones = [campaign for campaign in there if self._goes_on(campaign, at)]
        self._paces = {one.id: self._paces[one.id] for one in open_ones if one.id in self._paces}
        self._begin(open_ones, on_their_way)
        return open_ones

    # --- what became of attempts

    def _settled(self, rows: list[AttemptRow], there: Sequence[Campaign], at: int) -> list[AttemptRow]:
        """Learn what became of these; those that are still open."""
        if not rows:
            return rows
        count = settling.settle(
            self._store, rows, self._of(rows, there), self._calendars, self._nodes, at=at, pause=self._pause
        )
        if not count:
            return rows
        with self._store.read() as connection:
            return attempts.open_ones(connection, limit=OPEN_AT_MOST)

    def _sweep(self, there: Sequence[Campaign], at: int) -> None:
        """The next of those sessions that go on after their call."""
        with self._store.read() as connection:
            rows = attempts.unended(connection, after=self._swept, limit=SWEPT)
        if rows:
            settling.settle(
                self._store, rows, self._of(rows, there), self._calendars, self._nodes, at=at, pause=self._pause
            )
        self._swept = rows[-1].session_id if len(rows) == SWEPT else b""
        if not self._swept:
            self._sweep_at = at + SWEEP_EVERY

    def _of(self, rows: Sequence[AttemptRow], there: Sequence[Campaign]) -> dict[bytes, Campaign]:
        """The campaigns of attempts, those that are over as well."""
        known = {campaign.id: campaign for campaign in there}
        missing = {row.campaign_id for row in rows} - known.keys()
        if missing:
            with self._store.read() as connection:
                known |= campaigns.every(connection, missing)
        return known

    def _nodes(self, flow_id: bytes, version: int) -> frozenset[str]:
        """The nodes of a version that place calls."""
        found = self._call_nodes.get((flow_id, version))
        if found is None:
            with self._store.read() as connection:
                row = flows.version_document(connection, flow_id, version)
            nodes = {} if row is None else msgspec.json.decode(row[1])["nodes"]
            found = frozenset(name for name, node in nodes.items() if node.get("type") == "call")
            self._call_nodes[flow_id, version] = found
        return found

    # --- the campaign as a whole

    def _goes_on(self, campaign: Campaign, at: int) -> bool:
        """Whether it is still open after this look at what would end it."""
        if campaign.state != "running":
            return True
        if campaign.built_at is None:
            if at >= self._built_hint_at.get(campaign.id, 0):
                self._built_hint_at[campaign.id] = at + BUILD_HINT_EVERY
                self._hint_build(campaign.id)
            return True
        reason = self._stop(campaign, at)
        if reason is not None:
            ending.stop(self._store, campaign.id, why=rules.told([reason])[0], by="", at=at)
            log.warning(
                "campaign stops", tenant=self._store.name, campaign=id_text(campaign.id), reason=str(reason)
            )
            self._hint_turns()
            return False
        return not ending.finish(self._store, campaign.id, at=at)

    def _stop(self, campaign: Campaign, at: int) -> Reason | None:
        """Why the campaign stops now, if it does."""
        policy = rules.policy_of(campaign)
        if policy.stop_at is None:
            return None
        with self._store.read() as connection:
            spent = attempts.spent(connection, campaign.id) / 1e6 if policy.stop_at.budget is not None else 0.0
            latest = (
                attempts.latest_fates(connection, campaign.id, limit=policy.stop_at.sample, but=OURS)
                if policy.stop_at.failure_rate is not None
                else []
            )
        tally = Tally(spent, [rules.FATES.get(fate, "unknown") for fate in latest])
        return stop_for(policy, tally, from_micros(at))

    # --- whose turn it is

    def _begin(self, there: Sequence[Campaign], on_their_way: Sequence[AttemptRow]) -> None:
        """Start what may be started now, by priority."""
        ready = [campaign for campaign in there if campaign.state == "running" and campaign.built_at is not None]
        began = 0
        for campaign in sorted(ready, key=lambda one: (-rules.policy_of(one).priority, one.started_at or 0)):
            mine = [row for row in on_their_way if row.campaign_id == campaign.id]
            began += self._begin_of(campaign, mine)
            at = self._clock()
            if any(row.dialled_at is None and row.at < at - WAITS_FOR_A_LINE for row in mine):
                break
        if began:
            self._hint_turns()

    def _begin_of(self, campaign: Campaign, on_their_way: Sequence[AttemptRow]) -> int:
        at = self._clock()
        most = self._room(campaign, on_their_way, at)
        if most <= 0 or not self._may_act():
            return 0
        many = campaign.id in self._held_back
        looked = beginning.look(self._store, campaign, self._calendars, most=most, at=at, many=many)
        (self._held_back.add if looked.held_back else self._held_back.discard)(campaign.id)
        if looked.held_back and self._may_act():
            beginning.hold_back(self._store, campaign, looked.held_back, at=at)
            self._pause(self._store)
        if not looked.chosen or not self._may_act():
            return 0
        began = beginning.set_out(
            self._store, campaign, looked.chosen, self._calendars, at=at, may_act=self._may_act
        )
        pacer = self._paces[campaign.id].pacer
        for _ in range(began):
            pacer.began(from_micros(at))
        self._pause(self._store)
        return began

    def _room(self, campaign: Campaign, on_their_way: Sequence[AttemptRow], at: int) -> int:
        """How many may set out now: by the pace, and by how many wait to be dialled already."""
        pacer = self._pacer(campaign, at)
        now = from_micros(at)
        room = pacer.room(now, len(on_their_way))
        rate = pacer.rate(now)
        waiting = sum(row.dialled_at is None for row in on_their_way)
        ahead = max(LEAST_AHEAD, math.ceil(rate * AHEAD_SECONDS)) if rate is not None else OPEN_AT_MOST
        return min(AT_ONE_LOOK if room is None else min(room, AT_ONE_LOOK), ahead - waiting)

    def _pacer(self, campaign: Campaign, at: int) -> Pacer:
        policy = rules.policy_of(campaign)
        of = (msgspec.json.encode(policy.pace.model_dump(mode="json", by_alias=True)), campaign.going_since)
        kept = self._paces.get(campaign.id)
        if kept is None or kept.of != of:
            with self._store.read() as connection:
                moments = attempts.recent(connection, campaign.id, since=at - 11 * SECOND)
            begun_at = from_micros(campaign.going_since or at)
            pacer = Pacer(policy.pace, begun_at, [from_micros(moment) for moment in moments])
            kept = self._paces[campaign.id] = _Pace(of, pacer)
        return kept.pacer

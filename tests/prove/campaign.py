"""A campaign on SIPp callees with mixed fates: paused, its engine killed twice, slowed down; another one is stopped in its middle.

It is of 10,000 contacts at 15 calls a second, unless PROVE_CONTACTS and PROVE_PER_SECOND say less (the figures below say of how many).
SIPp answers, is busy, does not answer, refuses, hangs up at once, and logs each call with its time; what the ledger says is compared with
that log. Pace is counted as DECISIONS 29 says; the window has a gap in its middle; people who live where it is night are never called.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.calls.test_calls_out import CALLING, FATES, channels, published
from tests.product_api import Api
from tests.prove.counting import begins, densest, ends, most_at_once
from tests.prove.proof import Proof
from tests.telephony.callees import Callees, Seen

CONTACTS = int(os.environ.get("PROVE_CONTACTS", "10000"))
PER_SECOND = float(os.environ.get("PROVE_PER_SECOND", "15"))
AT_ONCE = max(8, round(2.5 * PER_SECOND))
NARROW = AT_ONCE // 4
TALKS = 3.0
"""Seconds that a call lasts, so that calls at once are a limit that is reached."""
STOPPED = max(40, CONTACTS // 20)
ASLEEP = max(5, CONTACTS // 50)
KILLS = 2
MIX = ("0200", "0200", "0200", "0486", "1480", "0404", "0201", "0603")
RETRIES = [{"fate": "busy", "after": "1m"}, {"fate": "no_answer", "after": "90s"}]
TRIES = {"0200": 1, "0486": 2, "1480": 2, "0404": 1, "0201": 1, "0603": 2}
"""How often each kind of callee is called: as the retries say."""
GAP = 40
"""Seconds in which nobody may be called, in the middle of it all."""


class Scene:
    """The proof's copy, its campaigns and what SIPp saw."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.copy = proof.copy()
        self.api = Api(self.copy)
        document = deepcopy(CALLING)
        document["nodes"]["greet"]["config"]["prompt"] = {"en": [{"say": "Good day."}, {"pause": TALKS}]}
        self.flow = published(self.api, document)
        self.away = 0.0

    def campaign(self, name: str, people: list[dict[str, Any]], **policy: Any) -> str:
        body = {"name": name, "flow": self.flow, "audience": {"contacts": people}, "completed": ["answered"]} | policy
        made: str = self.api("POST", "/campaigns", body)["id"]
        self.api("POST", f"/campaigns/{made}/start")
        return made

    def progress(self, campaign: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api("GET", f"/campaigns/{campaign}/progress")
        return found

    def seen(self, callees: Callees) -> list[Seen]:
        """SIPp's log by the clock on the wall, once it is known how far its own is away."""
        return [replace(entry, at=entry.at + self.away) for entry in callees.seen]

    def set_clock(self, campaign: str, callees: Callees) -> None:
        """SIPp counts from its start: a call comes right after it was dialled, as the ledger has it."""
        rows = self.api.everything(f"/campaigns/{campaign}/attempts")
        dialled = {row["called"]: datetime.fromisoformat(row["dialled_at"]).timestamp() for row in rows if row["dialled_at"]}
        self.away = max(dialled[entry.number] - entry.at for entry in callees.invites() if entry.number in dialled)

    def until(self, what: Any, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if what():
                return True
            time.sleep(0.25)
        return False


def prove(proof: Proof) -> None:
    scene = Scene(proof)
    with Callees(proof.folder / "callees", scene.copy.sip_peer_port) as callees:
        stopped_in_the_middle(scene, callees)
        main_campaign(scene, callees)


def stopped_in_the_middle(scene: Scene, callees: Callees) -> None:
    """A campaign whose calls ring for long, stopped when a third has been called: what rings is hung up."""
    proof, numbers = scene.proof, [f"138{number:04d}{'0200' if number % 2 else '0203'}" for number in range(STOPPED)]
    made = scene.campaign(
        "Stopped", [{"phone": number} for number in numbers], windows=[{"from": "00:00", "to": "24:00"}],
        pace={"calls_per_second": 5, "at_once": NARROW},
    )  # fmt: skip
    scene.until(lambda: len(invited(callees.seen, numbers)) >= STOPPED // 3, STOPPED)
    scene.api("POST", f"/campaigns/{made}/stop", {"ringing": True, "talking": True})
    at = time.time()
    scene.until(lambda: scene.progress(made)["at_once"] == 0, 20)
    time.sleep(3)
    scene.set_clock(made, callees)
    seen = scene.seen(callees)
    ours = of_numbers(seen, numbers)
    late = [call for call, began in begins(ours).items() if began > at + 1.0]
    proof.claim("after a stop nobody is called", not late, f"{len(late)} new calls a second after it")
    left = channels(scene.copy)
    proof.claim("what rang was hung up", left == [], f"{len(left)} channels of {len(begins(ours))} calls")
    last = max(ends(ours).values()) - at
    proof.claim("at once", last < 5, f"the last call ended {last:.1f} s after the stop")
    compare(scene, made, seen, numbers, "the stopped campaign's ledger agrees with SIPp's")
    progress = scene.progress(made)
    proof.claim(
        "who was not called yet is as he was", progress["waiting"] == STOPPED - progress["attempts"],
        f"{progress['waiting']} wait, {progress['attempts']} attempts",
    )  # fmt: skip


def main_campaign(scene: Scene, callees: Callees) -> None:
    """All others: paused, its engine killed twice, slowed down, with a gap in its window."""
    proof = scene.proof
    count = CONTACTS - STOPPED - ASLEEP
    numbers = [f"14{number:05d}{MIX[number % len(MIX)]}" for number in range(count)]
    asleep = [f"137{number:04d}0200" for number in range(ASLEEP)]
    night = zone_where_it_is_night()
    people = [{"phone": number, "time_zone": "UTC"} for number in numbers]
    people += [{"phone": number, "time_zone": night} for number in asleep]
    seconds = count / PER_SECOND
    opens, closes = gap(seconds)
    windows = [
        {"from": f"{opens - timedelta(hours=3):%H:%M:%S}", "to": f"{opens:%H:%M:%S}"},
        {"from": f"{closes:%H:%M:%S}", "to": f"{closes + timedelta(hours=3):%H:%M:%S}"},
    ]
    began = time.monotonic()
    made = scene.campaign(
        "Main", people, windows=windows, retries=RETRIES, pace={"calls_per_second": PER_SECOND, "at_once": AT_ONCE},
        attempts={"per_day": 10}, never_rang={"times": 0},
    )  # fmt: skip
    proof.claim("its audience was frozen", scene.until(lambda: not scene.progress(made)["building"], 120), f"{count + ASLEEP} people")
    marks = Marks(scene, made, count)
    while not marks.over():
        marks.look()
        time.sleep(0.5)
    progress = scene.progress(made)
    took = time.monotonic() - began
    proof.claim("everybody's story came to its end", progress["waiting"] == ASLEEP, {name: progress[name] for name in ("waiting", "done", "under_way")})
    proof.claim("its engine was killed and followed", marks.killed == KILLS, f"{marks.killed} times by -9")
    time.sleep(3)
    seen = scene.seen(callees)
    ours = of_numbers(seen, numbers)
    calls = begins(ours)
    proof.claim("every call has ended at SIPp's side", set(ends(ours)) == set(calls), f"{len(ends(ours))} of {len(calls)}")
    most, limit = densest(ours), (10 * PER_SECOND + 1) * 1.02
    proof.claim("in every ten seconds", most <= limit, f"{most} new calls at most, {limit:.0f} allowed")
    proof.claim("never more at once than the limit", most_at_once(ours) <= AT_ONCE, f"{most_at_once(ours)} of {AT_ONCE}")
    narrow = [entry for entry in ours if marks.narrow[0] <= calls[entry.call_id] <= marks.narrow[1]]
    proof.claim("nor while it was slowed down", most_at_once(narrow) <= NARROW, f"{most_at_once(narrow)} of {NARROW}")
    silent = [at for at in calls.values() if marks.paused[0] + 1.0 < at < marks.paused[1]]
    proof.claim("nobody is called while it is paused", not silent and marks.paused[0] > 0, f"{len(silent)} calls")
    first, last = opens.timestamp(), closes.timestamp()
    inside = [at for at in calls.values() if first <= at < last]
    around = sum(at < first for at in calls.values()), sum(at >= last for at in calls.values())
    proof.claim("nobody is called outside the window", not inside and all(around), f"{len(inside)} in its gap, {around[0]} before, {around[1]} after")
    woken = invited(seen, asleep)
    proof.claim("nobody is called where it is night", not woken, f"{len(woken)} of {ASLEEP} in {night}")
    compare(scene, made, seen, numbers, "the ledger agrees with SIPp's log")
    retried(scene, made, ours, numbers)
    proof.figure("contacts", CONTACTS)
    proof.figure("calls_per_second_allowed", PER_SECOND)
    proof.figure("most_at_once", most_at_once(ours))
    proof.figure("attempts", progress["attempts"])
    proof.figure("seconds", took)
    proof.figure("calls_per_second", len(calls) / (max(calls.values()) - min(calls.values())))


class Marks:
    """What is done to the campaign on its way, and when it was."""

    def __init__(self, scene: Scene, campaign: str, count: int) -> None:
        self._scene, self._campaign, self._count = scene, campaign, count
        self._began = time.monotonic()
        self.killed = 0
        self.paused = (0.0, 0.0)
        self.narrow = (0.0, 0.0)
        self.progress: dict[str, Any] = scene.progress(campaign)

    def over(self) -> bool:
        """Whether nobody is left but those who sleep, or too much time has passed."""
        left = self.progress["waiting"] + self.progress["under_way"]
        return left <= ASLEEP or time.monotonic() - self._began > 2.5 * self._count / PER_SECOND + 600

    def look(self) -> None:
        self.progress = self._scene.progress(self._campaign)
        share = self.progress["attempts"] / self._count
        if share > 0.15 and not self.paused[0]:
            self._pause()
        if share > (0.3, 0.55, 9.0)[self.killed] and "engine" in self._scene.copy.processes():
            os.kill(self._scene.copy.processes()["engine"], signal.SIGKILL)
            self.killed += 1
        if share > 0.75 and not self.narrow[0]:
            self._slow_down()

    def _pause(self) -> None:
        self._scene.api("POST", f"/campaigns/{self._campaign}/pause")
        at = time.time()
        time.sleep(8)
        self.paused = (at, time.time())
        self._scene.api("POST", f"/campaigns/{self._campaign}/resume")

    def _slow_down(self) -> None:
        path = f"/campaigns/{self._campaign}"
        self._scene.api("PATCH", path, {"pace": {"calls_per_second": PER_SECOND, "at_once": NARROW}})
        time.sleep(10)  # those that were up come to their end
        at = time.time()
        time.sleep(15)
        self.narrow = (at, time.time())
        self._scene.api("PATCH", path, {"pace": {"calls_per_second": PER_SECOND, "at_once": AT_ONCE}})


def compare(scene: Scene, campaign: str, seen: list[Seen], numbers: list[str], what: str) -> None:
    """Each attempt in the ledger is one call at SIPp's side; of those whose fate is not known it may be none."""
    ledger = scene.api.everything(f"/campaigns/{campaign}/attempts")
    called = Counter(row["called"] for row in ledger if row["dialled_at"] is not None)
    sure = Counter(row["called"] for row in ledger if row["dialled_at"] is not None and row["fate"] != "unknown")
    rung = Counter(number for number, _ in {(entry.number, entry.call_id) for entry in seen if entry.what == "INVITE"} if number in set(numbers))
    wrong = [number for number in called | rung if not sure[number] <= rung[number] <= called[number]]
    unknown = sum(row["fate"] == "unknown" for row in ledger)
    scene.proof.claim(what, not wrong, wrong[:5] or f"{sum(rung.values())} calls, {sum(called.values())} in the ledger, {unknown} unknown")
    twice = [key for key, times in Counter((row["member"], row["number"]) for row in ledger).items() if times > 1]
    scene.proof.claim("each attempt stands there once", not twice, twice or f"{len(ledger)} rows")
    ended = [row for row in ledger if row["ended_at"] is not None and row["fate"] not in ("unknown", "cancelled")]
    odd = [(row["called"], row["fate"]) for row in ended if row["fate"] != FATES[row["called"][-4:]][1]]
    scene.proof.claim("with its fate", not odd, odd[:5] or dict(Counter(row["fate"] for row in ledger)))


def retried(scene: Scene, campaign: str, seen: list[Seen], numbers: list[str]) -> None:
    """Retries are as they were written: as many, and not before their time by SIPp's own clock."""
    proof = scene.proof
    calls = begins(seen)
    whose = {entry.call_id: entry.number for entry in seen if entry.what == "INVITE"}
    firsts: dict[str, list[float]] = {}
    for call, at in sorted(calls.items(), key=lambda one: one[1]):
        firsts.setdefault(whose[call], []).append(at)
    unknown = {row["called"] for row in scene.api.everything(f"/campaigns/{campaign}/attempts") if row["fate"] == "unknown"}
    wrong = [
        (number, len(firsts.get(number, []))) for number in numbers
        if number not in unknown and len(firsts.get(number, [])) != TRIES[number[-4:]]
    ]  # fmt: skip
    proof.claim("each is tried as often as was written", not wrong, wrong[:5] or dict(Counter(len(found) for found in firsts.values())))
    shortest = {"0486": 60.0, "0603": 60.0, "1480": 90.0}
    early = [
        (number, found[1] - found[0]) for number, found in firsts.items()
        if len(found) > 1 and found[1] - found[0] < shortest[number[-4:]] - 0.5
    ]  # fmt: skip
    proof.claim("and not before its time", not early, early[:5] or f"{sum(len(found) > 1 for found in firsts.values())} retries")


def of_numbers(seen: list[Seen], numbers: list[str]) -> list[Seen]:
    """What SIPp logged of the calls to these numbers."""
    wanted = set(numbers)
    ids = {entry.call_id for entry in seen if entry.what == "INVITE" and entry.number in wanted}
    return [entry for entry in seen if entry.call_id in ids]


def invited(seen: list[Seen], numbers: list[str]) -> set[str]:
    """Those of these numbers that were called."""
    return {entry.number for entry in seen if entry.what == "INVITE"} & set(numbers)


def gap(seconds: float) -> tuple[datetime, datetime]:
    """The seconds in which the window is shut: in the middle of the campaign."""
    opens = (datetime.now(UTC) + timedelta(seconds=15 + 0.5 * seconds)).replace(microsecond=0)
    return opens, opens + timedelta(seconds=GAP)


def zone_where_it_is_night() -> str:
    """A zone that is outside the window for the next hours."""
    away = (datetime.now(UTC).hour + 12) % 24 - datetime.now(UTC).hour
    return f"Etc/GMT{-away:+d}"

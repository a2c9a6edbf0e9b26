"""A campaign of 10,000 contacts over three weeks, rehearsed: CPU seconds, and the hours of people that they stand for.

Three time zones, windows on weekdays without China's holidays, four fates with retries of their own, a cap, a trunk of
thirty lines and a flow of the examples that is played 200 times by the real engine. The second row has a pace so slow that
thousands are put off from one evening to the next morning: the dearest case.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bench.machine import of_baselines
from engine.campaigns.answers import AnswerModel, World
from engine.campaigns.policy import Policy
from engine.campaigns.rehearsal import Contactee, Rehearsal
from engine.campaigns.report import Report
from engine.campaigns.sampling import FlowSample, Person
from engine.campaigns.tariff import Tariff
from engine.flow import compile_flow
from engine.host.settings import PROJECT

ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin")
BEGINS = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
POLICY: dict[str, Any] = {
    "windows": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "12:00"},
                {"days": ["mon", "tue", "wed", "thu", "fri", "sat"], "from": "14:00", "to": "20:00"}],
    "holidays": "CN",
    "pace": {"calls_per_second": 2, "at_once": 30, "spread": "21d", "warm_up": {"over": "1h"}},
    "retries": [{"fate": "busy", "after": "10m", "times": 3}, {"fate": "no_answer", "after": "2h", "times": 3},
                {"fate": "no_answer", "after": "1d", "times": 2}, {"fate": "not_completed", "after": "1d"},
                {"fate": "failed", "after": "1h", "times": 2}],
    "attempts": {"per_day": 3, "in_all": 6}, "cap": {"contacts": 2, "per": "24h"}, "stop_at": {"failure_rate": 0.9},
}  # fmt: skip
SLOW = POLICY | {"pace": {"calls_per_second": 0.02, "at_once": 30}}


def measure(count: int = 10_000) -> dict[str, Any]:
    """The table and its figures."""
    rows = []
    for name, policy in (("three weeks", POLICY), ("far too slow", SLOW)):
        began = time.process_time()
        report = rehearsed(policy, count)
        spent = time.process_time() - began
        days = (report.ends_at - report.begins_at).total_seconds() / 86_400
        rows.append(
            {"campaign": name, "contacts": report.people, "attempts": report.attempts, "days": days,
             "peak": report.peak, "CPU s": spent, "attempts/CPU-s": report.attempts / spent}
        )  # fmt: skip
    return {
        "rows": rows, "rehearsal_cpu_seconds": rows[0]["CPU s"], "slow_rehearsal_cpu_seconds": rows[1]["CPU s"],
        "this_machine_of_baselines": of_baselines(),
    }  # fmt: skip


def rehearsed(policy: dict[str, Any], count: int) -> Report:
    """One rehearsal, flow and all."""
    document = json.loads((PROJECT / "flows" / "examples" / "visit_reminder.json").read_text(encoding="utf-8"))
    model = AnswerModel()
    person = Person({"phone": "13800000000"}, {"name": "李雷", "visit_at": "2026-12-24T10:00"})
    sample = FlowSample(compile_flow(document), World(model), BEGINS, people=[person])
    people = [
        Contactee(matter=f"m{n}", address=f"+86138{n // 2:08}", zone=ZoneInfo(ZONES[n % len(ZONES)])) for n in range(count)
    ]
    return Rehearsal(
        Policy.model_validate(policy), people, begins_at=BEGINS, model=model, slots=30, sample=sample, zone=ZoneInfo(ZONES[0]),
        tariff=Tariff(per_minute=0.1, per_text=0.045),
    ).run()  # fmt: skip

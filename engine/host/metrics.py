"""What the processes count, for Prometheus: all names are here, each module imports the few that are its own.

Several processes count the same thing. In multiprocess mode (`PROMETHEUS_MULTIPROC_DIR`, which the command line sets
before this module is loaded) each writes a mapped file of its own in one folder, and whoever answers `GET /metrics`
adds them up. Outside of it, as in tests, the values are this process's alone. Counting costs two microseconds: on a hot
path count a batch at once (`inc(len(batch))`), by a child that was looked up once (`TURNS.labels("live")`).

Counters and histograms are for whoever does the thing. Gauges that need a look into the databases (depths, ages, live
sessions) are set by the clock, `host/figures.py`; several clocks do no harm, the latest value counts.
"""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that prometheus_client reads when it is first imported."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0)
_SHARES = (0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_ROWS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


def _seen(name: str, words: str, *labels: str) -> Gauge:
    """A gauge of which the latest value counts, whichever process set it."""
    return Gauge(name, words, labels, multiprocess_mode="mostrecent")


# --- turns and commits

TURNS = Counter("callweave_turns_total", "Turns of sessions.", ["host"])
"""`host`: live (somebody on the line), sleeping."""
TURN_SECONDS = Histogram("callweave_turn_seconds", "From an event to its commands.", ["host"], buckets=_FAST)
COMMIT_SECONDS = Histogram("callweave_commit_seconds", "One transaction of turns.", ["host"], buckets=_FAST)
COMMIT_SESSIONS = Histogram("callweave_commit_sessions", "Sessions in a transaction.", ["host"], buckets=_ROWS)
COMMITS_AGAIN = Counter("callweave_commits_again_total", "Transactions that had to be tried again.", ["host"])
FENCED = Counter("callweave_fenced_total", "Writers that found their session to be another's.")
SESSIONS_STARTED = Counter("callweave_sessions_started_total", "Sessions that began.", ["host"])
SESSIONS_ENDED = Counter("callweave_sessions_ended_total", "Sessions that ended.", ["status"])
REFUSED_EVENTS = Counter("callweave_refused_events_total", "Events that a limit has refused.", ["reason"])

# --- inbox and timers

INBOX_APPLIED = Counter("callweave_inbox_applied_total", "Inbox rows that were applied.", ["host"])
TIMER_LATENESS = Histogram("callweave_timer_lateness_seconds", "How late a timer was served.", ["host"], buckets=_SLOW)

# --- outbox

OUTBOX_ENDED = Counter("callweave_outbox_ended_total", "Outbox rows that came to an end.", ["gateway", "state"])
"""`state`: done, dead, unknown, cancelled."""
OUTBOX_SECONDS = Histogram("callweave_outbox_seconds", "From due to done.", ["gateway"], buckets=_SLOW)
OUTBOX_TRIES = Counter("callweave_outbox_tries_total", "Times that a gateway was asked.", ["gateway", "result"])
"""`result`: done, not_now, refused, unsure."""

RECEIPTS_UNMATCHED = Counter("callweave_receipts_unmatched_total", "Receipts of texts that nobody knows.", ["gateway"])
NEWS_KEPT = Counter("callweave_gateway_news_total", "What gateways reported of their own accord.", ["gateway", "kind"])
"""`kind`: TextReceived, Receipt, MailReceived, Bounced."""

INBOUND_REFUSED = Counter("callweave_inbound_refused_total", "Callbacks that were refused.", ["gateway", "why"])
"""`why`: address, missing, wrong, old (not the provider), rate, garbled."""

SIGN_INS_REFUSED = Counter("callweave_sign_ins_refused_total", "Sign-ins that were refused.", ["why"])
"""`why`: password, code, unknown (no such user), disabled, key, link, openid, waiting (after too many)."""

# --- calls and engines

CALLS_ENDED = Counter("callweave_calls_ended_total", "Calls that ended.", ["direction", "fate"])
CALLS_REFUSED = Counter("callweave_calls_in_refused_total", "Calls that a trunk brought too fast.", ["trunk"])
LEG_LOSS = Histogram("callweave_leg_loss_share", "Packets that were lost, by leg.", ["way"], buckets=_SHARES)
"""`way`: in (from the party), out (to it, as it reported)."""
LEG_JITTER = Histogram("callweave_leg_jitter_seconds", "Jitter at a leg's end.", ["way"], buckets=_FAST)
LEG_ROUND_TRIP = Histogram("callweave_leg_round_trip_seconds", "Round trip at a leg's end.", buckets=_FAST)
ENGINE_ACTIVE = Gauge(
    "callweave_engine_active", "1 while an engine acts under its lease.", ["lease"], multiprocess_mode="livemax"
)
TAKEN_ON = Counter("callweave_calls_taken_on_total", "Sessions that an engine took on from the one before it.")

# --- jobs and requests

JOBS_ENDED = Counter("callweave_jobs_ended_total", "Jobs that came to an end.", ["job", "result"])
REQUESTS = Counter("callweave_http_requests_total", "Requests that were answered.", ["method", "status"])
REQUEST_SECONDS = Histogram("callweave_http_request_seconds", "Time to an answer.", ["method"], buckets=_FAST)

# --- what the clock sees in the databases

SESSIONS_LIVE = _seen("callweave_sessions_live", "Sessions that have not ended.")
CALLS = _seen("callweave_calls", "Calls that are there now, by their state.", "state")
INBOX_OPEN = _seen("callweave_inbox_open", "Inbox rows that wait.")
INBOX_AGE = _seen("callweave_inbox_oldest_seconds", "Age of the oldest inbox row that waits.")
TIMERS_LATE = _seen("callweave_timers_late_seconds", "Lateness of the latest timer that waits.")
OUTBOX_OPEN = _seen("callweave_outbox_open", "Outbox rows that wait.", "gateway")
OUTBOX_AGE = _seen("callweave_outbox_oldest_seconds", "How long the oldest due outbox row has waited.", "gateway")
OUTBOX_DEAD = _seen("callweave_outbox_dead", "Outbox rows that a person has to look at.", "gateway")
QUEUE_JOBS = _seen("callweave_queue_jobs", "Jobs that wait in Redis.", "queue")
DISK_FREE = _seen("callweave_disk_free_bytes", "Free bytes where the data lies.")


def exposition() -> bytes:
    """Everything that is counted on this machine, in Prometheus' text format."""
    folder = os.environ.get(FOLDER)
    if folder is None:
        return generate_latest(REGISTRY)
    _forget_the_dead(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _forget_the_dead(folder: Path) -> None:
    """Let go the live gauges of processes that are no more; what they counted stays."""
    for path in folder.glob("gauge_live*_*.db"):
        pid = path.stem.rpartition("_")[2]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            mark_process_dead(int(pid), str(folder))  # type: ignore[no-untyped-call]

"""Campaigns: whom a flow is started for, when, how fast and how often. Pure: time comes in as an argument.

`decide` is all rules about one person, `Pacer` the pace, `stop_for` the end. The driver that starts sessions, the dry
run and the rehearsal use these and nothing else, so what was rehearsed is what happens.
"""

from engine.campaigns.attempts import Attempt, Done, Fate, Retry, after_attempt
from engine.campaigns.caps import Coming, Touch, capped, precedence
from engine.campaigns.estimate import estimated_end
from engine.campaigns.gate import Member, Verdict, decide, why
from engine.campaigns.pace import Pacer
from engine.campaigns.policy import Policy
from engine.campaigns.reasons import Reason
from engine.campaigns.stops import Tally, stop_for
from engine.campaigns.windows import next_allowed, openings, spread

__all__ = [
    "Attempt", "Coming", "Done", "Fate", "Member", "Pacer", "Policy", "Reason", "Retry", "Tally", "Touch", "Verdict",
    "after_attempt", "capped", "decide", "estimated_end", "next_allowed", "openings", "precedence", "spread",
    "stop_for", "why",
]  # fmt: skip

"""Why somebody was or was not contacted, in sentences: the rules' own reasons, and what else happens to members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.campaigns.reasons import FATES as FATE_WORDS
from engine.campaigns.reasons import SENTENCES
from engine.faults import Phrase

REASONS: dict[str, str] = {
    "no_record_type": "there is no record type {name}",
    "no_file": "there is no file {name}",
    "no_table": "the file {name} is no table that can be read: {reason}",
    "no_list": "there is no list {name}",
    "too_many_sessions": "has as many sessions as are allowed at one time",
    "campaign_stopped": "the campaign was stopped",
    "person": "somebody has stopped it",
    "record_gone": "the record was deleted",
    "no_flow": "there is no such flow, or no such version of it",
    "faulty_flow": "the flow has faults: {count}",
    "too_many": "there are more people than a rehearsal can have: {most}",
    "interrupted": "it was begun three times, and never came to its end",
}
"""Reasons besides those of the rules, by code."""
HAPPENINGS: dict[str, str] = {
    "campaign.started": "the campaign was started, with version {version} of its flow",
    "campaign.audience": "its audience was frozen: {members} people",
    "campaign.paused": "the campaign was paused",
    "campaign.resumed": "the campaign went on",
    "campaign.changed": "the campaign was changed: {fields}",
    "campaign.stopped": "the campaign was stopped: {reason}",
    "campaign.finished": "the campaign was finished",
    "member.put_in": "was put into the audience",
    "member.left_out": "is not contacted: {reason}",
    "member.held_back": "had to wait: {reason}",
    "member.retry": "another attempt was planned: {reason}",
    "member.done": "no further attempt: {reason}",
    "member.taken_out": "was taken out by somebody",
    "member.now": "now: {reason}",
    "attempt.started": "attempt {number} at {address} began",
    "attempt.ended": "attempt {number}: {fate}",
    "call.placed": "{address} was called by trunk {trunk}",
    "call.came_in": "a call from {address} came in",
    "call.answered": "the call was answered",
    "call.ended": "the call ended: {fate} ({cause})",
    "session.began": "a session of the flow {flow} began",
    "session.ended": "the session ended: {outcome}",
    "message.out": "a text or mail to {address}: {state}",
    "message.in": "a text or mail from {address} came in",
    "consent.given": "{address} may be written to: {reason}",
    "consent.taken": "{address} is not to be written to any more: {reason}",
    "trigger.started": "a trigger started a session",
    "plan.made": "a trigger plans a start for this moment",
    "plan.ended": "what a trigger had planned for this moment: {fate}",
}
"""What happens to people, by kind."""
MESSAGES = {*REASONS.values(), *HAPPENINGS.values()}
"""Sentences of this module; each has its translation."""


def reason(why: Mapping[str, Any]) -> Phrase:
    """A kept reason in words; a fate in it is a phrase itself."""
    code = str(why.get("code", ""))
    values = dict(why.get("values") or {})
    if "fate" in values:
        values["fate"] = fate(str(values["fate"]))
    return Phrase(SENTENCES.get(code) or REASONS.get(code) or code, values)


def fate(name: str) -> Phrase:
    """A fate in words."""
    return Phrase(FATE_WORDS.get(name, name))


def happening(kind: str, values: Mapping[str, Any]) -> Phrase:
    """What has happened, in words."""
    return Phrase(HAPPENINGS.get(kind, kind), dict(values))

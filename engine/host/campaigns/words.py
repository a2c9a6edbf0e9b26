"""Why somebody was or was not contacted, in sentences: the rules' own reasons, and what else happens to members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.campaigns.reasons import FATES as FATE_WORDS
from engine.campaigns.reasons import SENTENCES
from engine.faults import Phrase
from engine.triggers import refusals

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
    "message.out.sms": "a text to {address}: {state}",
    "message.out.mail": "a mail to {address}: {state}",
    "message.in.sms": "a text from {address} came in",
    "message.in.mail": "a mail from {address} came in",
    "consent.given.voice": "{address} may be called",
    "consent.given.sms": "{address} may be texted",
    "consent.given.mail": "{address} may be sent mail",
    "consent.taken.voice": "{address} is not to be called any more",
    "consent.taken.sms": "{address} is not to be texted any more",
    "consent.taken.mail": "{address} is not to be sent mail any more",
    "trigger.started": "a trigger started a session",
    "plan.made": "a trigger plans a start for this moment",
    "plan.ended": "what a trigger had planned for this moment: {fate}",
}
"""What happens to people, by kind; of consents and messages also by medium."""
BARE: dict[str, tuple[str, str]] = {
    "call.placed": ("trunk", "{address} was called"),
    "call.ended": ("cause", "the call ended: {fate}"),
}
"""By kind: the value that may be missing, and the sentence without it."""
EXPLAINED = ("consent.", "message.", "plan.")
MORE = "{what} ({reason})"
"""What has happened, and the reason that there may be besides."""
FATES: dict[str, str] = {
    "started": "started", "not_started": "nothing was started", "past": "had passed when the record came",
    "over": "came too late to be of use", "done": "done", "hung_up": "hung up", "cancelled": "cancelled",
    "failed": "failed", "expired": "expired", "queued": "waits to be sent",
    "sending": "is being sent", "sent": "sent", "delivered": "delivered",
    "unknown": "nobody knows whether it arrived", "received": "received", "completed": "completed",
}  # fmt: skip
"""What became of plans, sessions and messages."""
FIELDS: dict[str, str] = {
    "name": "name", "flow": "flow", "audience": "audience", "completed": "what counts as completed",
    "tariff": "tariff", "windows": "hours", "holidays": "public holidays", "calendar": "calendar", "pace": "pace",
    "retries": "retries", "attempts": "attempts", "never_rang": "lines that did not ring",
    "cap": "limit over all campaigns", "priority": "priority", "stop_at": "when it stops of itself",
}  # fmt: skip
"""The parts of a campaign, as a change of them is told."""
BETWEEN = "{first}, {rest}"
"""Parts in a row."""
MESSAGES = {
    *REASONS.values(), *HAPPENINGS.values(), *FATES.values(), *FIELDS.values(),
    *(sentence for _, sentence in BARE.values()), MORE, BETWEEN,
}  # fmt: skip
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
    """What has happened, in words; `reason` is a reason's phrase, or what somebody wrote."""
    told = dict(values)
    if kind == "campaign.changed":
        told["fields"] = _in_a_row([name.strip() for name in str(told.get("fields", "")).split(",")])
    if isinstance(told.get("fate"), str):
        plan = kind == "plan.ended"
        told["fate"] = Phrase(FATES.get(told["fate"], told["fate"])) if plan else fate(told["fate"])
    for name in ("state", "outcome"):
        if (known := FATES.get(str(told.get(name)))) is not None:
            told[name] = Phrase(known)
    missing, without = BARE.get(kind, ("", ""))
    sentence = HAPPENINGS.get(f"{kind}.{told.get('medium')}") or HAPPENINGS.get(kind, kind)
    what = Phrase(without if missing and not told.get(missing) else sentence, told)
    given = told.get("reason")
    if not given or not kind.startswith(EXPLAINED):
        return what
    return Phrase(MORE, {"what": what, "reason": refusals.phrase(given) if kind == "plan.ended" else given})


def _in_a_row(names: Sequence[str]) -> Phrase:
    first = Phrase(FIELDS.get(names[0], names[0]))
    return first if len(names) == 1 else Phrase(BETWEEN, {"first": first, "rest": _in_a_row(names[1:])})

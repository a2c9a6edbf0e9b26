"""Mocks: the world's answers, written beforehand (CONTRACT §6).

    lookup: {his_slots: {found: [{slot: "10:30"}]}}     call: [busy, answered]     send_sms: sent

A mock has the word of the node type whose command it answers. Its value is an answer, or a list of answers that are
given in turn, the last one again and again. An answer is a word (`busy`), a word with more to it (`{found: [...]}`), or
an event as it stands in a step (`{type: http_answered, status: 503}`). Look-ups may have an answer for each query or
source, writings for each statement or source, jobs for each node type. What has no mock is answered by the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine import commands as c
from engine.commands import Command
from engine.events import AnyEvent
from engine.scenarios.scenario import ScenarioError
from engine.scenarios.stage import LEG, NoEvent, read_event

Making = Callable[["Mocks", Any, Any], dict[str, Any]]
"""From the command and what is said beside the word: the event's fields. `type` is the event's word."""


def _event(kind: str, detail: str = "", **fields: Any) -> Making:
    """An event with these fields; what stands beside the word is its field `detail`."""

    def make(mocks: Mocks, command: Any, more: Any) -> dict[str, Any]:
        return {"type": kind, **fields} | ({detail: more} if detail and more is not None else {})

    return make


def _updated(mocks: Mocks, command: Any, more: Any) -> dict[str, Any]:
    fields = mocks.known[command.of] = {**mocks.known[command.of], **command.fields}
    return {"type": "fields_updated", "fields": fields}


def _decided(mocks: Mocks, command: Any, more: Any) -> dict[str, Any]:
    return {"type": "task_decided", "decision": str(more or "")}


_FAILED = _event("command_failed", "reason", reason="mock")
_FATES = {fate: _event("call_failed", "cause", fate=fate) for fate in ("busy", "no_answer", "failed")}
_DONE = {"done": _event("command_done"), "failed": _FAILED}
_ANSWERS: dict[str, dict[str, Making]] = {
    "answer": {"done": _event("call_answered"), "failed": _FAILED},
    "say": {"done": _event("playback_finished"), "interrupted": _event("playback_finished", interrupted=True),
            "failed": _FAILED},
    "record": {"done": _event("recorded", "asset", asset="recording", seconds=5.0), "empty": _event("recorded"),
               "failed": _FAILED},
    "record_call": _DONE,
    "background": _DONE,
    "call": {"answered": _event("call_answered", leg=LEG), "machine": _event("call_answered", leg=LEG, by="machine"),
             **_FATES},
    "dial": {fate: _event("dial_ended", "seconds", fate=fate) for fate in ("completed", "busy", "no_answer", "failed")},
    "conference": {"done": _event("conference_ended", "seconds", fate="done"),
                   "nobody": _event("conference_ended", fate="nobody"), "failed": _FAILED},
    "send_fax": {"sent": _event("fax_sent", "pages", pages=1), **_FATES},
    "receive_fax": {"received": _event("fax_received", "asset", asset="fax", pages=1), "failed": _FAILED},
    "send_sms": {state: _event("message_sent", state=state) for state in ("queued", "sent", "delivered")}
    | {"failed": _FAILED},
    "send_email": {"sent": _event("mail_sent"), "failed": _FAILED},
    "lookup": {"found": _event("lookup_answered", "rows"), "not_found": _event("lookup_answered", rows=[]),
               "failed": _FAILED},
    "http_request": {"success": _event("http_answered", "body", status=200), "failed": _FAILED},
    "write_source": {"done": _event("source_written"), "refused": _event("source_written", "reason", refused=True),
                     "failed": _FAILED},
    "update_record": {"done": _updated, "failed": _FAILED},
    "update_contact": {"done": _updated, "failed": _FAILED},
    "task": {"decided": _decided, "failed": _FAILED},
    "start_flow": _DONE,
    "job": {"returns": _event("job_finished", "result"), "failed": _FAILED},
    "adapter": {"returns": _event("job_finished", "result"), "failed": _FAILED},
}  # fmt: skip
"""By mock and word: the event. An event of two fields more is written out as an event."""

_COMMANDS: dict[type[Command], str] = {
    c.Answer: "answer", c.PlayPrompt: "say", c.Record: "record", c.RecordCall: "record_call",
    c.PlayBackground: "background", c.PlaceCall: "call", c.Dial: "dial", c.JoinConference: "conference",
    c.SendFax: "send_fax", c.ReceiveFax: "receive_fax", c.SendSms: "send_sms", c.SendMail: "send_email",
    c.Lookup: "lookup", c.HttpRequest: "http_request", c.WriteSource: "write_source", c.CreateTask: "task",
    c.StartFlow: "start_flow", c.RunJob: "job", c.AskAdapter: "adapter",
}  # fmt: skip
_PER = {
    "lookup": ("query", "source"), "write_source": ("statement", "source"), "job": ("node_type",),
    "adapter": ("adapter",), "task": ("role",),
}  # fmt: skip
"""Mocks that may have an answer for each value of a field of the command; of several fields, the first that has one."""

_BY_HAND: dict[str, set[str]] = {
    "call": {"call_answered", "call_failed"}, "answer": {"call_answered"}, "say": {"playback_finished"},
    "dial": {"dial_ended"}, "conference": {"conference_ended"}, "send_fax": {"fax_sent", "call_failed"},
    "receive_fax": {"fax_received"}, "send_sms": {"message_sent"}, "send_email": {"mail_sent"},
    "lookup": {"lookup_answered"}, "http_request": {"http_answered"}, "write_source": {"source_written"},
    "update_record": {"fields_updated"}, "update_contact": {"fields_updated"}, "task": {"task_decided"},
    "record": {"recorded"}, "job": {"job_finished"}, "adapter": {"job_finished"},
}  # fmt: skip


class Mocks:
    """What a scenario's mocks answer. `known` is the record and the contact as updates have made them."""

    def __init__(
        self,
        mocks: Mapping[str, Any],
        contact: Mapping[str, Any] | None = None,
        record: Mapping[str, Any] | None = None,
    ) -> None:
        self.known: dict[str, dict[str, Any]] = {"contact": dict(contact or {}), "record": dict(record or {})}
        self.by_hand = ""
        """The event that the next step brings: what it can answer is left to it."""
        self._answers: dict[tuple[str, str], list[Any]] = {}
        for name, value in mocks.items():
            self._learn(name, value)

    def answer(self, command: Command, at: datetime) -> AnyEvent | None:
        """The event that answers the command, or None where no mock does."""
        name = f"update_{command.of}" if isinstance(command, c.UpdateFields) else _COMMANDS.get(type(command), "")
        if not name or self.by_hand in _BY_HAND.get(name, ()):
            return None
        fields_of = [str(getattr(command, field)) for field in _PER.get(name, ())]
        answers = next((found for per in (*fields_of, "") if (found := self._answers.get((name, per)))), None)
        if answers is None:
            return None
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        word, more = _taken_apart(answer)
        fields = dict(answer) if word is None else _ANSWERS[name][word](self, command, more)
        if fields["type"] == "call_answered":
            fields.setdefault("leg", getattr(command, "leg", LEG))
        return _read(f"mocks.{name}", {"at": at.isoformat(), "command_id": command.id, **fields})

    def _learn(self, name: str, value: Any) -> None:
        if name not in _ANSWERS:
            raise ScenarioError(f"mocks.{name}: is not known here; there are {', '.join(sorted(_ANSWERS))}")
        if name in _PER and isinstance(value, Mapping) and not _is_answer(name, value):
            for key, answers in value.items():
                self._keep(name, str(key), answers)
        else:
            self._keep(name, "", value)

    def _keep(self, name: str, per: str, value: Any) -> None:
        path = f"mocks.{name}.{per}" if per else f"mocks.{name}"
        answers = list(value) if isinstance(value, (list, tuple)) else [value]
        if not answers:
            raise ScenarioError(f"{path}: is empty")
        self._answers[(name, per)] = [_sound(name, path, answer) for answer in answers]


def _is_answer(name: str, value: Mapping[str, Any]) -> bool:
    return "type" in value or "decision" in value or _taken_apart(value)[0] in _ANSWERS[name]


def _sound(name: str, path: str, answer: Any) -> Any:
    """An answer in its form; ScenarioError where it is none."""
    if isinstance(answer, Mapping) and "type" in answer:
        _read(path, {"command_id": "", **answer})
        return answer
    if name == "http_request" and isinstance(answer, Mapping) and "status" in answer:
        return {"type": "http_answered", **answer}
    if name == "http_request" and isinstance(answer, int) and not isinstance(answer, bool):
        return {"type": "http_answered", "status": answer}
    if name == "task" and isinstance(answer, Mapping) and "decision" in answer:
        return {"type": "task_decided", **answer}
    word, _ = _taken_apart(answer)
    if name == "task" and word not in _ANSWERS[name] and isinstance(answer, str):
        return {"type": "task_decided", "decision": answer}
    if word not in _ANSWERS[name]:
        raise ScenarioError(f"{path}: must be one of {', '.join(_ANSWERS[name])} (is {answer!r})")
    return answer


def _taken_apart(answer: Any) -> tuple[Any, Any]:
    """An answer's word and what is said beside it; no word for an event."""
    if isinstance(answer, Mapping):
        if "type" in answer or len(answer) != 1:
            return None, None
        return next(iter(answer.items()))
    return (answer, None) if isinstance(answer, str) else (None, None)


def _read(path: str, data: dict[str, Any]) -> AnyEvent:
    try:
        return read_event(data)
    except NoEvent as error:
        raise ScenarioError(f"{path}.{error.path}: {error}") from error

"""What Callweave tells of each patient by its API, held against what the story expects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from examples.hospital.run.stage import FAX, Stage
from examples.hospital.story import Expected
from examples.hospital.town.phones import Phones

EARLY, LATE = timedelta(seconds=1), timedelta(minutes=15)
"""A contact may begin so much before and after its time."""


@dataclass
class Told:
    """One expectation, and what is told of it; told right if `wrong` is empty."""

    expected: Expected
    said: str
    wrong: list[str] = field(default_factory=list)
    was_gone: bool = False
    """Whether the time that was chosen first was gone."""


@dataclass
class Result:
    """All of it."""

    told: list[Told]
    wrong: list[str]
    """What is wrong as a whole: calls that nobody expected, counts that differ."""
    figures: list[tuple[str, str]]

    @property
    def is_right(self) -> bool:
        """Whether every story was told right."""
        return not self.wrong and not any(told.wrong for told in self.told)


class Teller:
    """Reads all sessions, calls and texts once, and compares."""

    def __init__(self, stage: Stage, phones: Phones, late: list[str]) -> None:
        api = stage.api
        self._stage = stage
        self._phones = phones
        self._late = late
        names = {identity: name for name, identity in stage.flows.items()}
        self._sessions: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for each in api.every("/sessions"):
            session = api("GET", f"/sessions/{each['id']}")
            self._sessions[names.get(session["flow"], "?"), session["contact"].get("phone", "")].append(session)
        self._calls = _by_session(api.every("/calls"))
        self._texts = _by_session(api.every("/messages", medium="sms", direction="out"))
        self._faxes = list(api.every("/faxes"))

    def compare(self) -> Result:
        """Every expectation of the story, and what is wrong beside."""
        expected = sorted(self._stage.story.expected, key=lambda each: each.at)
        told = [self._told(each) for each in expected]
        told.sort(key=lambda each: (each.expected.patient.patient_no, each.expected.at))
        left = [
            f"a session of {flow} for {phone} that nobody expected: {session['outcome']} at {session['started_at']}"
            for (flow, phone), sessions in self._sessions.items()
            for session in sessions
        ]
        return Result(told, [*self._late, *left, *self._around(), *self._of_slots(told)], self._figures())

    def _told(self, expected: Expected) -> Told:
        sessions = self._sessions[expected.flow, expected.patient.mobile]
        if expected.outcome is None:
            unwanted = [session for session in sessions if _is_about(session, expected.record)]
            return Told(expected, "nothing", [f"there is a session: {unwanted[0]['outcome']}"] if unwanted else [])
        session = next((each for each in sorted(sessions, key=_start) if _is_about(each, expected.record)), None)
        if session is None:
            return Told(expected, "nothing", ["there is no such session"])
        sessions.remove(session)
        calls = sorted(self._calls[session["id"]], key=_start)
        fates = tuple(_fate(call) for call in calls)
        texts = len(self._texts[session["id"]])
        began = _start(session)
        when = began.astimezone(expected.at.tzinfo)
        told = Told(expected, f"{when:%d %b %H:%M}  {', '.join(fates) or _counted(texts)}")
        wanted = {
            "status": (expected.status, session["status"]), "calls": (expected.fates, fates),
            "outcome": (expected.outcome, session["outcome"]), "texts": (expected.texts, texts),
        }  # fmt: skip
        told.wrong += [f"{name} is {is_!r}, not {right!r}" for name, (right, is_) in wanted.items() if is_ != right]
        if not expected.at - EARLY <= began <= expected.at + LATE:
            told.wrong.append(f"it began at {began.astimezone(expected.at.tzinfo):%d %b %H:%M}")
        for column, key, right in expected.written:
            is_ = self._stage.database.value(column, key)
            if is_ != right:
                told.wrong.append(f"the information system has {column} {is_!r}, not {right!r}")
        if expected.one_of:
            told.wrong += self._wrong_slot(expected, session["vars"].get("slot_no", ""))
            told.was_gone = "gone" in session["results"]
        return told

    def _wrong_slot(self, expected: Expected, slot: str) -> list[str]:
        found = []
        if self._stage.database.value("slot.taken_by", slot) != expected.patient.patient_no:
            found.append(f"the time {slot} is not this patient's")
        if slot not in expected.one_of:
            found.append(f"the time is {slot}, not one of {', '.join(expected.one_of)}")
        return found

    def _of_slots(self, told: list[Told]) -> list[str]:
        """Of two who chose one time, one was told that it was gone."""
        pairs: dict[tuple[str, ...], list[Told]] = defaultdict(list)
        for each in told:
            if len(each.expected.one_of) > 1:
                pairs[each.expected.one_of].append(each)
        return [
            f"of {len(pair)} callers who chose {slots[0]}, {sum(each.was_gone for each in pair)} heard that it was gone"
            for slots, pair in pairs.items()
            if sum(each.was_gone for each in pair) != 1
        ]

    def _around(self) -> list[str]:
        """What the other side saw that Callweave does not tell, and the other way round."""
        phones, stage = self._phones, self._stage
        wrong = [
            f"a call to {came.phone} at {came.at:%d %b %H:%M} that nobody expected"
            for came in phones.came
            if came.act is None
        ]
        wrong += [f"{act.phone} was not called at {act.at:%d %b %H:%M}" for act in phones.left()]
        wrong += phones.failures + stage.texts.refused
        out = [call for calls in self._calls.values() for call in calls if call["direction"] == "out"]
        texts = sum(len(each) for each in self._texts.values())
        counts = {
            "calls out": (len(phones.came), len(out)), "texts": (len(stage.texts.sent), texts),
        }  # fmt: skip
        wrong += [f"{what}: {seen} were seen, {told} are told" for what, (seen, told) in counts.items() if seen != told]
        sent = [fax for fax in self._faxes if fax["direction"] == "out" and fax["fate"] == "sent"]
        wanted = sum(each.outcome == "report_sent" for each in stage.story.expected)
        if len(sent) != wanted or (wanted and not stage.fax.received(FAX).exists()):
            wrong.append(f"faxes: {len(sent)} were sent, not {wanted}")
        wrong += [f"{program.name} has ended: {program.tail(3)}" for program in stage.programs if not program.lives]
        return wrong

    def _figures(self) -> list[tuple[str, str]]:
        calls = [call for each in self._calls.values() for call in each]
        fates: dict[str, int] = defaultdict(int)
        for call in calls:
            fates[_fate(call)] += 1
        named = ", ".join(
            f"{count} {fate.replace('_', ' ')}" for fate, count in sorted(fates.items(), key=lambda each: -each[1])
        )
        events: dict[str, int] = defaultdict(int)
        for event in self._stage.story.events:
            events[event.via] += 1
        told_by = {"main": "SQL", "east": "HL7", "clinic": "FHIR"}
        return [
            ("patients", str(len(self._stage.story.patients))),
            ("events told", ", ".join(f"{count} by {told_by[via]}" for via, count in events.items())),
            ("sessions", str(sum(1 for _ in self._stage.api.every("/sessions")))), ("calls", f"{len(calls)}: {named}"),
            ("texts", f"{len(self._stage.texts.sent)} out, {self._stage.texts.came} in"),
            ("faxes", str(len(self._faxes))),
        ]  # fmt: skip


def _by_session(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["session"]].append(row)
    return found


def _counted(texts: int) -> str:
    return "1 text" if texts == 1 else f"{texts} texts"


def _start(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["started_at"])


def _fate(call: dict[str, Any]) -> str:
    """What became of a call; one that came in and was taken is answered."""
    return str(call["fate"] or ("answered" if call["answered_at"] else "lost"))


def _is_about(session: dict[str, Any], record: str) -> bool:
    return not record or record in (session["record"] or {}).values()

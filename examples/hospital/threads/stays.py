"""Threads about stays in the hospital: consultation, discharge, a week later, the survey."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from examples.hospital.people import Patient
from examples.hospital.story import Way, on
from examples.hospital.threads.spinner import Spinner

FIVE_HOURS = timedelta(hours=5)
REPORT = "Coronary angiography is advised; aspirin 100 mg daily."


def admitted(spin: Spinner, who: Patient, day: int, *, consultation: datetime | None = None) -> str:
    """An admission, told by HL7: its number."""
    spin.admissions += 1
    key = f"A{int(who.patient_no[1:]):05d}"
    more: dict[str, Any] = {
        "ward": "心内科一病区",
        "doctor": "赵医生",
        "doctor_phone": f"78{spin.admissions % 100:02d}",
    }
    if consultation is not None:
        more |= {
            "consultation_at": consultation, "report_fax": "7991",
            "experts": [f"77{2 * spin.admissions % 100:02d}", f"77{(2 * spin.admissions + 1) % 100:02d}"],
        }  # fmt: skip
    spin.tell(on(day, "08:30"), "admitted", "east", key, who, **more)
    return key


def discharged(spin: Spinner, who: Patient, admission: str, day: int) -> tuple[str, datetime]:
    """A discharge, told by HL7: its number, and when the wishes are due."""
    key = f"D{int(who.patient_no[1:]):05d}"
    spin.tell(on(day, "08:30"), "discharged", "east", key, who, admission_no=admission, ward="心内科一病区")
    return key, on(day + 7, "10:00")


def consulted(spin: Spinner) -> None:
    who = spin.somebody()
    begins = on(2, "15:00") + timedelta(minutes=10 * spin.admissions)
    key = admitted(spin, who, 2, consultation=begins)
    event = spin.story.events[-1].fields
    spin.act(begins, event["doctor_phone"], keys="1", talks=8.0)
    for expert in event["experts"]:
        spin.act(begins, expert, stays=True)
    spin.tell(
        begins + timedelta(minutes=20),
        "report_written",
        "main",
        key,
        who,
        report=REPORT,
    )
    spin.tell(begins + timedelta(minutes=10), "results", "east", key, who, findings="肌钙蛋白I 0.9 ng/mL")
    spin.expect(
        who, "consultation held, report by fax", "consultation", begins, "report_sent", record=key,
        fates=("answered", "answered", "answered"), written=(("admission.report_sent", key, 1),),
    )  # fmt: skip
    number, wishes = discharged(spin, who, key, 5)
    spin.act(wishes, who.mobile, keys="1", stays=True)
    spin.expect(
        who, "a week later: recovers well", "recovery_wishes", wishes, "well", record=number, fates=("answered",)
    )
    surveyed(spin, who, number, [("answers", "124")], "answered")


def admission_cancelled(spin: Spinner) -> None:
    who = spin.somebody()
    begins = on(3, "15:00")
    key = admitted(spin, who, 2, consultation=begins)
    spin.tell(on(3, "08:30"), "admission_cancelled", "east", key, who)
    spin.expect(who, "admission cancelled: no consultation", "consultation", begins, None, record=key)


def wants_a_nurse(spin: Spinner) -> None:
    who = spin.somebody()
    number, wishes = discharged(spin, who, admitted(spin, who, 1), 4)
    spin.act(wishes, who.mobile, keys="2")
    spin.expect(
        who, "a week later: a nurse is to call", "recovery_wishes", wishes, "call_back", record=number,
        fates=("answered",), written=(("call_back.reason", who.patient_no, "recovery"),),
    )  # fmt: skip
    surveyed(spin, who, number, [("answers", "3")], "partly_answered")


def is_never_there(spin: Spinner) -> None:
    who = spin.somebody()
    number, wishes = discharged(spin, who, admitted(spin, who, 1), 4)
    spin.act(wishes, who.mobile, "no_answer")
    spin.act(wishes + FIVE_HOURS, who.mobile, "busy")
    spin.expect(
        who, "a week later: not there, wished by text", "recovery_wishes", wishes, "wished_by_text", record=number,
        fates=("no_answer", "busy"), texts=1,
    )  # fmt: skip
    surveyed(spin, who, number, [("busy", ""), ("answers", "222")], "answered")


def comes_home_late(spin: Spinner) -> None:
    who = spin.somebody()
    number, wishes = discharged(spin, who, admitted(spin, who, 2), 5)
    spin.act(wishes, who.mobile, "busy")
    spin.act(wishes + FIVE_HOURS, who.mobile, keys="1")
    spin.expect(
        who, "a week later: reached in the afternoon", "recovery_wishes", wishes, "well", record=number,
        fates=("busy", "answered"),
    )  # fmt: skip
    surveyed(spin, who, number, [("no_answer", ""), ("answers", "144")], "answered")


def surveyed(spin: Spinner, who: Patient, number: str, calls: list[tuple[Way, str]], outcome: str) -> None:
    """The campaign's part: its first call at ten, the next as its rules for each fate say."""
    at = begins = on(16, "10:00")
    for position, (way, keys) in enumerate(calls):
        spin.act(at, who.mobile, way, keys)
        last = position == len(calls) - 1
        told = outcome if last else way
        spin.expect(
            who, f"survey: {told.replace('_', ' ')}", "satisfaction", at, told, record=number,
            fates=("answered" if way == "answers" else way,),
            written=(("survey.care", number, keys[:1]),) if last else (),
        )  # fmt: skip
        at = at + timedelta(minutes=10) if way == "busy" else begins.replace(hour=14)

"""Threads of people who call or write by themselves."""

from __future__ import annotations

from datetime import timedelta

from examples.hospital.people import patient
from examples.hospital.story import Initiative, Says, on
from examples.hospital.threads.spinner import Spinner, eve


def two_at_one_slot(spin: Spinner) -> None:
    expert = spin.rng.choice(("E01", "E02"))
    (first, when), (second, _) = spin.free[expert].pop(0), spin.free[expert].pop(0)
    at = on(1, "09:15") + timedelta(minutes=10 * (spin.count // 2))
    for _ in range(2):
        who = spin.somebody(campus="main")
        spin.story.initiatives.append(Initiative(at, who.mobile, call="7003", keys=(expert[-1], "1", "1")))
        spin.expect(
            who, "booked by phone, two at one time", "expert_booking", at, "booked", fates=("answered",), texts=1,
            one_of=(first, second),
        )  # fmt: skip
        spin.act(eve(when), who.mobile, keys="1")
        spin.expect(
            who, "reminder of what was booked by phone", "return_visit", eve(when), "confirmed", fates=("answered",)
        )


def registers_by_sms(spin: Spinner) -> None:
    who = spin.somebody(campus="main")
    slot, when = spin.free["E03"].pop(0)
    at = on(1, "14:00") + timedelta(minutes=5 * spin.count)
    spin.story.initiatives.append(Initiative(at, who.mobile, text="挂号"))
    spin.story.answers += [Says(who.mobile, "选择科室", "内分泌科"), Says(who.mobile, "可预约时间", "1")]
    spin.expect(
        who, "registered by SMS", "registration_by_sms", at, "registered", texts=3, one_of=(slot,),
        written=(("slot.taken_by", slot, who.patient_no),),
    )  # fmt: skip
    spin.reminded(who, f"VB{slot[1:]}", when)


def is_unknown(spin: Spinner) -> None:
    spin.count += 1
    who = patient(spin.count, spin.rng)  # the hospital has never heard of him
    at = on(0, "13:00") + timedelta(minutes=5 * spin.count)
    spin.story.initiatives.append(Initiative(at, who.mobile, text="我要挂号"))
    spin.expect(who, "a text by nobody whom we know", "registration_by_sms", at, "unknown_patient", texts=1)


def asks_the_way(spin: Spinner) -> None:
    who = spin.somebody()
    at = on(0, "09:30") + timedelta(minutes=5 * spin.count)
    spin.story.initiatives.append(Initiative(at, who.mobile, call="7001", keys=("1", "1")))
    spin.expect(who, "guided by the reception", "hospital_reception", at, "guided", fates=("answered",))

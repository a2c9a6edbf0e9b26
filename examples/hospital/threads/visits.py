"""Threads about visits: reminders, and what comes between; advice on preparing for an examination."""

from __future__ import annotations

from datetime import timedelta

from examples.hospital.story import Says, on
from examples.hospital.threads.spinner import CONFIRMED, Spinner, eve

CHANGE = 2
"""What stands in the information system when a patient wants another day."""
REMINDER_TEXT = "复诊。确认请回复"
CANCELLED = "record.state == 'cancelled'"
"""What a session says that was cancelled by its trigger: the condition that came to hold."""
TWO_HOURS = timedelta(hours=2)


def some_day(spin: Spinner) -> int:
    """A day for a visit."""
    return spin.rng.choice((3, 4, 10, 11, 17, 18))


def confirms(spin: Spinner) -> None:
    who = spin.somebody()
    spin.reminded(who, *spin.visit(who, some_day(spin), booked=on(0, "08:30")))


def speaks_english(spin: Spinner) -> None:
    who = spin.somebody(language="en")
    spin.reminded(who, *spin.visit(who, some_day(spin), booked=on(0, "08:30")))


def busy_first(spin: Spinner) -> None:
    who = spin.somebody()
    key, when = spin.visit(who, some_day(spin), booked=on(1, "08:30"))
    spin.act(eve(when), who.mobile, "busy")
    spin.act(eve(when) + TWO_HOURS, who.mobile, keys="1")
    spin.expect(
        who, "reminder: busy, then confirmed", "return_visit", eve(when), "confirmed", record=key,
        fates=("busy", "answered"), written=(("visit.answer", key, CONFIRMED),),
    )  # fmt: skip


def answers_by_text(spin: Spinner) -> None:
    who = spin.somebody()
    key, when = spin.visit(who, some_day(spin), booked=on(0, "08:30"))
    spin.act(eve(when), who.mobile, "no_answer")
    spin.act(eve(when) + TWO_HOURS, who.mobile, "no_answer")
    spin.story.answers.append(Says(who.mobile, REMINDER_TEXT, "1"))
    spin.expect(
        who, "reminder: not there twice, confirmed by text", "return_visit", eve(when), "confirmed", record=key,
        fates=("no_answer", "no_answer"), texts=1, written=(("visit.answer", key, CONFIRMED),),
    )  # fmt: skip


def stays_silent(spin: Spinner) -> None:
    who = spin.somebody()
    key, when = spin.visit(who, some_day(spin), booked=on(1, "08:30"))
    spin.act(eve(when), who.mobile, "no_answer")
    spin.act(eve(when) + TWO_HOURS, who.mobile, "busy")
    spin.expect(
        who, "reminder: not there, busy, no word", "return_visit", eve(when), "texted", record=key,
        fates=("no_answer", "busy"), texts=1, written=(("visit.answer", key, None),),
    )  # fmt: skip


def wants_another_day(spin: Spinner) -> None:
    who = spin.somebody()
    key, when = spin.visit(who, some_day(spin), booked=on(0, "08:30"))
    spin.act(eve(when), who.mobile, keys="2", stays=True)
    spin.expect(
        who, "reminder: wants another day", "return_visit", eve(when), "change_asked", record=key,
        fates=("answered",), written=(("visit.answer", key, CHANGE),),
    )  # fmt: skip


def hangs_up(spin: Spinner) -> None:
    who = spin.somebody()
    key, when = spin.visit(who, some_day(spin), booked=on(0, "08:30"))
    spin.act(eve(when), who.mobile, "hangs_up")
    spin.story.answers.append(Says(who.mobile, REMINDER_TEXT, "2"))
    spin.expect(
        who, "reminder: hung up, another day by text", "return_visit", eve(when), "change_asked", record=key,
        fates=("answered",), texts=2, written=(("visit.answer", key, CHANGE),),
    )  # fmt: skip


def is_moved(spin: Spinner) -> None:
    who = spin.somebody()
    key, _ = spin.visit(who, 4, booked=on(0, "08:30"))
    new = on(spin.rng.choice((10, 17)), "09:30")
    spin.tell(on(2, "08:30"), "visit_moved", who.campus, key, who, visit_at=new)
    spin.reminded(who, key, new)


def is_cancelled(spin: Spinner) -> None:
    who = spin.somebody()
    key, when = spin.visit(who, some_day(spin), booked=on(0, "08:30"))
    spin.tell(on(1, "08:30"), "visit_cancelled", who.campus, key, who)
    spin.expect(who, "visit cancelled: no call", "return_visit", eve(when), None, record=key)


def is_cancelled_late(spin: Spinner) -> None:
    who = spin.somebody()
    key, when = spin.visit(who, some_day(spin), booked=on(0, "08:30"))
    spin.act(eve(when), who.mobile, "busy")
    spin.tell(eve(when).replace(hour=11), "visit_cancelled", who.campus, key, who)
    spin.expect(
        who, "reminder: busy, then cancelled: no further call", "return_visit", eve(when), CANCELLED, record=key,
        status="cancelled", fates=("busy",),
    )  # fmt: skip


def has_another_number(spin: Spinner) -> None:
    who = spin.somebody()
    key, when = spin.visit(who, some_day(spin), booked=on(0, "08:30"))
    spin.act(eve(when), who.mobile, "no_such_number")
    spin.story.answers.append(Says(who.mobile, REMINDER_TEXT, "1"))
    spin.expect(
        who, "reminder: number fails, confirmed by text", "return_visit", eve(when), "confirmed", record=key,
        fates=("failed",), texts=1, written=(("visit.answer", key, CONFIRMED),),
    )  # fmt: skip


def prepares(spin: Spinner) -> None:
    who = spin.somebody()
    key, when = spin.visit(who, some_day(spin), booked=on(0, "08:30"), preparation="fasting")
    at = (when - timedelta(days=2)).replace(hour=17, minute=0)
    spin.expect(who, "preparation: by text", "preparation", at, "advised", record=key, texts=1)
    spin.reminded(who, key, when)


def gets_no_texts(spin: Spinner) -> None:
    who = spin.somebody()
    key, when = spin.visit(who, some_day(spin), booked=on(0, "08:30"), preparation="bladder")
    at = (when - timedelta(days=2)).replace(hour=17, minute=0)
    spin.story.undelivered.add(who.mobile)
    spin.act(at, who.mobile, keys="21")
    spin.expect(
        who, "preparation: no text arrives, told by phone", "preparation", at, "advised", record=key,
        fates=("answered",), texts=1,
    )  # fmt: skip
    spin.reminded(who, key, when)


def reads_no_texts(spin: Spinner) -> None:
    who = spin.somebody(contact_by="voice", campus="main")
    key, when = spin.visit(who, spin.rng.choice((10, 11, 17)), booked=on(1, "08:30"), preparation="contrast")
    at = (when - timedelta(days=2)).replace(hour=17, minute=0)
    spin.act(at, who.mobile, "no_answer")
    spin.act(at + timedelta(hours=1), who.mobile, keys="1")
    spin.expect(
        who, "preparation: by phone, at the second call", "preparation", at, "advised", record=key,
        fates=("no_answer", "answered"),
    )  # fmt: skip
    spin.reminded(who, key, when)

"""The threads that a story is spun of: what may befall one patient. Each is a function."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from examples.hospital.story import Story, on
from examples.hospital.threads import bookings, stays, visits
from examples.hospital.threads.spinner import EXPERTS, Spinner

THREADS: tuple[Callable[[Spinner], None], ...] = (
    visits.confirms, visits.busy_first, visits.answers_by_text, visits.stays_silent, visits.wants_another_day,
    visits.hangs_up, visits.is_moved, visits.is_cancelled, visits.is_cancelled_late, visits.has_another_number,
    visits.speaks_english, visits.prepares, visits.gets_no_texts, visits.reads_no_texts, bookings.two_at_one_slot,
    bookings.registers_by_sms, bookings.is_unknown, bookings.asks_the_way, stays.consulted, stays.admission_cancelled,
    stays.wants_a_nurse, stays.is_never_there, stays.comes_home_late,
)  # fmt: skip
DAYS_OF_EXPERTS = (3, 4, 10, 11, 17, 18)
TIMES_OF_EXPERTS = ("09:00", "10:00", "11:00", "14:00", "15:00", "16:00")


def spin(seed: int, threads: int = len(THREADS)) -> Story:
    """The story of this seed, with so many threads."""
    story, rng = Story(seed), Random(seed)
    spinner = Spinner(story, rng)
    for expert in EXPERTS:
        times = [on(day, clock) for day in DAYS_OF_EXPERTS for clock in TIMES_OF_EXPERTS]
        slots = [(f"S{expert[-1]}{number:04d}", when) for number, when in enumerate(times, start=1)]
        story.slots += [(slot, expert, when) for slot, when in slots]
        spinner.free[expert] = list(slots)
    for number in range(threads):
        THREADS[number % len(THREADS)](spinner)
    story.events.sort(key=lambda event: event.at)
    story.acts.sort(key=lambda act: act.at)
    return story

"""Whether all that was to happen by now has happened, and when the next thing will, as the product itself tells."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from typing import Any

from examples.hospital.run.stage import Stage
from examples.hospital.story import Event
from examples.hospital.town.phones import Phones

LOOK_SECONDS = 0.3
QUIET_LOOKS = 3
PATIENCE = 150.0
"""Seconds; a fax takes one of them to a minute."""
RECORD_PATIENCE = 30.0
STRIDE = timedelta(days=2)
"""At most so far at once."""
RECORDS = {
    "patient": "patient", "visit_booked": "visit", "visit_moved": "visit", "visit_cancelled": "visit",
    "admitted": "admission", "admission_cancelled": "admission", "results": "admission", "discharged": "discharge",
}  # fmt: skip
"""The record that each event of the information system is told by."""


class Watch:
    """Looks at a stage."""

    def __init__(self, stage: Stage, phones: Phones) -> None:
        self.late: list[str] = []
        """What had not happened when nobody waited any longer."""
        self._stage = stage
        self._phones = phones
        self._arrived = 0
        self._waited_since = 0.0

    async def settle(self) -> None:
        """Wait until nothing goes on any more."""
        until = time.monotonic() + PATIENCE
        quiet, before = 0, None
        while quiet < QUIET_LOOKS:
            await asyncio.sleep(LOOK_SECONDS)
            goes_on, seen = await asyncio.to_thread(self._look)
            if self._phones.busy or self._stage.texts.busy:
                goes_on = goes_on or "a call or a text"
            quiet = quiet + 1 if not goes_on and seen == before else 0
            before = seen
            if time.monotonic() > until:
                self.late.append(
                    f"{self._stage.clock.now():%d %b %H:%M}: {goes_on or 'no rest'} after {PATIENCE:.0f} s"
                )
                return

    def next_moment(self, end: datetime) -> datetime:
        """When the next thing happens, by the story and by the product's own word."""
        now, api = self._stage.clock.now(), self._stage.api
        moments = [*self._stage.story.moments(), *self._planned(), end, now + STRIDE]
        moments += [_moment(each["wake_at"]) for each in api.every("/sessions", status="waiting") if each["wake_at"]]
        return min(moment for moment in moments if moment > now)

    def _planned(self) -> list[datetime]:
        """When triggers and campaigns come to something next."""
        api, moments = self._stage.api, []
        for trigger in self._stage.dated:
            moments += [_moment(plan["moment"]) for plan in api("GET", f"/triggers/{trigger}/plans?limit=1")["items"]]
        for campaign in self._stage.campaigns:
            progress = api("GET", f"/campaigns/{campaign}/progress")
            moments += [_moment(progress["next_at"])] if progress["next_at"] else []
        return moments

    def _look(self) -> tuple[str, Any]:
        """What goes on, in a word, and what can be compared with the look before."""
        now, api = self._stage.clock.now(), self._stage.api
        events = [event for event in self._stage.story.events if event.at <= now]
        if self._stage.database.told() < len(events):
            return "the information system tells", None
        if not self._have_arrived(events):
            return "records are on their way", None
        if api("GET", "/outbox?state=due,sending&limit=1")["items"]:
            return "something leaves", None
        if any(moment <= now for moment in self._planned()):
            return "a plan is due", None
        sessions = list(api.every("/sessions"))
        for each in sessions:
            if each["status"] == "running":
                return f"session {each['id']} runs", None
            if each["status"] == "waiting" and each["wake_at"] and _moment(each["wake_at"]) <= now:
                return f"session {each['id']} is to wake", None
        return "", sorted((each["id"], each["status"], each["node"]) for each in sessions)

    def _have_arrived(self, events: list[Event]) -> bool:
        """Whether each event has become a record as it says; one that does not come is waited for only once."""
        while self._arrived < len(events):
            event = events[self._arrived]
            if not self._is_there(event):
                if not self._waited_since:
                    self._waited_since = time.monotonic()
                if time.monotonic() - self._waited_since < RECORD_PATIENCE:
                    return False
                self.late.append(f"{event.at:%d %b %H:%M}: {event.what} {event.key} has not arrived ({event.via})")
            self._waited_since = 0.0
            self._arrived += 1
        return True

    def _is_there(self, event: Event) -> bool:
        kind = RECORDS.get(event.what)
        if kind is None:
            return True
        found = self._stage.api.there(f"/records/{kind}/{event.key}")
        if found is None:
            return False
        data = found["data"]
        if event.what.endswith("_cancelled"):
            return bool(data["state"] == "cancelled")
        if event.what == "visit_moved":
            return bool(datetime.fromisoformat(data["visit_at"]) == event.fields["visit_at"])
        return event.what != "results" or bool(data.get("findings") == event.fields["findings"])


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)

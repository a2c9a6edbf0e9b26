"""The information system as a program of its own: tells the story by database, HL7 and FHIR as its moments come.

It goes by the clock on the wall, and notes how far it has come; started again, it goes on there.
"""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime
from typing import Any

from examples.hospital.his import fhir, hl7
from examples.hospital.his.database import Database
from examples.hospital.story import Event, Story

LOOK_SECONDS = 0.1


class Program:
    """One hospital."""

    def __init__(self, story: Story, database: Database, sender: hl7.Sender, server: fhir.Server) -> None:
        self._story = story
        self._database = database
        self._sender = sender
        self._server = server
        self._known: dict[str, dict[str, Any]] = {}
        """What was told of visits and admissions so far, by their numbers."""

    def run(self, stop: threading.Event) -> None:
        """Tell what is due, until `stop`."""
        self._database.create(self._story)
        done = self._database.told()
        for event in self._story.events[:done]:
            self._learn(event)
        closed_at = datetime.min.replace(tzinfo=UTC)
        while not stop.wait(LOOK_SECONDS):
            now = datetime.now(UTC)
            if (now - closed_at).total_seconds() > 60:
                self._database.close_past(now)
                closed_at = now
            while done < len(self._story.events) and self._story.events[done].at <= now:
                self._tell(self._story.events[done], done)
                done += 1

    def _learn(self, event: Event) -> dict[str, Any]:
        subject = event.fields.get("admission_no", event.key)
        known = self._known.setdefault(subject, {})
        known.update(event.fields)
        if event.what == "admitted":
            known["admitted_at"] = event.at
        return known

    def _tell(self, event: Event, number: int) -> None:
        known = self._learn(event)
        self._database.apply(event)
        if event.via == "clinic" and event.what != "patient":
            self._server.put(fhir.appointment(event, known))
        elif event.what == "patient" and event.patient.campus == "clinic":
            self._server.put(fhir.patient(event.patient))
        elif event.via == "east":
            self._sender.send(hl7.message(event, known, number, datetime.now(UTC)))
        self._database.note(number)


def main(story: Story, *, database: str, hl7_port: int, fhir_url: str) -> None:
    """Run until SIGTERM."""
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    Program(story, Database(database), hl7.Sender("127.0.0.1", hl7_port), fhir.Server(fhir_url)).run(stop)

"""FHIR resources of the story, put into a FHIR server that others read."""

from __future__ import annotations

import json
import urllib.request
from datetime import datetime, timedelta
from typing import Any

from examples.hospital.people import Patient
from examples.hospital.story import Event

PREPARATION = "urn:hospital:preparation"
LANGUAGES = "urn:ietf:bcp:47"


def patient(who: Patient) -> dict[str, Any]:
    """A Patient."""
    return {
        "resourceType": "Patient", "id": who.patient_no, "active": True,
        "identifier": [{"system": "urn:hospital:patient", "value": who.patient_no}],
        "name": [{"use": "official", "text": who.name}], "birthDate": who.birth_date.isoformat(),
        "gender": {"M": "male", "F": "female"}[who.sex],
        "telecom": [{"system": "phone", "use": "mobile", "value": who.mobile}],
        "communication": [{"language": {"coding": [{"system": LANGUAGES, "code": who.language}]}, "preferred": True}],
    }  # fmt: skip


def appointment(event: Event, known: dict[str, Any]) -> dict[str, Any]:
    """An Appointment, as it stands after an event."""
    start: datetime = known["visit_at"]
    return {
        "resourceType": "Appointment", "id": event.key,
        "status": "cancelled" if event.what == "visit_cancelled" else "booked",
        "identifier": [{"system": "urn:hospital:visit", "value": event.key}],
        "serviceType": [{"text": known["department"]}],
        "reasonCode": [{"coding": [{"system": PREPARATION, "code": known["preparation"]}]}],
        "start": start.isoformat(), "end": (start + timedelta(minutes=15)).isoformat(),
        "participant": [
            {"actor": {"reference": f"Patient/{event.patient.patient_no}"}, "status": "accepted"},
            {"actor": {"display": known["expert"]}, "status": "accepted"},
        ],
    }  # fmt: skip


class Server:
    """A FHIR server's address, such as http://127.0.0.1:8090/fhir."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def put(self, resource: dict[str, Any]) -> None:
        """Create or replace a resource; raises OSError (HTTPError) if it is not taken."""
        path = f"{self._url}/{resource['resourceType']}/{resource['id']}"
        request = urllib.request.Request(path, json.dumps(resource).encode(), method="PUT")
        request.add_header("Content-Type", "application/fhir+json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()

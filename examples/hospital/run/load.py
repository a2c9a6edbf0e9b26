"""Brings the hospital's record types, flows, triggers and campaigns into a Callweave, by its HTTP API.

`python -m examples.hospital load URL KEY`. What is there already in this form stays, so it may be run again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from examples.hospital.run.api import Api

FLOWS = Path(__file__).resolve().parents[3] / "flows" / "examples"
HOSPITAL = FLOWS / "hospital"


def read(path: Path) -> Any:
    """A JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def load(api: Api) -> dict[str, str]:
    """Bring all of it in; the flows' ids by the names of their files."""
    for path in sorted((HOSPITAL / "record_types").glob("*.json")):
        api("PUT", f"/record-types/{path.stem}", read(path))
    documents = {each["name"] for each in api.every("/assets")}
    for path in sorted((HOSPITAL / "documents").iterdir()):
        if path.stem not in documents:
            api.upload("/assets", path, name=path.stem)
    flows = _flows(api)
    bound = {(trigger["kind"], trigger["flow"]) for trigger in api.every("/triggers")}
    for path in sorted((HOSPITAL / "triggers").glob("*.json")):
        trigger = read(path)
        trigger["flow"] = flows[trigger["flow"]]
        if (trigger["kind"], trigger["flow"]) not in bound:
            api("POST", "/triggers", trigger)
    return flows


def campaign(api: Api, name: str, flows: dict[str, str]) -> str:
    """A campaign of the hospital's, made but not begun: its id."""
    body = read(HOSPITAL / "campaigns" / f"{name}.json")
    body["flow"] = flows[body["flow"]]
    made: str = api("POST", "/campaigns", body)["id"]
    return made


def _flows(api: Api) -> dict[str, str]:
    """Every flow of the hospital, published."""
    there = {flow["name"]: flow for flow in api.every("/flows")}
    found = {}
    for path in [FLOWS / "hospital_reception.json", *sorted(HOSPITAL.glob("*.json"))]:
        document = read(path)
        flow = there.get(document["name"]) or api("POST", "/flows", document)
        if not flow.get("published"):
            api("POST", f"/flows/{flow['id']}/publish", {"message": "The hospital"})
        found[path.stem] = flow["id"]
    return found

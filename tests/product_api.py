"""The running product as an integrator sees it: its HTTP API, with a key."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

from tests.product import RunningCopy

PATIENCE = 30.0
"""Seconds; how fast things are is measured in bench/ and docs/proofs, here they only have to come."""


class Refused(Exception):
    """An answer other than 2xx: `status`, and the problem as JSON."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status}: {problem}")
        self.status = status
        self.problem = problem


class Api:
    """Calls below /api/v1 of one copy."""

    def __init__(self, copy: RunningCopy) -> None:
        self._copy = copy

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer's JSON; raises Refused."""
        request = urllib.request.Request(f"{self._copy.url}/api/v1{path}", method=method)
        request.add_header("Authorization", f"Bearer {self._copy.key}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=30) as answer:
                content = answer.read()
                return json.loads(content) if content else None
        except urllib.error.HTTPError as error:
            raise Refused(error.code, json.loads(error.read())) from error

    def everything(self, path: str) -> list[dict[str, Any]]:
        """All items of a list, page after page."""
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            join = "&" if "?" in path else "?"
            page = self("GET", f"{path}{join}limit=1000{cursor}")
            items += page["items"]
            if not page["next"]:
                return items
            cursor = f"&cursor={page['next']}"

    def bound(self, document: dict[str, Any], number: str) -> str:
        """Post a flow, publish it, and bind it to a number; its id."""
        flow: str = self("POST", "/flows", document)["id"]
        self("POST", f"/flows/{flow}/publish", {"message": "for a test"})
        self("POST", "/triggers", {"kind": "call", "number": number, "flow": flow})
        return flow

    def ended_sessions(self, flow: str, count: int, patience: float = PATIENCE) -> list[dict[str, Any]]:
        """The sessions of a flow once so many have ended; fails if they do not in time."""
        until = time.monotonic() + patience
        while True:
            sessions = [s for s in self.everything(f"/sessions?flow={flow}") if s["ended_at"] is not None]
            if len(sessions) >= count:
                return sessions
            assert time.monotonic() < until, f"{len(sessions)} of {count} sessions have ended"
            time.sleep(0.1)

    def ended_calls(self, session: str, patience: float = PATIENCE) -> list[dict[str, Any]]:
        """The calls of a session once all have ended: a party's end is written a moment after its session's."""
        until = time.monotonic() + patience
        while True:
            calls = [call for call in self.everything("/calls") if call["session"] == session]
            if calls and all(call["state"] == "ended" for call in calls):
                return calls
            assert time.monotonic() < until, f"calls that have not ended: {calls}"
            time.sleep(0.1)

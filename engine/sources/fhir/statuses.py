"""What a FHIR server's status means for who asked or wrote. Pure."""

from __future__ import annotations

from typing import Any

from engine.adapters.gateway import NotNow, Refused
from engine.sources.fhir.client import Answer
from engine.sources.fhir.translate import outcome

_LATER = {429, 503}
_MEND = {401, 403, 407}
CONFLICT = {409, 412}


def words(answer: Answer) -> str:
    """The status, and what the server says about it."""
    said = outcome(answer.json)
    return f"{answer.status}: {said}" if said else f"status {answer.status}"


def asked(answer: Answer) -> dict[str, Any]:
    """What was asked for; raises NotNow or Refused."""
    if answer.status == 200:
        body = answer.json
        if isinstance(body, dict) and "resourceType" in body:
            return body
        raise Refused("the answer is no FHIR resource in JSON")
    if answer.status >= 500 or answer.status in _LATER | {408}:
        raise later(answer)
    if 300 <= answer.status < 400:
        raise Refused(f"the server sends us on ({answer.status}): give the address where it is")
    raise Refused(words(answer))


def later(answer: Answer) -> NotNow:
    """Not now, and after how long if the server says."""
    after = answer.headers.get("retry-after", "")
    return NotNow(words(answer), float(after) if after.isdecimal() and len(after) < 6 else None)


def may_pass(answer: Answer) -> bool:
    """Whether a write was certainly not done, and may work later."""
    return answer.status in _LATER


def to_mend(answer: Answer) -> bool:
    """Whether a person has to set something right before it can work."""
    return answer.status in _MEND or 300 <= answer.status < 400

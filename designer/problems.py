"""Refusals: problem+json (RFC 9457), with every fault, its place, and words in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from flask import Flask, Response, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from designer.words import say, say_fault
from engine.faults import Fault, dotted, from_validation, shown
from engine.flow import DocumentRefused
from engine.host.campaigns.ending import WrongState
from engine.store import TenantUnknown
from engine.store.campaigns import CampaignUnknown
from engine.store.flows import FlowUnknown

log = structlog.get_logger()

NOT_FOUND = 404
MOST_FAULTS = 1_000
"""So many faults an answer names: 50,000 unknown names in a body cost no more than these."""
MEDIA_TYPE = "application/problem+json"

_FROM_TEXT = {
    "int_parsing": "must be a whole number (is {value})",
    "int_from_float": "must be a whole number (is {value})",
    "bool_parsing": "must be true or false (is {value})",
    "float_parsing": "must be a number (is {value})",
}
"""Faults of values that come as text in an address."""

REFUSED_WITH = (400, 401, 403, 404, 405, 406, 408, 409, 411, 412, 413, 414, 415, 421, 422, 428, 429, 431, 500, 503)
PHRASES = {HTTPStatus(status).phrase for status in REFUSED_WITH}
"""Titles of refusals; each has its translation."""


class Problem(Exception):
    """A refusal of the request. `detail` is a sentence, or its template with `params`."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        params: Mapping[str, Any] | None = None,
        *,
        errors: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.params = params or {}
        self.errors = list(errors)
        self.headers = dict(headers or {})


def answer(problem: Problem) -> Response:
    """The problem as a response."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": say(HTTPStatus(problem.status).phrase),
        "status": problem.status,
        "detail": say(problem.detail, problem.params),
        "errors": [say_fault(fault) for fault in problem.errors[:MOST_FAULTS]],
    }
    response = Response(msgspec.json.encode(body), problem.status, content_type=MEDIA_TYPE)
    response.headers.extend(problem.headers)
    return response


def faults_of(error: ValidationError) -> list[Fault]:
    """What pydantic found in a request, as faults with their places."""
    faults = []
    details = error.errors(include_url=False)[:MOST_FAULTS]
    for detail, fault in zip(details, from_validation(error, "", MOST_FAULTS), strict=True):
        message = _FROM_TEXT.get(detail["type"])
        place = dotted(*detail["loc"])
        faults.append(fault if message is None else Fault(place, message, {"value": shown(detail["input"])}))
    return faults


def invalid(error: ValidationError) -> Response:
    """The answer to a request whose parameters or body do not fit."""
    return answer(Problem(422, "The request does not fit.", errors=faults_of(error)))


def install(app: Flask) -> None:
    """Turn every refusal and every failure of this application into a problem."""

    @app.errorhandler(Problem)
    def refused(problem: Problem) -> Response:
        return answer(problem)

    @app.errorhandler(DocumentRefused)
    def document_refused(refusal: DocumentRefused) -> Response:
        return answer(Problem(refusal.status, "This is not a flow document.", errors=refusal.faults))

    @app.errorhandler(FlowUnknown)
    def flow_unknown(_error: FlowUnknown) -> Response:
        return answer(Problem(404, "There is no such flow."))

    @app.errorhandler(CampaignUnknown)
    def campaign_unknown(_error: CampaignUnknown) -> Response:
        return answer(Problem(404, "There is no such campaign."))

    @app.errorhandler(WrongState)
    def wrong_state(error: WrongState) -> Response:
        return answer(Problem(409, "This campaign is {state}: that cannot be done now.", {"state": error.state}))

    @app.errorhandler(TenantUnknown)
    def tenant_unknown(error: TenantUnknown) -> Response:
        log.error("tenant's database cannot be opened", reason=str(error))
        return answer(Problem(503, "The database of your organisation is not there. Tell an administrator."))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
            ready: Response = error.get_response()  # type: ignore[assignment]
            return ready
        response = answer(Problem(error.code, "There is nothing at this address." if error.code == NOT_FOUND else ""))
        kept = [(name, value) for name, value in error.get_headers() if name.lower() in ("allow", "retry-after")]
        response.headers.extend(kept)
        return response

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        log.error("request failed", method=request.method, path=request.path, exc_info=error)
        return answer(Problem(500, "Something went wrong here. It was written to the log."))

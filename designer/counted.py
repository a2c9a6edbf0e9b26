"""`/metrics` for Prometheus, and what this process counts itself: requests and how long they took.

Every line that a request writes into the log has its method, path and tenant.

What is counted says how busy an organisation is, so it is shown to this machine alone, or to whoever has the key of
`CALLWEAVE_METRICS_KEY`.
"""

from __future__ import annotations

import time

import structlog
from flask import Blueprint, Flask, Response, g, request

from designer.access.rights import DOOR, needs
from designer.parts import parts
from designer.problems import Problem
from engine.host import metrics
from engine.host.metrics_server import may_see

counted = Blueprint("metrics", __name__)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@counted.get("/metrics")
@needs(DOOR)
def get_metrics() -> Response:
    """All that the processes of this machine count, and what the clock sees in the databases."""
    authorization = request.headers.get("Authorization", "")
    # a proxy of this machine may hand on what others ask
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if not may_see("" if forwarded else request.remote_addr or "", authorization, parts().settings.metrics_key):
        raise Problem(403, "Figures are for this machine alone, or for whoever sends the key of CALLWEAVE_METRICS_KEY.")
    return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


def install(app: Flask) -> None:
    """Count every request of this application."""
    app.register_blueprint(counted)
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(method=request.method, path=request.path)
    g.counted_from = time.perf_counter()


def _end(response: Response) -> Response:
    method = request.method if request.method in METHODS else "other"
    metrics.REQUESTS.labels(method, str(response.status_code)).inc()
    began = g.pop("counted_from", None)
    if began is not None:
        metrics.REQUEST_SECONDS.labels(method).observe(time.perf_counter() - began)
    return response

"""Prompts made ahead: after a publish a job speaks every text that is the same for all callers.

The job is a hint (DECISIONS 5): without it, or without Redis, the engine speaks the text when it is first needed.
"""

from __future__ import annotations

import redis
import structlog

from designer.parts import Parts, parts
from engine.host import jobs
from engine.store import id_text

log = structlog.get_logger()

JOB = "engine.host.speech_jobs.prepare_prompts"


def prepare(tenant: str, flow_id: bytes, version: int, *, using: Parts | None = None) -> None:
    """Ask for the constant prompts of a version."""
    try:
        jobs.enqueue((using or parts()).redis, JOB, tenant, id_text(flow_id), version)
    except redis.RedisError as error:
        log.warning("prompts are not made ahead", tenant=tenant, flow=id_text(flow_id), reason=str(error))

"""One tenant's database: flows, sessions and all that happens to them. No table has a tenant column (DESIGN, Tenants).

A session's row is written by its owner alone; everybody else writes to its `inbox` (DECISIONS 1).
"""

from __future__ import annotations

from engine.store.tenant.campaigns import (
    attempt,
    campaign,
    campaign_member,
    campaign_note,
    saved_list,
    saved_list_entry,
)
from engine.store.tenant.flows import (
    calendar,
    example,
    flow,
    flow_permission,
    kept_draft,
    prompt_review,
    record_type,
    trigger,
    version,
)
from engine.store.tenant.messages import arrival, consent, do_not_contact, message, message_file, message_part, receipt
from engine.store.tenant.outbox import gateway, outbox, setting
from engine.store.tenant.records import contact, contact_address, erasure, record, record_version
from engine.store.tenant.rehearsals import rehearsal
from engine.store.tenant.schema import metadata
from engine.store.tenant.sessions import bulk, idempotency, inbox, journal, leg, lineage, session, waiting
from engine.store.tenant.sounds import asset, asset_file, fax, live_request, recording, room, spoken_prompt
from engine.store.tenant.sources import (
    connector,
    source,
    source_arrival,
    source_cursor,
    source_fault,
    source_link,
    source_part,
    source_request,
    source_sent,
    source_spool,
    source_write,
)
from engine.store.tenant.triggers import plan, started

__all__ = [
    "arrival", "asset", "asset_file", "attempt", "bulk", "calendar", "campaign", "campaign_member", "campaign_note",
    "connector", "consent", "contact", "contact_address", "do_not_contact", "erasure", "example", "fax", "flow",
    "flow_permission", "gateway", "idempotency", "inbox", "journal", "kept_draft", "leg", "lineage", "live_request",
    "message", "message_file", "message_part", "metadata", "outbox", "plan", "prompt_review", "receipt", "record",
    "record_type", "record_version", "recording", "rehearsal", "room", "saved_list", "saved_list_entry", "session",
    "setting", "source", "source_arrival", "source_cursor", "source_fault", "source_link", "source_part",
    "source_request", "source_sent", "source_spool", "source_write", "spoken_prompt", "started", "trigger", "version",
    "waiting",
]  # fmt: skip

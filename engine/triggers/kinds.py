"""The kinds of triggers by their names, and how a config is read: once, however often it is asked for."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from engine.faults import Fault, from_validation
from engine.triggers.call import CallTrigger
from engine.triggers.config import TriggerConfig
from engine.triggers.date import DateTrigger
from engine.triggers.fax import FaxTrigger
from engine.triggers.manual import ManualTrigger
from engine.triggers.missed_call import MissedCallTrigger
from engine.triggers.record import RecordTrigger
from engine.triggers.schedule import ScheduleTrigger
from engine.triggers.sms import SmsTrigger

KINDS: dict[str, type[TriggerConfig]] = {
    "call": CallTrigger, "sms": SmsTrigger, "fax": FaxTrigger, "missed_call": MissedCallTrigger,
    "record": RecordTrigger, "date": DateTrigger, "schedule": ScheduleTrigger, "manual": ManualTrigger,
}  # fmt: skip


def read_trigger(kind: str, data: Any) -> tuple[TriggerConfig | None, list[Fault]]:
    """The trigger in plain data, and every fault in it."""
    try:
        return KINDS[kind].model_validate(data), []
    except ValidationError as error:
        return None, from_validation(error, "")


@lru_cache(maxsize=4096)
def compiled(kind: str, written: str) -> TriggerConfig:
    """The trigger of a config that was accepted, as JSON; its conditions are compiled once."""
    return KINDS[kind].model_validate(json.loads(written))

"""Networks from which a config lets others speak to us."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import AfterValidator

from engine.faults import shown
from engine.fields import fault

MESSAGES = {"{value} is no network or address"}
"""Sentences of this module; each has its translation."""


def _network(written: str) -> str:
    try:
        ipaddress.ip_network(written)
    except ValueError:
        raise fault("{value} is no network or address", value=shown(written)) from None
    return written


Network = Annotated[str, AfterValidator(_network)]
"""A network such as 10.1.0.0/16, or one address."""

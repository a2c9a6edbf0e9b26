"""What the processes write down: lines with names and values, JSON unless a person reads along, and no secrets in them.

A value is masked where its name says that it is a secret, a password inside a URL and a bearer token wherever they
stand, and the operator's own keys by their text: a log is read by more people than a database.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from engine.host.settings import Settings
from engine.secret import MASK, Secret

SECRET_NAMES = re.compile(
    r"(?i)(^|_|-)(password|passwd|secret|token|api_?key|bootstrap_key|metrics_key|authorization|cookie|credentials?|pin)s?$"
)
IN_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)([^\s/:@]*):([^\s/@]+)@")
BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
_DEPTH = 8


def begin(settings: Settings, process: str, to: TextIO | None = None) -> None:
    """Write this process's lines from now on."""
    stream = to or sys.stdout
    plain = settings.log == "text" or (settings.log == "auto" and stream.isatty())
    known = [key for key in (settings.bootstrap_key, settings.metrics_key, settings.seal_keys) if key]

    def mask_known(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        return {name: masked(value, name, known) for name, value in line.items()}

    def name_process(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        line.setdefault("process", process)
        return line

    ending: list[Processor]
    beginning: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S.%f" if plain else "iso", utc=not plain),
    ]
    if plain:
        colourful = structlog.dev.ConsoleRenderer(colors=stream.isatty())
        ending = [structlog.processors.format_exc_info, mask_known, colourful]
    else:
        ending = [name_process, structlog.processors.format_exc_info, mask_known, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[*beginning, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    of_libraries = logging.StreamHandler(stream)
    without_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    of_libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=beginning, processors=[without_meta, *ending])
    )
    logging.basicConfig(handlers=[of_libraries], level=logging.WARNING, force=True)


def masked(value: Any, name: str = "", known: list[str] | None = None, depth: int = _DEPTH) -> Any:
    """The value as a log may show it."""
    if isinstance(value, Secret):
        return MASK
    if SECRET_NAMES.search(name) and value not in (None, "", True, False):
        return MASK
    if isinstance(value, str):
        return _masked_text(value, known or ())
    if depth and isinstance(value, Mapping):
        return {key: masked(each, str(key), known, depth - 1) for key, each in value.items()}
    if depth and isinstance(value, (list, tuple, set, frozenset)):
        return [masked(each, name, known, depth - 1) for each in value]
    return value


def _masked_text(text: str, known: Any) -> str:
    for key in known:
        text = text.replace(key, MASK)
    if "://" in text:
        text = IN_URL.sub(rf"\1\2:{MASK}@", text)
    if "earer" in text or "asic" in text or "EARER" in text or "ASIC" in text:
        text = BEARER.sub(rf"\1 {MASK}", text)
    return text

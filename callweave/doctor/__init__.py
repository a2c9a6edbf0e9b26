"""`callweave doctor`: look at each part as its user would, and say what to mend."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import chain

import typer

from callweave.doctor import data, processes, telephone, trial_call, trial_fax
from callweave.doctor.finding import Finding
from callweave.up import readiness
from engine.host.settings import PROJECT, Settings
from engine.store import Stores

__all__ = ["Finding", "look", "main"]


def main(
    settings: Settings, *, loop: bool = False, number: str | None = None, trunk: str = "local", fax: bool = False
) -> int:
    """Print every finding; 0 when all is well, else 1. Calls are made where they are asked for."""
    well = True
    for finding in chain(look(settings), calls(settings, loop=loop, number=number, trunk=trunk, fax=fax)):
        typer.echo(f"{'ok  ' if finding.well else 'MEND'}  {finding.part:<12} {finding.word}")
        well = well and finding.well
    return 0 if well else 1


def look(settings: Settings) -> Iterator[Finding]:
    """Every part in turn; what needs the databases is left out where they do not open."""
    opens = True
    for finding in data.databases(settings):
        opens = opens and finding.well
        yield finding
    yield data.disk(settings)
    yield from processes.redis_server(settings)
    yield from telephone.look(settings)
    if opens:
        stores = Stores(settings)
        try:
            yield from processes.engines(settings, stores)
            yield from data.waiting(stores)
            yield data.alerts_now(stores)
        finally:
            stores.close()
    yield telephone.speech()
    yield telling(settings)
    built = (PROJECT / "frontend" / "dist" / "index.html").exists()
    yield Finding("front end", built, "built" if built else "not built: run `make install`")
    ready = asyncio.run(readiness.web(settings))
    word = f"ready at http://{settings.host}:{settings.port}" if ready else "not ready: is `callweave up` running?"
    yield Finding("web", ready, word)


def calls(settings: Settings, *, loop: bool, number: str | None, trunk: str, fax: bool) -> Iterator[Finding]:
    """Calls of the doctor's own: to ourselves, to a number where somebody takes the call, and a fax to ourselves."""
    if loop:
        yield asyncio.run(trial_call.loop(settings))
        yield from telephone.to_try(settings)
    if number is not None:
        yield asyncio.run(trial_call.call(settings, number, trunk))
    if fax:
        yield asyncio.run(trial_fax.fax(settings))


def telling(settings: Settings) -> Finding:
    """Whether anybody is told when something breaks: advice, not a fault."""
    ways = [name for name, wanted in (("e-mail", settings.alert_email), ("webhook", settings.alert_webhook)) if wanted]
    hint = "nobody is told of trouble: set CALLWEAVE_ALERT_EMAIL or CALLWEAVE_ALERT_WEBHOOK"
    return Finding("alerts to", True, " and ".join(ways) or hint)

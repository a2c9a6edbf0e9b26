"""`callweave doctor`: look at each part as its user would, and say what to mend."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import typer

from callweave.doctor import data, processes, telephone, trial_call, trial_fax, trial_loop
from callweave.doctor.finding import Finding
from callweave.doctor.trial_loop import NoSuchTrunk
from callweave.up import readiness
from engine.host.settings import PROJECT, Settings
from engine.store import Stores
from engine.trunks.config import LOCAL

__all__ = ["Finding", "Trials", "look", "main"]


@dataclass(frozen=True)
class Trials:
    """The calls that the doctor is to make. `to`: the number that comes back, instead of the trunk's own."""

    loop: bool = False
    number: str | None = None
    trunk: str | None = None
    to: str | None = None
    fax: bool = False


def main(settings: Settings, trials: Trials) -> int:
    """Print every finding; 0 when all is well, else 1. Calls are made where they are asked for."""
    well = True
    for finding in chain(look(settings), calls(settings, trials)):
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
    word = f"ready at http://{settings.listens_at}" if ready else "not ready: is `callweave up` running?"
    yield Finding("web", ready, word)


def calls(settings: Settings, trials: Trials) -> Iterator[Finding]:
    """Calls of the doctor's own: to ourselves, to a number where somebody takes the call, and a fax to ourselves."""
    if trials.loop or trials.number is not None:
        stores = Stores(settings)
        try:
            if trials.loop:
                yield from _loops(settings, stores, trials)
            if trials.number is not None:
                endpoint = trial_loop.endpoint(stores, trials.trunk or LOCAL)
                yield asyncio.run(trial_call.call(settings, trials.number, endpoint))
        except NoSuchTrunk as error:
            yield Finding("trunks", False, str(error))
        finally:
            stores.close()
    if trials.fax:
        yield asyncio.run(trial_fax.fax(settings))


def _loops(settings: Settings, stores: Stores, trials: Trials) -> Iterator[Finding]:
    if trials.trunk in (None, LOCAL):
        yield asyncio.run(trial_call.loop(settings))
    if trials.trunk is None:
        yield from trial_loop.every(settings, stores)
    elif trials.trunk != LOCAL:
        yield trial_loop.named(settings, stores, trials.trunk, trials.to)


def telling(settings: Settings) -> Finding:
    """Whether anybody is told when something breaks: advice, not a fault."""
    ways = [name for name, wanted in (("e-mail", settings.alert_email), ("webhook", settings.alert_webhook)) if wanted]
    hint = "nobody is told of trouble: set CALLWEAVE_ALERT_EMAIL or CALLWEAVE_ALERT_WEBHOOK"
    return Finding("alerts to", True, " and ".join(ways) or hint)

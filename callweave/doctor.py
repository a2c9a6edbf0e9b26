"""`callweave doctor`: look at each part as its user would, and say what to mend."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import redis
import sqlalchemy as sa
import typer

from callweave.asterisk.root import NoAsterisk, find
from callweave.up import readiness
from engine.host.settings import PROJECT, Settings


@dataclass(frozen=True)
class Finding:
    """One part: whether it is well, and what was seen or what to do."""

    part: str
    well: bool
    word: str


def main(settings: Settings) -> int:
    """Print every finding; 0 when all is well, else 1."""
    findings = list(_look(settings))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.well else 'MEND'}  {finding.part:<10} {finding.word}")
    return 0 if all(finding.well for finding in findings) else 1


def _look(settings: Settings) -> Iterator[Finding]:
    yield _databases(settings)
    yield _redis(settings)
    yield from _telephone(settings)
    yield _speech()
    built = (PROJECT / "frontend" / "dist" / "index.html").exists()
    yield Finding("front end", built, "built" if built else "not built: run `make install`")
    ready = asyncio.run(readiness.web(settings))
    word = f"ready at http://{settings.host}:{settings.port}" if ready else "not ready: is `callweave up` running?"
    yield Finding("web", ready, word)


def _databases(settings: Settings) -> Finding:
    url = sa.make_url(settings.control_url)
    if url.get_backend_name() == "sqlite" and not (settings.data / "control.sqlite3").exists():
        return Finding("database", False, f"none yet in {settings.data}: run `callweave up`")
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            connection.execute(sa.select(1))
    except sa.exc.SQLAlchemyError as error:
        return Finding("database", False, f"{url.render_as_string(hide_password=True)} does not open: {error}")
    finally:
        engine.dispose()
    return Finding("database", True, url.render_as_string(hide_password=True))


def _redis(settings: Settings) -> Finding:
    try:
        redis.Redis.from_url(settings.redis_address, socket_connect_timeout=2).ping()
    except redis.RedisError as error:
        hint = "is `callweave up` running?" if settings.redis_embedded else "check CALLWEAVE_REDIS_URL"
        return Finding("redis", False, f"does not answer ({error}): {hint}")
    return Finding("redis", True, "answers")


def _telephone(settings: Settings) -> Iterator[Finding]:
    if settings.telephony == "simulated":
        yield Finding("asterisk", True, "not wanted: CALLWEAVE_TELEPHONY=simulated")
        return
    if settings.asterisk_local:
        try:
            yield Finding("asterisk", True, find(settings.cache).command[-1])
        except NoAsterisk as error:
            yield Finding("asterisk", False, str(error))
            return
    answers = asyncio.run(readiness.asterisk(settings))
    hint = "is `callweave up` running?" if settings.asterisk_local else "check CALLWEAVE_ARI_URL"
    yield Finding("ari", answers, "answers" if answers else f"does not answer: {hint}")


def _speech() -> Finding:
    program = shutil.which("espeak-ng")
    if program is None:
        return Finding("speech", False, "espeak-ng is missing: apt-get install espeak-ng")
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.partition("  Data")[0]
    return Finding("speech", True, version.strip())

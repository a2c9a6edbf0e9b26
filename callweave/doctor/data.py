"""Databases, their migrations, the disk, and what waits too long in them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from callweave.doctor.finding import Finding
from engine.host.alerts import RULES
from engine.host.settings import Settings
from engine.store import Stores, TenantUnknown, alerts, control, figures, now_micros
from engine.store.migrate import revisions

LATE = 30.0
"""Seconds for which timers and events may wait."""
LEAST_FREE = next(rule.threshold for rule in RULES if rule.name == "disk_free_share")


def databases(settings: Settings) -> Iterator[Finding]:
    """The control database and each tenant's: they open, and have their present shape."""
    found = _database("control", settings.control_url, "control")
    yield found
    if not found.well:
        return
    stores = Stores(settings)
    try:
        with stores.control.read() as connection:
            tenants = connection.execute(sa.select(control.tenant.c.name, control.tenant.c.database_url)).all()
    finally:
        stores.close()
    broken = [
        found
        for row in tenants
        if not (found := _database(row.name, row.database_url or settings.tenant_url(row.name), "tenant")).well
    ]
    yield from broken
    if not broken:
        yield Finding("tenants", True, f"{len(tenants)}, each at its present shape")


def disk(settings: Settings) -> Finding:
    """Whether there is room where the data lies."""
    folder = next(path for path in (settings.data, *settings.data.parents) if path.exists())
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    word = f"{usage.free / 1e9:.1f} GB free ({share:.0%}) in {settings.data}"
    return Finding("disk", share >= LEAST_FREE, word if share >= LEAST_FREE else f"{word}: make room, or move the data")


def waiting(stores: Stores) -> Iterator[Finding]:
    """What waits too long, and what has failed: of all tenants together, with the worst one's name."""
    oldest, latest, dead = (0.0, ""), (0.0, ""), {}
    queued: dict[str, tuple[int, float]] = {}
    for tenant in stores.tenant_names():
        try:
            with stores.tenant(tenant).read() as connection:
                its = figures.of_tenant(connection, at=now_micros(), count_sessions=False)
        except (sa.exc.SQLAlchemyError, TenantUnknown) as error:
            yield Finding("waiting", False, f"tenant {tenant} cannot be looked at: {error}")
            continue
        oldest, latest = max(oldest, (its.inbox_seconds, tenant)), max(latest, (its.timer_seconds, tenant))
        for name, at_it in its.outbox.items():
            count, age = queued.get(name, (0, 0.0))
            queued[name] = count + at_it.open, max(age, at_it.seconds)
            if at_it.failed:
                dead[f"{tenant}/{name}"] = at_it.failed
    hint = "are `callweave clock` and the workers running?"
    yield _in_time("inbox", *oldest, hint)
    yield _in_time("timers", *latest, hint)
    slow = {name: found for name, found in queued.items() if found[1] > 600}
    told = ", ".join(f"{name}: {count} wait, the oldest for {age:.0f} s" for name, (count, age) in slow.items())
    total = sum(count for count, _ in queued.values())
    yield Finding("outbox", not slow, f"{told}: is the gateway there?" if slow else f"{total} on their way")
    failed = ", ".join(f"{count} by {name}" for name, count in dead.items())
    yield Finding(
        "dead letters",
        not dead,
        f"{failed}: look at them in the designer, send them again or let them be" if dead else "none",
    )


def alerts_now(stores: Stores) -> Finding:
    """What the clock has found wrong."""
    with stores.control.read() as connection:
        names = [it.name for it in alerts.open_ones(connection)]
    return Finding("alerts", not names, ", ".join(names) or "none")


def _database(name: str, address: str, history: str) -> Finding:
    url = sa.make_url(address)
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return Finding(
            "database", False, f"{name}: none yet at {url.database}: run `callweave up` or `callweave prepare`"
        )
    try:
        present, wanted = revisions(address, history)
    except sa.exc.SQLAlchemyError as error:
        return Finding("database", False, f"{name}: {shown} does not open: {str(error).splitlines()[0]}")
    if present != wanted:
        return Finding("database", False, f"{name}: at revision {present}, not {wanted}: run `callweave prepare`")
    return Finding("database", True, f"{name}: {shown}, revision {present}")


def _in_time(part: str, seconds: float, tenant: str, hint: str) -> Finding:
    if seconds <= LATE:
        return Finding(part, True, "nothing waits" if seconds < 1 else f"the oldest has waited for {seconds:.0f} s")
    return Finding(part, False, f"of tenant {tenant}, the oldest has waited for {seconds:.0f} s: {hint}")

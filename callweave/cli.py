"""The command line: `callweave up`, its single processes, and tools beside them.

Exit 0 on success, 1 when what was asked does not hold, 2 on misuse (CONTRACT §4). Each command imports what it needs
when it runs, so that `callweave redis` does not load the designer.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Annotated

import setproctitle
import typer

from callweave.audit_commands import app as audit
from callweave.connector.commands import app as connector
from callweave.flow.commands import app as flow
from callweave.node import app as node
from callweave.plainly import our_settings, refuse
from callweave.tenant.commands import app as tenant
from callweave.user_commands import app as user

app = typer.Typer(
    name="callweave",
    help="Callweave: design and run business communication on your own Asterisk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
asterisk = typer.Typer(help="A local Asterisk, or what an Asterisk of your own needs.", no_args_is_help=True)
key = typer.Typer(help="API keys, and the key that seals what is secret.", no_args_is_help=True)
app.add_typer(asterisk, name="asterisk")
app.add_typer(key, name="key")
app.add_typer(tenant, name="tenant")
app.add_typer(flow, name="flow")
app.add_typer(node, name="node")
app.add_typer(connector, name="connector")
app.add_typer(audit, name="audit")
app.add_typer(user, name="user")


def main() -> None:
    """The console script."""
    app()


def _become(name: str, module: str, *arguments: object) -> None:
    """Run one of the processes, `main` of a module, under its name; its exit status is ours.

    What it counts has to have its folder before the module is loaded (engine/host/metrics.py).
    """
    setproctitle.setproctitle(f"callweave {name}")
    settings = our_settings()
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(settings.folder_metrics))
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True, mode=0o700)
    from engine.host import logs

    logs.begin(settings, name.removesuffix(" starting"))
    raise typer.Exit(importlib.import_module(module).main(settings, *arguments) or 0)


@app.command()
def up() -> None:
    """Start everything, keep it running, and stop it all with Ctrl-C."""
    from callweave.asterisk.ports import NoPort
    from callweave.up.run import CannotStart
    from callweave.up.run import main as run

    setproctitle.setproctitle("callweave up")
    try:
        run(our_settings())
    except (CannotStart, NoPort) as error:
        raise refuse(error) from None


@app.command()
def prepare() -> None:
    """Bring every database to the present shape; on the first start, bring the example flows."""
    from callweave.up.prepare import main as run

    run(our_settings())


@app.command()
def web() -> None:
    """The designer: pages, HTTP API, live view."""
    _become("web", "designer.server")


@app.command()
def engine() -> None:
    """The engine of live calls."""
    _become("engine starting", "engine.host.process")


@app.command()
def clock() -> None:
    """Sees what is due for sessions that sleep, and tells the workers; any number of clocks may run."""
    _become("clock", "engine.host.clock")


@app.command()
def worker(
    queues: Annotated[list[str] | None, typer.Argument(help="Which jobs it does; all without this.")] = None,
) -> None:
    """Sessions that sleep (queue turns), and jobs: what somebody waits for (soon), what may take its time (later)."""
    from engine.host.queues import QUEUES

    unknown = [name for name in queues or () if name not in QUEUES]
    if unknown:
        typer.echo(f"no queue {unknown[0]!r}; there are {', '.join(QUEUES)}", err=True)
        raise typer.Exit(2)
    _become(" ".join(["worker", *(queues or ())]), "engine.host.jobs", queues or QUEUES)


@app.command()
def redis() -> None:
    """The embedded Redis (Valkey)."""
    from callweave.redis_server import NoValkey

    try:
        _become("redis", "callweave.redis_server")
    except NoValkey as error:
        raise refuse(error) from None


@asterisk.command("up")
def asterisk_up() -> None:
    """Run the local Asterisk in the foreground."""
    from callweave.asterisk.ports import NoPort
    from callweave.asterisk.root import NoAsterisk

    try:
        _become("asterisk", "callweave.asterisk.process")
    except (NoAsterisk, NoPort) as error:
        raise refuse(error) from None


@asterisk.command("config")
def asterisk_config() -> None:
    """Print what an Asterisk of your own needs in its configuration."""
    from callweave.asterisk.own import snippets

    typer.echo(snippets(our_settings()))


@key.command("create")
def key_create(
    name: Annotated[str, typer.Argument(help="What the key is for, as lists show it.")],
    role: Annotated[str, typer.Option(help="The role it gives.")] = "administrator",
    tenant: Annotated[str, typer.Option(help="The tenant it belongs to.")] = "main",
    days: Annotated[int | None, typer.Option(min=1, help="Ends after so many days; never without this.")] = None,
) -> None:
    """Make an API key and print it, once."""
    from callweave.key import NoTenant, create

    try:
        typer.echo(create(our_settings(), name=name, role=role, tenant=tenant, days=days))
    except NoTenant as error:
        raise refuse(error) from None


@key.command("rotate")
def key_rotate() -> None:
    """Make a new key for what is sealed in the databases, and seal everything with it, while all else goes on."""
    from callweave.seal_key import NotSealed, rotate

    try:
        for line in rotate(our_settings()):
            typer.echo(line)
    except NotSealed as error:
        raise refuse(error) from None


@key.command("forget")
def key_forget() -> None:
    """Drop the older of these keys, when nothing is sealed with them any more."""
    from callweave.seal_key import NotSealed, forget

    try:
        for line in forget(our_settings()):
            typer.echo(line)
    except NotSealed as error:
        raise refuse(error) from None


@app.command()
def metrics() -> None:
    """What the processes of this machine count, for Prometheus; only where no `callweave web` runs."""
    _become("metrics", "engine.host.metrics_server")


@app.command()
def doctor(
    loop: Annotated[
        bool, typer.Option("--loop", help="Also call ourselves by each trunk that has a number for it.")
    ] = False,
    call: Annotated[
        str | None, typer.Option(help="Also call this number; whoever takes the call presses a key.")
    ] = None,
    trunk: Annotated[
        str | None, typer.Option(help="The one trunk that is tried; without it --loop tries all, --call `local`.")
    ] = None,
    to: Annotated[str | None, typer.Option(help="The number that comes back to us, for --loop --trunk.")] = None,
    fax: Annotated[bool, typer.Option("--fax", help="Also fax a page to ourselves; takes half a minute.")] = False,
) -> None:
    """Check each part and say what to mend."""
    from callweave.doctor import Trials
    from callweave.doctor import main as run

    if to is not None and not (loop and trunk):
        raise typer.BadParameter("goes with --loop and --trunk", param_hint="--to")
    sys.exit(run(our_settings(), Trials(loop=loop, number=call, trunk=trunk, to=to, fax=fax)))

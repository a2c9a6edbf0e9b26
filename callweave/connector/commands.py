"""The commands `callweave connector run|check|rejected`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The agent beside a customer's systems: it calls the platform.", no_args_is_help=True)

ConfigFile = Annotated[
    Path, typer.Option("--config", exists=True, dir_okay=False, readable=True, help="Its file, YAML or TOML.")
]


@app.command("run")
def run_connector(config: ConfigFile) -> None:
    """Read the sources, bring their records to the platform, and answer it; until Ctrl-C."""
    import setproctitle

    from callweave.connector.agent import run
    from callweave.connector.config import FileFaults, read_file
    from engine.host import logs
    from engine.host.settings import Settings
    from engine.sources.place import InUse

    setproctitle.setproctitle("callweave connector")
    logs.begin(Settings.load(), "connector")
    try:
        run(read_file(config))
    except (FileFaults, InUse) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@app.command("check")
def check_connector(
    config: ConfigFile,
    read: Annotated[bool, typer.Option("--read", help="Also read the first rows, and show their records.")] = False,
) -> None:
    """Print every fault of a connector's file with its place; 1 if there is one."""
    from callweave.connector.checking import check
    from callweave.connector.config import FileFaults, read_file

    try:
        configured = read_file(config)
    except FileFaults as error:
        for fault in error.faults:
            typer.echo(f"error  {fault}")
        raise typer.Exit(1) from None
    raise typer.Exit(0 if check(configured, read=read, say=typer.echo) else 1)


@app.command("rejected")
def show_rejected(
    config: ConfigFile,
    source: Annotated[str | None, typer.Option("--source", help="Of this source only.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="Of each source at most.")] = 20,
) -> None:
    """Print what could not be read or mapped, with every fault in it; 1 if there is no such source."""
    from callweave.connector.config import FileFaults, read_file
    from callweave.connector.rejected import show

    try:
        configured = read_file(config)
    except FileFaults as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    raise typer.Exit(0 if show(configured, source=source, limit=limit, say=typer.echo) else 1)

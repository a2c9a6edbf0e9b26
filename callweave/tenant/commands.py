"""The commands `callweave tenant list|create|suspend|resume|export|delete|keep`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from callweave.plainly import our_settings

app = typer.Typer(help="Tenants: the organisations on this platform.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The tenant.")]


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Exit 1 with the sentence of what does not hold."""
    from callweave.tenant.life import Refused

    try:
        yield
    except Refused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


@app.command("list")
def show() -> None:
    """Every tenant, and whether it is suspended."""
    from callweave.tenant.life import listed

    for line in listed(our_settings()):
        typer.echo(line)


@app.command()
def create(name: Annotated[str, typer.Argument(help="A lower-case letter, then letters, digits and _.")]) -> None:
    """Make a tenant with a database of its own, and print an administrator's key of it, once."""
    from callweave.tenant.life import created

    with _said_plainly():
        typer.echo(created(our_settings(), name))


@app.command()
def suspend(name: Name) -> None:
    """Nobody signs in, nothing is called or sent, nothing is lost; calls that are up come to their end."""
    from callweave.tenant.life import suspended

    with _said_plainly():
        typer.echo(suspended(our_settings(), name))


@app.command()
def resume(name: Name) -> None:
    """Take a suspended tenant back into service: what became due meanwhile is done now."""
    from callweave.tenant.life import resumed

    with _said_plainly():
        typer.echo(resumed(our_settings(), name))


@app.command()
def export(
    name: Name, to: Annotated[Path | None, typer.Option(help="The archive; NAME-TIME.tar.gz here without this.")] = None
) -> None:
    """Write everything of a tenant into one archive: its tables as lines of JSON, and its files."""
    from callweave.tenant.archive import exported

    with _said_plainly():
        typer.echo(exported(our_settings(), name, to))


@app.command()
def delete(
    name: Name, confirm: Annotated[str, typer.Option(help="The tenant's name once more.", metavar="NAME")]
) -> None:
    """Delete a suspended tenant with its database, its files and its keys. There is no way back: export it before."""
    from callweave.tenant.life import deleted

    if confirm != name:
        raise typer.BadParameter(f"must be the tenant's name, {name}", param_hint="--confirm")
    with _said_plainly():
        typer.echo(deleted(our_settings(), name))


@app.command()
def keep(
    name: Name,
    sessions: Annotated[int | None, typer.Option(min=-1, max=36_500, help="Days; 0: for ever; -1: as is set.")] = None,
    recordings: Annotated[int | None, typer.Option(min=-1, max=36_500, help="The same for recordings.")] = None,
    faxes: Annotated[int | None, typer.Option(min=-1, max=36_500, help="The same for faxes.")] = None,
) -> None:
    """For how many days a tenant's ended sessions, recordings and faxes are kept; without a number, how it stands."""
    from callweave.tenant.keeping import kept

    with _said_plainly():
        typer.echo(kept(our_settings(), name, sessions=sessions, recordings=recordings, faxes=faxes))

"""`callweave audit …`: is the audit log whole?"""

from __future__ import annotations

from typing import Annotated

import typer

from engine.host.settings import Settings, SettingsError

app = typer.Typer(help="The audit log.", no_args_is_help=True)


@app.callback()
def _audit() -> None:
    """The audit log."""


@app.command("verify")
def verify(
    tenant: Annotated[str | None, typer.Option(help="Of this tenant; of all without it.")] = None,
    known: Annotated[
        str | None, typer.Option(help="What this printed once, LOG:ENTRIES:HASH: the log must have it still.")
    ] = None,
) -> None:
    """Check that no entry was changed, left out or cut off; prints how far each log has come, to be noted elsewhere."""
    from callweave.audit import NoteUnclear, checked
    from engine.store import TenantUnknown

    try:
        lines, whole = checked(Settings.load(), tenant, known)
    except SettingsError as error:
        for line in error.errors:
            typer.echo(line, err=True)
        raise typer.Exit(2) from None
    except NoteUnclear as error:
        raise typer.BadParameter(str(error), param_hint="--known") from None
    except TenantUnknown as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for line in lines:
        typer.echo(line)
    raise typer.Exit(0 if whole else 1)

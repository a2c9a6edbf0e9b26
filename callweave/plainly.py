"""What every command does when it cannot begin or go on: the sentence on stderr, and the exit status of CONTRACT §4."""

from __future__ import annotations

import typer

from engine.host.settings import Settings, SettingsError


def our_settings() -> Settings:
    """The settings; exit 2 with each that is wrong."""
    try:
        return Settings.load()
    except SettingsError as error:
        for line in error.errors:
            typer.echo(line, err=True)
        raise typer.Exit(2) from None


def refuse(error: Exception) -> typer.Exit:
    """Exit 1, which the caller raises, after the sentence of what does not hold."""
    typer.echo(str(error), err=True)
    return typer.Exit(1)

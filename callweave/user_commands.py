"""The commands `callweave user create|list|disable|enable|reset-password|reset-second-factor`."""

from __future__ import annotations

from typing import Annotated

import typer

from callweave.plainly import our_settings, refuse

app = typer.Typer(help="Users: who signs in.", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="How the user signs in: a mail address, or a staff number.")]
Tenant = Annotated[str, typer.Option(help="The tenant that the user belongs to.")]


@app.command("create")
def create_user(
    login: Login,
    name: Annotated[str | None, typer.Option(help="How lists show the user; the login without this.")] = None,
    role: Annotated[str, typer.Option(help="administrator, designer, operator or auditor.")] = "designer",
    tenant: Tenant = "main",
) -> None:
    """Invite a user, and print the link by which a password is chosen; it opens once, for seven days."""
    from callweave.user import CannotDo, create

    try:
        typer.echo(create(our_settings(), login, name=name or login, role=role, tenant=tenant))
    except CannotDo as error:
        raise refuse(error) from None


@app.command("list")
def list_users(tenant: Tenant = "main") -> None:
    """A line for each user: login, name, role, state, second factor, sessions, last sign-in."""
    from callweave.user import CannotDo, listed

    try:
        for line in listed(our_settings(), tenant):
            typer.echo(line)
    except CannotDo as error:
        raise refuse(error) from None


@app.command("disable")
def disable_user(login: Login, tenant: Tenant = "main") -> None:
    """Keep a user out; all of his sessions end."""
    _set_disabled(login, tenant, disabled=True)


@app.command("enable")
def enable_user(login: Login, tenant: Tenant = "main") -> None:
    """Let a user in again."""
    _set_disabled(login, tenant, disabled=False)


@app.command("reset-password")
def reset_password(login: Login, tenant: Tenant = "main") -> None:
    """Print a link by which the user chooses a new password; it opens once, and lets a locked account in again."""
    from callweave.user import CannotDo
    from callweave.user import reset_password as link

    try:
        typer.echo(link(our_settings(), login, tenant=tenant))
    except CannotDo as error:
        raise refuse(error) from None


@app.command("reset-second-factor")
def reset_second_factor(login: Login, tenant: Tenant = "main") -> None:
    """Take a user's second factor away, for the telephone is lost; all of his sessions end."""
    from callweave.user import CannotDo
    from callweave.user import reset_second_factor as reset

    try:
        reset(our_settings(), login, tenant=tenant)
    except CannotDo as error:
        raise refuse(error) from None


def _set_disabled(login: str, tenant: str, *, disabled: bool) -> None:
    from callweave.user import CannotDo, disable

    try:
        disable(our_settings(), login, tenant=tenant, disabled=disabled)
    except CannotDo as error:
        raise refuse(error) from None

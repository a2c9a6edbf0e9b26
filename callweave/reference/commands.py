"""The reference of the command line, made from the functions that its commands are."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import typer
from typer.models import ArgumentInfo

from callweave.reference.schemas import cell


class Command(NamedTuple):
    """Something that can be done, by its words."""

    words: str
    does: Callable[..., Any]


class Parameter(NamedTuple):
    """An argument, or an option with its dashes."""

    name: str
    is_argument: bool
    is_many: bool
    is_flag: bool
    help: str
    choices: tuple[str, ...]
    default: Any


def markdown(app: typer.Typer) -> str:
    """Every command with its arguments and options; the processes first, then one group after the other."""
    lines: list[str] = []
    for command in commands(app):
        lines += _described(command)
    return "\n".join(lines).rstrip() + "\n"


def commands(app: typer.Typer, words: str = "callweave") -> Iterator[Command]:
    """The commands of a group, and then those of the groups in it."""
    for entry in app.registered_commands:
        assert entry.callback is not None
        yield Command(f"{words} {entry.name or entry.callback.__name__.replace('_', '-')}", entry.callback)
    for group in app.registered_groups:
        assert group.typer_instance is not None
        yield from commands(group.typer_instance, f"{words} {group.name}")


def _described(command: Command) -> Iterator[str]:
    found = list(_parameters(command.does))
    usage = [command.words, *(_in_usage(entry) for entry in found if entry.is_argument)]
    if any(not entry.is_argument for entry in found):
        usage.append("[OPTIONS]")
    yield f"## {command.words}\n"
    yield inspect.cleandoc(command.does.__doc__ or "") + "\n"
    yield f"```\n{' '.join(usage)}\n```\n"
    if found:
        yield "| | what it is | value |\n|---|---|---|"
        for entry in found:
            yield f"| `{entry.name}` | {cell(entry.help)} | {cell(_value(entry))} |"
        yield ""


def _parameters(does: Callable[..., Any]) -> Iterator[Parameter]:
    hints = get_type_hints(does, include_extras=True)
    for name, entry in inspect.signature(does).parameters.items():
        annotation, *told = get_args(hints[name])
        info = told[0]
        kinds = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
        default = entry.default
        yield Parameter(
            name=name.upper() if isinstance(info, ArgumentInfo) else _dashes(name, info),
            is_argument=isinstance(info, ArgumentInfo),
            is_many=any(get_origin(kind) is list for kind in kinds),
            is_flag=annotation is bool,
            help=info.help or "",
            choices=tuple(word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)),
            default=default,
        )


def _dashes(name: str, info: Any) -> str:
    """As it is typed; the first of given ones stands where a default would, for the default is the function's."""
    given = (info.default, *(info.param_decls or ()))
    return ", ".join(one for one in given if isinstance(one, str)) or f"--{name.replace('_', '-')}"


def _in_usage(entry: Parameter) -> str:
    name = f"{entry.name}..." if entry.is_many else entry.name
    return name if entry.default is inspect.Parameter.empty else f"[{name}]"


def _value(entry: Parameter) -> str:
    said = [" or ".join(f"`{choice}`" for choice in entry.choices)] if entry.choices else []
    if entry.default is inspect.Parameter.empty:
        said.append("**required**")
    elif not entry.is_flag and entry.default not in (None, "", ()):
        said.append(f"default `{entry.default}`")
    return ", ".join(said)

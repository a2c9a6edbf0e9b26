"""`callweave node`: node types of one's own, begun from a template, tried by their scenarios, listed and described."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(help="Node types: begin one of your own, test it, list and describe all.", no_args_is_help=True)
TEMPLATES = Path(__file__).with_name("node_templates")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Its word in flows: small letters, digits, _.")],
    kind: Annotated[
        Literal["logic", "function", "adapter"],
        typer.Option(help="Pure logic; a Python function run as a job; or an adapter of your own to ask."),
    ] = "logic",
) -> None:
    """Write a node type and its scenarios into the nodes folder; they pass as they are."""
    from engine.host.plugins import node_types
    from engine.host.settings import Settings

    if not NAME.fullmatch(name):
        typer.echo(f"{name!r} is no word for a node type: a small letter, then letters, digits and _", err=True)
        raise typer.Exit(2)
    if name in node_types():
        typer.echo(f"there is a node type {name!r} already", err=True)
        raise typer.Exit(1)
    folder = Settings.load().nodes
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in ("py", "yaml"):
        path = folder / f"{name}.{suffix}"
        if path.exists():
            typer.echo(f"{path} is there already", err=True)
            raise typer.Exit(1)
    for suffix in ("py", "yaml"):
        path = folder / f"{name}.{suffix}"
        path.write_text(filled((TEMPLATES / f"{kind}.{suffix}.txt").read_text(encoding="utf-8"), name), "utf-8")
        typer.echo(path)
    typer.echo(f"Try it: callweave node test {name}")


def filled(template: str, name: str) -> str:
    """A template with its names."""
    words = [word for word in name.split("_") if word]
    said = {"CLASS": "".join(word.capitalize() for word in words), "LABEL": " ".join(words).capitalize(), "WORD": name}
    return re.sub("CLASS|LABEL|WORD", lambda found: said[found[0]], template)


@app.command("test")
def test(
    names: Annotated[list[str] | None, typer.Argument(help="Node types; all of the nodes folder without.")] = None,
) -> None:
    """Play the scenarios beside node types of the nodes folder; 1 if one fails, or an outlet has none."""
    from engine.host.plugins import node_types
    from engine.host.settings import Settings

    folder, types = Settings.load().nodes, node_types()
    wanted = names or sorted(path.stem for path in folder.glob("*.py") if not path.name.startswith("_"))
    if not wanted:
        typer.echo(f"there are no node types in {folder}", err=True)
        raise typer.Exit(1)
    failed = 0
    for name in wanted:
        if name not in types:
            typer.echo(f"{name}: {types.why_not(name) or 'there is no such node type'}")
            failed += 1
            continue
        troubles = list(trials(name, folder / f"{name}.yaml"))
        failed += bool(troubles)
        typer.echo(f"{name}: {'ok' if not troubles else ''}".rstrip())
        for trouble in troubles:
            typer.echo(f"  {trouble}")
    raise typer.Exit(1 if failed else 0)


def trials(name: str, file: Path) -> Iterator[str]:
    """What is wrong with a node type, by its scenarios: each failure, each outlet that none leaves by."""
    import yaml

    from engine.flow import FlowErrors, compile_flow
    from engine.host.plugins import node_types
    from engine.scenarios import ScenarioError, play, read_scenario

    if not file.is_file():
        yield f"has no scenarios ({file})"
        return
    known, walked = set(), set()
    try:
        scenarios = [read_scenario(data) for data in yaml.safe_load_all(file.read_text(encoding="utf-8"))]
    except (yaml.YAMLError, ScenarioError, TypeError, ValueError) as error:
        yield f"{file.name}: {error}"
        return
    for scenario in scenarios:
        if scenario.node is None:
            yield f"{scenario.name}: has no node"
            continue
        try:
            program = compile_flow(scenario.document, node_types())
            played = play(program, scenario)
        except FlowErrors as refused:
            yield from (f"{scenario.name}: {fault}" for fault in refused.errors)
            continue
        except ScenarioError as error:
            yield f"{scenario.name}: {error}"
            continue
        yield from (f"{scenario.name}: {failure}" for failure in played.failures)
        known |= {outlet.id for outlet in program.places["subject"].node.all_outlets()}
        walked |= {step.outlet for step in played.walked if step.node == "subject"}
    yield from (f"no scenario leaves by {outlet!r}" for outlet in sorted(known - walked))


@app.command("list")
def show() -> None:
    """Print every node type, and those that cannot be used with the reason; 1 if there is one of these."""
    from engine.host.plugins import node_types

    types = node_types()
    for word, node_type in sorted(types.items()):
        typer.echo(f"{word:<20} {node_type.label}")
    for entry in types.broken:
        typer.echo(f"{entry.type:<20} CANNOT BE USED: {entry.reason} ({entry.module})")
    raise typer.Exit(1 if types.broken else 0)


@app.command("reference")
def reference(
    write: Annotated[Path | None, typer.Argument(dir_okay=False, help="The file; printed without.")] = None,
) -> None:
    """Describe the node types that come with Callweave, from their code, in Markdown."""
    from callweave.reference.nodes import markdown
    from engine.nodes import registry

    text = markdown(registry())
    if write is None:
        typer.echo(text, nl=False)
    else:
        write.write_text(text, encoding="utf-8")

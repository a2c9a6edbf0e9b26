"""The commands `callweave flow check|test|diff|merge`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.faults import Fault
from engine.flow import DocumentRefused

app = typer.Typer(help="Flows in files: check, test, compare, merge.", no_args_is_help=True)
SIDES = ("base", "ours", "theirs")
LONGEST = 60
"""Characters of a value that a line about a conflict shows."""

FlowFile = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A flow document (JSON).", metavar="FILE")
]
AsJson = Annotated[bool, typer.Option("--json", help="As data, for programs.")]


@app.command("check")
def check_flow(file: FlowFile, as_json: AsJson = False) -> None:
    """Print every fault with its place; 1 if the flow may not be published."""
    from engine.flow import check
    from engine.host.plugins import node_types

    report = check(_document(file, as_json), node_types())
    if as_json:
        faults = {"errors": report.errors, "warnings": report.warnings}
        _print_json({level: [_data(fault) for fault in found] for level, found in faults.items()})
    else:
        for level, found in (("error", report.errors), ("warning", report.warnings)):
            for fault in found:
                typer.echo(f"{level:<7}  {fault}")
        typer.echo(f"{file.name}: {_count(len(report.errors), 'error')}, {_count(len(report.warnings), 'warning')}")
    raise typer.Exit(1 if report.errors else 0)


@app.command("test")
def test_flow(
    file: FlowFile,
    scenarios: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, dir_okay=False, help="Files of scenarios (YAML); else those beside the flow."),
    ] = None,
    junit: Annotated[Path | None, typer.Option(dir_okay=False, help="Write the results as JUnit XML.")] = None,
) -> None:
    """Play the flow's scenarios and print what they covered; 1 if one fails, or if there are none."""
    from callweave.flow import files
    from callweave.flow.junit import write_junit
    from callweave.flow.playing import play_all
    from engine.flow import FlowErrors, compile_flow
    from engine.host.plugins import node_types
    from engine.scenarios import ScenarioError
    from engine.scenarios.coverage import coverage

    document = _document(file)
    try:
        program = compile_flow(document, node_types())
        results = play_all(program, files.scenarios(file, document, scenarios or []))
    except FlowErrors as refused:
        raise _refused(refused.errors) from None
    except ScenarioError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for result in results:
        typer.echo(f"{'ok' if result.passed else 'FAILED':<6}  {result.source}: {result.name}")
        for line in [*result.failures, *([result.error] if result.error else [])]:
            typer.echo(f"        {line}")
    if junit is not None:
        write_junit(junit, document["name"], results)
    if not results:
        typer.echo(f"{file.name} has no scenarios", err=True)
        raise typer.Exit(1)
    typer.echo("")
    for line in coverage(program, (step for result in results for step in result.walked)).table():
        typer.echo(line)
    failed = sum(not result.passed for result in results)
    typer.echo(f"{file.name}: {len(results) - failed} of {_count(len(results), 'scenario')} passed")
    raise typer.Exit(1 if failed else 0)


@app.command("diff")
def diff_flows(before: FlowFile, after: FlowFile, as_json: AsJson = False) -> None:
    """Print what has changed from one file to another, a line each; nothing if they are the same flow."""
    from engine.flow.diff import change_data, diff

    changes = diff(_document(before, as_json), _document(after, as_json))
    if as_json:
        _print_json({"changes": [change_data(change) | {"message": str(change)} for change in changes]})
    else:
        for change in changes:
            typer.echo(str(change))


@app.command("merge")
def merge_flows(
    base: FlowFile,
    ours: FlowFile,
    theirs: FlowFile,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the document there.")] = None,
    as_json: AsJson = False,
) -> None:
    """Merge two edits of BASE by node and field, and print the document; 1 if there is a conflict, where it has OURS.

    As git's merge driver: `callweave flow merge %O %A %B --output %A`.
    """
    from engine.flow.merge import conflict_data, merge

    merged = merge(*(_document(file, as_json) for file in (base, ours, theirs)))
    if output is not None:
        try:
            output.write_text(merged.text, encoding="utf-8")
        except OSError as error:
            typer.echo(f"{output}: {error.strerror}", err=True)
            raise typer.Exit(2) from None
    conflicts = [conflict_data(one) for one in merged.conflicts]
    if as_json:
        _print_json({"document": merged.document, "conflicts": conflicts})
    else:
        if output is None:
            typer.echo(merged.text, nl=False)
        for conflict in conflicts:
            sides = "  ".join(f"{side} {_short(conflict[side])}" for side in SIDES if side in conflict)
            typer.echo(f"conflict  {conflict['path']}: {sides}", err=True)
    raise typer.Exit(1 if conflicts else 0)


def _short(value: Any) -> str:
    words = json.dumps(value, ensure_ascii=False)
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _document(file: Path, as_json: bool = False) -> dict[str, Any]:
    from callweave.flow.files import read_flow

    try:
        return read_flow(file)
    except DocumentRefused as refused:
        if as_json:
            _print_json({"errors": [_data(fault) for fault in refused.faults], "warnings": []})
            raise typer.Exit(1) from None
        raise _refused(refused.faults) from None
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(2) from None


def _refused(faults: list[Fault]) -> typer.Exit:
    for fault in faults:
        typer.echo(f"error    {fault}")
    return typer.Exit(1)


def _data(fault: Fault) -> dict[str, Any]:
    said: dict[str, Any] = {"path": fault.path, "message": fault.sentence}
    if fault.mend is not None:
        said["mend"] = {"kind": fault.mend.kind, "data": fault.mend.data}
    return said


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _print_json(data: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))

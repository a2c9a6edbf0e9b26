"""What MkDocs is told besides mkdocs.yml: colours, what is made from the code, links out of docs/ as plain paths."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Section
from mkdocs.structure.pages import Page

PROJECT = Path(__file__).resolve().parents[2]
SHARED = ("frontend/src/theme/tokens.css", "frontend/public/icon.svg")
"""What the help has from the front end: its colours, and the sign in the browser's tab."""
OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+([^)#]+)\)")
"""A link to a file of the repository that is no page; one to a page stays in docs/."""
SWITCHED = ".zh-CN.md"
DECISIONS, PROOFS = "decisions", "proofs"
REFERENCE = "reference"
FENCE, LISTS = re.compile(r"^( *)```"), re.compile(r"^(?:-|1\.) ")
"""Where code begins or ends, and where a list may."""
MADE = re.compile(r"^<!-- from the code: ([a-z ]+) -->$", re.MULTILINE)
"""Where a page has something that is made from the code."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The colours come from the front end, the API's pages from its code; no menu lists decisions and proofs."""
    sys.path.insert(0, str(PROJECT))
    from callweave.reference import api, flow_file
    from engine.nodes import registry

    for path in map(PROJECT.joinpath, SHARED):
        files.append(File.generated(config, path.name, content=path.read_text(encoding="utf-8")))
    for file in files.documentation_pages():
        if file.src_uri.split("/")[0] in (DECISIONS, PROOFS):
            file.inclusion = file.inclusion.NOT_IN_NAV
    document = _document()
    for name, text in api.pages(document).items():
        files.append(File.generated(config, f"{REFERENCE}/{name}", content=text))
    schema = json.dumps(flow_file.schema(registry()), ensure_ascii=False, indent=1)
    files.append(File.generated(config, f"{REFERENCE}/flow.schema.json", content=schema))
    config.extra["made"] = _made(document)
    return files


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> Environment:
    """`one is untold`: a page, or a part with one, that no Chinese page tells as well; every Chinese page is."""
    told = {file.src_uri.replace(SWITCHED, ".md") for file in files if file.src_uri.endswith(SWITCHED)}

    def untold(one: StructureItem) -> bool:
        if isinstance(one, Section):
            return any(map(untold, one.children))
        return not isinstance(one, Page) or one.file.src_uri not in told

    env.tests["untold"] = untold
    return env


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """What is made from the code is put in; a link to the repository becomes its path: the help stands without it."""
    depth = page.file.src_uri.count("/")
    made: dict[str, Callable[[], str]] = config.extra["made"]

    def plain(found: re.Match[str]) -> str:
        ups = found.group(0).count("../")
        return found.group(0) if ups <= depth else f"{found.group(1)} (`{found.group(2)}`)"

    return OUTSIDE.sub(plain, MADE.sub(lambda found: made[found[1]](), _spaced(markdown)))


def _spaced(markdown: str) -> str:
    """As MkDocs' Markdown wants it: a blank line before a list, eight spaces before code in one. Others need none."""
    lines: list[str] = []
    fence: int | None = None
    listed = False
    for line in markdown.split("\n"):
        if found := FENCE.match(line):
            within = len(found[1])
            fence = within if fence is None else None
            lines.append("" if within else line)
        elif fence is not None:
            lines.append(" " * 8 + line[fence:] if fence else line)
        else:
            if LISTS.match(line) and not listed and lines and lines[-1]:
                lines.append("")
            listed = bool(line) and (listed or LISTS.match(line) is not None)
            lines.append(line)
    return "\n".join(lines)


def _made(document: dict[str, Any]) -> dict[str, Callable[[], str]]:
    from callweave import cli
    from callweave.reference import api, commands, expressions, flow_file

    return {
        "api": lambda: api.over_all(document),
        "commands": lambda: commands.markdown(cli.app),
        "names": expressions.names,
        "tags": expressions.tags,
        "filters": expressions.filters,
        "template limits": expressions.limits,
        "flow": flow_file.document,
        "node": flow_file.node,
        "flow limits": flow_file.limits,
    }


def _document() -> dict[str, Any]:
    """The API's document, from an application that serves nobody."""
    from designer.api.docs import document
    from designer.app import create_app
    from engine.host.settings import Settings

    with TemporaryDirectory() as folder:
        app = create_app(Settings(data=Path(folder), redis_url="unix:///none"), live_queue=False)
        with app.app_context():
            return document()

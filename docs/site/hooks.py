"""What MkDocs is told besides mkdocs.yml: the product's colours, and links that lead out of docs/ as plain paths."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

PROJECT = Path(__file__).resolve().parents[2]
COLOURS = PROJECT / "frontend" / "src" / "theme" / "tokens.css"
OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+([^)#]+)\)")
"""A link to a file of the repository that is no page; one to a page stays in docs/."""
DECISIONS, PROOFS = "decisions", "proofs"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The colours come from the front end; decisions and proofs are pages that no menu lists."""
    files.append(File.generated(config, "tokens.css", content=COLOURS.read_text(encoding="utf-8")))
    for file in files.documentation_pages():
        if file.src_uri.split("/")[0] in (DECISIONS, PROOFS):
            file.inclusion = file.inclusion.NOT_IN_NAV
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A link to the repository becomes its path: the help stands without the repository beside it."""
    depth = page.file.src_uri.count("/")

    def plain(found: re.Match[str]) -> str:
        ups = found.group(0).count("../")
        return found.group(0) if ups <= depth else f"{found.group(1)} (`{found.group(2)}`)"

    return OUTSIDE.sub(plain, markdown)

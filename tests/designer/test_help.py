"""The help is built from docs/ without a broken link, and served under the policy of all pages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from engine.host.settings import PROJECT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("help")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_no_page_has_a_script_or_style_of_its_own(built: Path) -> None:
    pages = list(built.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        html = page.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*src=)|<style|\son[a-z]+=|style=", re.sub(r"<code.*?</code>", "", html, flags=re.S)), page


def test_it_is_served_to_whoever_comes(app: Flask, built: Path) -> None:
    app.config["HELP"] = built
    client = app.test_client()
    assert client.get("/help").location == "/help/index.html"
    page = client.get("/help/index.html")
    assert page.status_code == 200 and "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert client.get("/help/search/search_index.json").status_code == 200


@pytest.mark.parametrize("path", ["none.html", "../app.py", "%2e%2e/index.html", "..%2f..%2fpyproject.toml", "search"])
def test_nothing_else_is(app: Flask, built: Path, path: str) -> None:
    app.config["HELP"] = built
    assert app.test_client().get(f"/help/{path}").status_code == 404

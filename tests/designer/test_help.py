"""The help is built from docs/ and the code without a broken link, whole, and served under the policy of all pages."""

from __future__ import annotations

import html
import json
import logging
import re
from pathlib import Path

import jsonschema_rs
import pytest
from flask import Flask
from mkdocs.commands.build import build
from mkdocs.config import load_config

from callweave.cli import app as command_line
from callweave.reference import api, commands, flow_file
from engine.expressions.liquid import ENVIRONMENT
from engine.flow import head
from engine.host.settings import PROJECT, Settings
from engine.nodes import registry


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `make install` builds it (`mkdocs build --strict`), where the code it is made from is loaded already."""
    folder = tmp_path_factory.mktemp("help")
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    config = load_config(str(PROJECT / "mkdocs.yml"), strict=True, site_dir=str(folder))
    build(config)
    return folder


def words_of(page: Path) -> str:
    """What somebody reads on it."""
    return html.unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8")))


def test_no_page_has_a_script_or_style_of_its_own(built: Path) -> None:
    pages = list(built.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        text = page.read_text(encoding="utf-8")
        outside = re.sub(r"<code.*?</code>", "", text, flags=re.S)
        assert not re.search(r"<script(?![^>]*src=)|<style|\son[a-z]+=|style=", outside), page
        assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=.?(https?:)?//", outside), page
        assert "from the code:" not in text, page


def test_a_list_is_a_list_and_code_is_code(built: Path) -> None:
    for page in built.rglob("*.html"):
        for paragraph in re.findall(r"<p>(.*?)</p>", page.read_text(encoding="utf-8"), re.S):
            assert not re.search(r"^(- |1\. |```)|<code>(yaml|json|sh)\n", paragraph, re.M), page


def test_every_route_of_the_api_stands_in_it(app: Flask, built: Path) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json
    assert document is not None
    told = {part: words_of(built / "reference" / api.file_of(part).replace(".md", ".html")) for part in api.PARTS}
    table = words_of(built / "reference" / "http-api.html")
    count = 0
    for part, operations in api.by_part(document).items():
        for one in operations:
            count += 1
            assert f"{one.title}\n" in told[part] and one.title in table
            for parameter in one.told.get("parameters", ()):
                assert parameter["name"] in told[part], one.title
    assert count == sum(len(methods) for methods in document["paths"].values())
    anchors = [api.anchor(one) for operations in api.by_part(document).values() for one in operations]
    assert len(anchors) == len(set(anchors))


def test_every_command_filter_and_node_type_stands_in_it(built: Path) -> None:
    reference = built / "reference"
    typed = words_of(reference / "commands.html")
    assert [one.words for one in commands.commands(command_line) if f"{one.words}\n" not in typed] == []
    templates = (reference / "templates.html").read_text(encoding="utf-8")
    assert [name for name in ENVIRONMENT.filters if not re.search(f"<td><code>{name}(:[^<]*)?</code>", templates)] == []
    assert "March 2, 9:30 AM" in templates
    nodes = words_of(reference / "node-types.html")
    assert [word for word in registry() if f"{word}: " not in nodes] == []


def test_the_file_of_a_flow_is_described_as_it_is_read(built: Path) -> None:
    assert set(flow_file.FRAME["properties"]) == head._KEYS
    assert set(flow_file.NODE["properties"]) == head._NODE_KEYS
    shape = jsonschema_rs.validator_for(json.loads((built / "reference" / "flow.schema.json").read_text("utf-8")))
    documents = [json.loads(path.read_text("utf-8")) for path in (PROJECT / "flows" / "examples").rglob("*.json")]
    flows = [document for document in documents if "callweave" in document]
    page = (PROJECT / "docs" / "reference" / "flow-file.md").read_text(encoding="utf-8")
    flows.append(json.loads(page.split("```json\n")[1].split("```")[0]))
    assert len(flows) > 15
    for flow in flows:
        shape.validate(flow)
    ask = flows[-1]["nodes"]["ask"]
    ask["config"]["timeout"] = 900
    assert not shape.is_valid(flows[-1])


def test_every_setting_stands_in_it_with_its_default() -> None:
    rows = re.findall(r"^\| (`CALLWEAVE_.+?) \| (.+?) \|", (PROJECT / "docs" / "settings.md").read_text("utf-8"), re.M)
    told = {}
    for names, defaults in rows:
        for number, name in enumerate(re.findall(r"`CALLWEAVE_(\w+)`", names)):
            told[name.lower()] = defaults.split(", ")[number] if ", " in names and ", " in defaults else defaults
    assert told.keys() == Settings.model_fields.keys()
    for name, field in Settings.model_fields.items():
        value = field.default
        if isinstance(value, str | int | float | bool) and value != "":
            said = (
                str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else value
            )
            assert f"`{said}`" in told[name], name


def test_each_page_of_the_product_leads_to_its_chapter(built: Path) -> None:
    shell = PROJECT / "frontend" / "src" / "pages" / "shell"
    links = (shell / "help.ts").read_text(encoding="utf-8")
    chapters = re.findall(r"'?(/?[\w-]+)'?: '([^']+\.html[^']*)'", links)
    places = set(re.findall(r"path: '([^']+)'", (shell / "places.ts").read_text(encoding="utf-8")))
    assert places <= {place for place, _ in chapters}
    for _, chapter in chapters:
        for address in (chapter, chapter.replace(".html", ".zh-CN.html")):
            page, _, place = address.partition("#")
            text = (built / page).read_text(encoding="utf-8")
            assert not place or f'id="{place}"' in text, address
    assert (built / "index.zh-CN.html").is_file()


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

"""The pages in the browser: one page application out of `frontend/dist`, whose routes all begin with the same page."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_from_directory
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter
from werkzeug.security import safe_join

from designer.access.headers import nonce
from designer.access.rights import DOOR, needs
from designer.problems import Problem

FOR_EVER = "public, max-age=31536000, immutable"
PACKED = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
"""What travels compressed: a third of the bytes. A file of the build never changes, so each is compressed once."""
NOT_BUILT = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Callweave</title></head><body>'
    "<h1>Callweave</h1><p>The pages are not built yet: run <code>make install</code>. "
    'The <a href="/api/v1/docs">API</a> works without them.</p></body></html>'
)

pages = Blueprint("pages", __name__)


class PagePath(BaseConverter):
    """A path of a page or of its files: none of the API's or the live socket's."""

    regex = r"(?!api/|help/|socket\.io)[^/].*?"
    part_isolating = False


@pages.record_once
def _know_paths(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["page"] = PagePath


@pages.get("/")
@pages.get("/<page:path>")
@needs(DOOR)
def page(path: str = "") -> Response:
    """A file of the page application, or its first page for any of its routes."""
    folder: Path = current_app.config["PAGES"]
    file = safe_join(str(folder), path) if path else None
    if file is not None and Path(file).is_file() and path != "index.html":
        response = _packed(Path(file)) if _to_be_packed(path) else send_from_directory(folder, path, conditional=True)
        response.headers["Cache-Control"] = FOR_EVER if path.startswith("assets/") else "public, max-age=3600"
        return response
    if (path and file is None) or path.startswith("assets/") or (_looks_like_file(path) and not _wants_page()):
        raise Problem(404, "There is nothing at this address.")
    return _first_page(folder)


def _to_be_packed(path: str) -> bool:
    compressible = path.startswith("assets/") and Path(path).suffix in PACKED
    return compressible and request.accept_encodings.quality("gzip") > 0 and request.range is None


def _packed(file: Path) -> Response:
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(_compressed(file), content_type=PACKED[file.suffix], headers=headers)


@lru_cache(maxsize=512)
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), 9, mtime=0)


def _looks_like_file(path: str) -> bool:
    return "." in path.rsplit("/", 1)[-1]


def _wants_page() -> bool:
    return request.accept_mimetypes.quality("text/html") > 0 and "text/html" in request.headers.get("Accept", "")


def _first_page(folder: Path) -> Response:
    try:
        html = (folder / "index.html").read_text(encoding="utf-8")
        status = 200
    except FileNotFoundError:
        html, status = NOT_BUILT, 503
    html = html.replace('name="csp-nonce" content=""', f'name="csp-nonce" content="{nonce()}"')
    return Response(html, status, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"})

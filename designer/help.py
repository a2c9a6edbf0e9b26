"""`/help`: the pages that `make install` has built from docs/; open to whoever reaches the sign-in."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, send_from_directory
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as AnyResponse

from designer.access.rights import DOOR, needs
from designer.problems import Problem

help_pages = Blueprint("help", __name__)


@help_pages.get("/help")
@help_pages.get("/help/")
@needs(DOOR)
def first_page() -> AnyResponse:
    """To the first page by its own address, to which its links are relative."""
    return redirect("/help/index.html")


@help_pages.get("/help/<path:path>")
@needs(DOOR)
def help_page(path: str) -> Response:
    """A page of the help, or a file of one."""
    folder: Path = current_app.config["HELP"]
    file = safe_join(str(folder), path)
    if file is None or not Path(file).is_file():
        raise Problem(404, "There is nothing at this address.")
    response = send_from_directory(folder, path, conditional=True)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response

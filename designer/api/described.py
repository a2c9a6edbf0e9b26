"""The API's document, written when somebody asks for it: it was half of all that the web process did at its start."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, cast

from flask_openapi3 import APIBlueprint, OpenAPI
from flask_openapi3.utils import parse_parameters


class Resource(APIBlueprint):
    """A resource that keeps what its routes say of themselves, and puts it into words at the first question."""

    _writing = Lock()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._said: list[tuple[str, Callable[..., Any], dict[str, Any]]] = []

    def _collect_openapi_info(self, rule: str, func: Callable[..., Any], **said: Any) -> Any:
        self._said.append((rule, func, said))
        return parse_parameters(func, doc_ui=False)

    def _write(self) -> None:
        for rule, view, said in self._said:
            super()._collect_openapi_info(rule, view, **said)
        self._said.clear()


def described(app: OpenAPI) -> dict[str, Any]:
    """The document that the application's resources make; the same at each call."""
    with Resource._writing:
        for resource in app.blueprints.values():
            if isinstance(resource, Resource):
                resource._write()
                app.paths.update(resource.paths)
                app.components_schemas.update(resource.components_schemas)
        return cast(dict[str, Any], app.api_doc)

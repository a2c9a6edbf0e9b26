"""The designer on SQLite unless a test asks for more, called by Flask's client: signed in by a key, by a cookie, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_openapi3 import OpenAPI
from werkzeug.test import TestResponse

from designer.app import create_app
from designer.parts import Parts
from engine.host.settings import Settings
from engine.store import keys, now_micros
from tests.databases import prepare
from tests.designer.routes import CompiledOnce

KEY = "bootstrap-key-of-main"
OTHER_KEY = "a-key-of-the-other-tenant"

Document = dict[str, Any]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what test_api.py and test_control.py ask of rows on PostgreSQL, too; their tables of refused requests look at no row."""
    asks_of_rows = "app" in metafunc.fixturenames and not list(metafunc.definition.iter_markers("parametrize"))
    if asks_of_rows and metafunc.module.__name__.endswith(("test_api", "test_control")):
        metafunc.parametrize("database_urls", ["sqlite", "schemas"], indirect=True)


@pytest.fixture(scope="session", autouse=True)
def routes_compiled_once() -> Iterator[None]:
    """Every test has an application of its own; what its routes are compiled to they share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OpenAPI, "url_rule_class", CompiledOnce)
        yield


@pytest.fixture
def settings(tmp_path: Path, database_urls: dict[str, str]) -> Settings:
    """Settings with a data folder and databases of their own, and no Redis."""
    redis_url = f"unix://{tmp_path}/no-redis.sock"
    return Settings(data=tmp_path / "data", bootstrap_key=KEY, redis_url=redis_url, **database_urls)


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The application with the tenants `main` and `other`."""
    prepare(settings)
    pages = tmp_path / "dist"
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text('<meta name="csp-nonce" content=""><div id="root"></div>')
    (pages / "assets" / "main-abc123.js").write_text("export {}")
    made = create_app(settings, pages_folder=pages, live_queue=False)
    parts: Parts = made.extensions["callweave"]
    with parts.stores.control.begin() as connection:
        keys.add(connection, OTHER_KEY, tenant="other", name="o", role=keys.ADMINISTRATOR, at=now_micros())
    yield made
    parts.stores.close()


class Caller:
    """An integrator: sends a key with every request."""

    def __init__(self, client: FlaskClient, key: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {key}"}

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """One request to /api/v1; a header's name is written with underscores."""
        sent = self._headers | {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        return self._client.open(f"/api/v1{path}", method=method, data=data, headers=sent)


@pytest.fixture
def call(app: Flask) -> Caller:
    """Tenant main's administrator."""
    return Caller(app.test_client(), KEY)


@pytest.fixture
def other(app: Flask) -> Caller:
    """The other tenant's administrator."""
    return Caller(app.test_client(), OTHER_KEY)


@pytest.fixture
def document() -> Callable[..., Document]:
    """Makes a sound document; its arguments replace keys."""

    def make(**changes: Any) -> Document:
        sound: Document = {
            "callweave": 1,
            "name": "Hello",
            "description": "Says hello.",
            "languages": ["en"],
            "start": "greet",
            "nodes": {
                "greet": {"type": "say", "config": {"prompt": "Hello."}, "outlets": {"done": "bye"}},
                "bye": {"type": "hang_up", "outlets": {}},
            },
        }
        return sound | changes

    return make


@pytest.fixture
def flow(call: Caller, document: Callable[..., Document]) -> str:
    """A sound flow of tenant main; its id."""
    return str(call("POST", "/flows", document()).json["id"])  # type: ignore[index]

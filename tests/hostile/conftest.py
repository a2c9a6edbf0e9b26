"""One application for all tests that mean it harm: it has to stand them one after the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from designer.app import create_app
from engine.host.settings import Settings
from tests.databases import prepare
from tests.designer.conftest import KEY, Caller


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on SQLite, without Redis, with pages of its own."""
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(
        data=folder / "data", bootstrap_key=KEY, redis_url=f"unix://{folder}/none", rate_per_key=0, rate_per_address=0
    )
    prepare(settings)
    pages = folder / "dist"
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text('<meta name="csp-nonce" content=""><div id="root"></div>')
    made = create_app(settings, pages_folder=pages, live_queue=False)
    yield made
    made.extensions["callweave"].stores.close()


@pytest.fixture
def call(app: Flask) -> Caller:
    """Tenant main's administrator."""
    return Caller(app.test_client(), KEY)

"""Fixtures for all tests: what is needed from the system, and whole running copies of the product."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import nullcontext
from typing import Any, Protocol

import pytest
import sqlalchemy as sa

from callweave.asterisk.root import NoAsterisk, find
from engine.host.settings import Settings
from tests import memory, needs, postgresql
from tests.databases import Databases
from tests.product import RunningCopy

memory.use()


class StartCopy(Protocol):
    """`running_copy(telephony="simulated", CALLWEAVE_COUNTRY="DE")`: started, ready, and stopped later."""

    def __call__(self, telephony: str = "asterisk", **env: str) -> RunningCopy: ...


RUNNING: list[RunningCopy] = []
"""The copies that a test may have to do with now."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failure what the copies said: where it happens once in a hundred runs, there is no second look."""
    report = yield
    if report.failed:
        report.sections += [(f"log of the copy in {copy.folder.name}", copy.tail(100)) for copy in RUNNING]
    return report


@pytest.fixture(scope="session")
def require() -> Callable[[str], str]:
    """`require("sipp")`: its path; missing, it fails in CI and skips with the reason elsewhere."""
    return needs.require


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Databases]:
    """Databases on the PostgreSQL of `CALLWEAVE_TEST_POSTGRESQL`, an administrator's URL, else on one of our own."""
    given = os.environ.get("CALLWEAVE_TEST_POSTGRESQL")
    with nullcontext(sa.make_url(given)) if given else postgresql.server() as administrator:
        made = Databases(administrator)
        yield made
        made.close()


@pytest.fixture
def database_urls(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Settings of the databases: SQLite files, or what `request.param` of tests.databases.FORMS says."""
    form = getattr(request, "param", "sqlite")
    if form == "sqlite":
        yield {}
        return
    made: Databases = request.getfixturevalue("postgresql_databases")
    with made.urls(form) as urls:
        yield urls


@pytest.fixture(scope="module")
def running_copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartCopy]:
    """Start copies of the product, which end with the module: each needs an Asterisk, and ports for its sound."""
    yield from _copies(tmp_path_factory)


@pytest.fixture(scope="session")
def lasting_copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartCopy]:
    """The same for a copy that a whole folder of tests shares."""
    yield from _copies(tmp_path_factory)


def _copies(folders: pytest.TempPathFactory) -> Iterator[StartCopy]:
    copies: list[RunningCopy] = []

    def start(telephony: Any = "asterisk", **env: str) -> RunningCopy:
        if telephony == "asterisk":
            try:
                find(Settings().cache)
            except NoAsterisk as error:
                needs.absent(str(error))
        copy = RunningCopy(folders.mktemp("copy"), telephony, env)
        copies.append(copy)
        RUNNING.append(copy)
        copy.start()
        return copy

    yield start
    for copy in copies:
        copy.stop()
        RUNNING.remove(copy)

"""Fixtures for all tests: what is needed from the system, and whole running copies of the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest

from callweave.asterisk.root import NoAsterisk, find
from engine.host.settings import Settings
from tests import needs
from tests.product import RunningCopy


class StartCopy(Protocol):
    """`running_copy(telephony="simulated", CALLWEAVE_COUNTRY="DE")`: started, ready, and stopped at the end."""

    def __call__(self, telephony: str = "asterisk", **env: str) -> RunningCopy: ...


@pytest.fixture(scope="session")
def require() -> Callable[[str], str]:
    """`require("sipp")`: its path; missing, it fails in CI and skips with the reason elsewhere."""
    return needs.require


@pytest.fixture(scope="session")
def running_copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartCopy]:
    """Start copies of the product; share one in a module by a fixture of your own, for each takes seconds to start."""
    copies: list[RunningCopy] = []

    def start(telephony: Any = "asterisk", **env: str) -> RunningCopy:
        if telephony == "asterisk":
            try:
                find(Settings().cache)
            except NoAsterisk as error:
                needs.absent(str(error))
        copy = RunningCopy(tmp_path_factory.mktemp("copy"), telephony, env)
        copies.append(copy)
        copy.start()
        return copy

    yield start
    for copy in copies:
        copy.stop()

"""A real Asterisk for the tests of this folder: missing, they fail in CI and are skipped at home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from callweave.asterisk.root import AsteriskRoot, NoAsterisk, find
from engine.host.settings import Settings
from tests import needs
from tests.telephony.local_asterisk import LocalAsterisk


@pytest.fixture(scope="session")
def asterisk_root() -> AsteriskRoot:
    """Where Asterisk is on this machine."""
    try:
        return find(Settings().cache)
    except NoAsterisk as error:
        needs.absent(str(error))


@pytest.fixture(scope="session")
def shared_asterisk(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAsterisk]:
    """One for all tests; its log must be clean at the end."""
    asterisk = LocalAsterisk(tmp_path_factory.mktemp("asterisk"))
    asterisk.start()
    yield asterisk
    asterisk.stop()


@pytest.fixture
def asterisk(shared_asterisk: LocalAsterisk) -> Iterator[LocalAsterisk]:
    """The shared one; what a test that failed has left on the line is not the next one's."""
    yield shared_asterisk
    shared_asterisk.clear()


@pytest.fixture
def own_asterisk(asterisk_root: AsteriskRoot, tmp_path: Path) -> Iterator[LocalAsterisk]:
    """One that a test may kill."""
    asterisk = LocalAsterisk(tmp_path / "asterisk")
    asterisk.start()
    yield asterisk
    asterisk.stop()

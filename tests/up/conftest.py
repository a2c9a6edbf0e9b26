"""One Asterisk of the product's own for each file that wants one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from callweave.asterisk.root import NoAsterisk, find
from engine.host.settings import Settings
from tests import needs
from tests.telephony.local_asterisk import LocalAsterisk


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAsterisk]:
    """Alone, without an engine; missing, its tests fail in CI and are skipped at home."""
    try:
        find(Settings().cache)
    except NoAsterisk as error:
        needs.absent(str(error))
    here = LocalAsterisk(tmp_path_factory.mktemp("asterisk"))
    here.start()
    yield here
    here.stop()

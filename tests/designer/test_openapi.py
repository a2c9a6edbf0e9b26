"""The whole API by its own document, as every role; at full size it is `make prove NAME=openapi`."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.designer.conftest import Caller
from tests.designer.openapi_asking import ask_all, keys_of
from tests.designer.people import quick_hashes
from tests.designer.things import known


def test_no_operation_answers_what_its_document_does_not_say(
    app: Flask, call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_hashes(monkeypatch)
    seen = ask_all(app, keys_of(app), known(app, call), examples=1)
    assert not seen.wrong, "\n\n".join(f"{place}\n{how}" for place, how in seen.wrong.items())
    assert seen.operations > 150 and seen.statuses[403] and seen.statuses[401] and seen.statuses[404]

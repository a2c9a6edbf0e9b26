"""One running copy with a real Asterisk for all calls of this folder, and an unseen flow on a number of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import StartCopy
from tests.product import RunningCopy
from tests.product_api import Api

UNSEEN: dict[str, Any] = {
    "callweave": 1, "name": "Ward bell", "languages": ["en"], "start": "pick_up", "on_hang_up": "gone",
    "nodes": {
        "pick_up": {"type": "answer", "outlets": {"done": "greet"}},
        "greet": {"type": "say", "config": {"prompt": "This is ward three, the night desk."}, "outlets": {"done": "what"}},
        "what": {
            "type": "menu",
            "config": {
                "prompt": "One for the nurse, two for water.", "timeout": 1.5, "tries": 2,
                "choices": [{"key": "1", "label": "Nurse"}, {"key": "2", "label": "Water"}],
            },
            "outlets": {"1": "bed", "2": "noted", "no_input": "quiet", "no_match": "quiet"},
        },
        "bed": {
            "type": "gather",
            "config": {"prompt": "Your bed?", "min_digits": 2, "max_digits": 4, "timeout": 3, "digit_timeout": 1.5, "tries": 2},
            "outlets": {"done": "noted", "no_input": "quiet", "no_match": "quiet"},
        },
        "noted": {"type": "set", "config": {"variables": {"bed": "{{ results.bed.value }}"}}, "outlets": {"done": "bye"}},
        "bye": {"type": "say", "config": {"prompt": "Bed {{ results.bed.value }}, noted."}, "outlets": {"done": "served"}},
        "served": {"type": "end", "config": {"outcome": "served"}},
        "quiet": {"type": "end", "config": {"outcome": "quiet"}},
        "gone": {"type": "end", "config": {"outcome": "gone"}},
    },
}  # fmt: skip


@pytest.fixture(scope="session")
def copy(lasting_copy: StartCopy) -> RunningCopy:
    """A whole copy of the product with its own Asterisk."""
    return lasting_copy()


@pytest.fixture(scope="session")
def api(copy: RunningCopy) -> Api:
    """Its API."""
    return Api(copy)


@pytest.fixture(scope="session")
def ward(api: Api) -> Iterator[str]:
    """The unseen flow, posted, published and bound to 7300; its id."""
    yield api.bound(UNSEEN, "7300")

"""What is told is held against the story: each thing that differs is found, and named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from examples.hospital.run.stage import Stage
from examples.hospital.run.told import Result, Teller
from examples.hospital.story import Story, on
from examples.hospital.threads import visits
from examples.hospital.threads.spinner import Spinner
from examples.hospital.town.phones import Came, Phones

FLOW = "f1"


class World:
    """A run of one patient who confirms his visit, as Callweave, the telephones and the information system have it."""

    def __init__(self) -> None:
        self.story = Story(1)
        visits.confirms(Spinner(self.story, _first()))
        [self.expected] = self.story.expected
        began = (self.expected.at + timedelta(seconds=2)).isoformat()
        phone = self.expected.patient.mobile
        self.session: dict[str, Any] = {
            "id": "s1", "flow": FLOW, "contact": {"phone": phone}, "status": "completed", "outcome": "confirmed",
            "started_at": began, "record": {"visit_no": self.expected.record}, "vars": {}, "results": {},
        }  # fmt: skip
        call = {"session": "s1", "started_at": began, "fate": "answered", "direction": "out", "answered_at": began}
        self.lists: dict[str, list[dict[str, Any]]] = {
            "/sessions": [self.session], "/calls": [call], "/messages": [], "/faxes": [],
        }  # fmt: skip
        self.kept: Any = 1
        self.came = [Came(self.expected.at, phone, self.story.acts[0])]
        self.left: list[Any] = []

    def __call__(self, method: str, path: str) -> Any:
        return next(each for each in self.lists["/sessions"] if path == f"/sessions/{each['id']}")

    def every(self, path: str, **_: str) -> Iterator[dict[str, Any]]:
        yield from self.lists[path]

    def told(self) -> Result:
        stage = SimpleNamespace(
            api=self, flows={"return_visit": FLOW}, story=self.story, programs=[],
            database=SimpleNamespace(value=lambda *_: self.kept), texts=SimpleNamespace(sent=[], refused=[], came=0),
            fax=SimpleNamespace(received=Path),
        )  # fmt: skip
        phones = SimpleNamespace(came=self.came, left=lambda: self.left, failures=[])
        return Teller(cast(Stage, stage), cast(Phones, phones), []).compare()


def _first() -> Any:
    return SimpleNamespace(choice=lambda some: next(iter(some)), random=lambda: 1.0, randrange=lambda _: 0)


def test_a_story_told_right() -> None:
    result = World().told()
    assert result.is_right
    assert [told.wrong for told in result.told] == [[]]


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("outcome", "texted", "outcome is 'texted', not 'confirmed'"),
        ("status", "failed", "status is 'failed', not 'completed'"),
        ("started_at", on(1, "03:00").isoformat(), "it began at 02 Mar 03:00"),
        ("record", {"visit_no": "V99999"}, "there is no such session"),
    ],
)
def test_a_session_that_differs(field: str, value: Any, word: str) -> None:
    world = World()
    world.session[field] = value
    result = world.told()
    assert not result.is_right
    assert word in result.told[0].wrong


def test_a_call_too_many_and_one_too_few() -> None:
    world = World()
    world.lists["/calls"] = world.lists["/calls"] * 2
    assert "calls is ('answered', 'answered'), not ('answered',)" in world.told().told[0].wrong
    assert "calls out: 1 were seen, 2 are told" in world.told().wrong
    world.lists["/calls"] = []
    world.came, world.left = [Came(world.expected.at, "13800000999", None)], [world.story.acts[0]]
    wrong = world.told().wrong
    assert any("a call to 13800000999" in each for each in wrong)
    assert any("was not called" in each for each in wrong)


def test_nothing_was_written_back() -> None:
    world = World()
    world.kept = None
    assert world.told().told[0].wrong == ["the information system has visit.answer None, not 1"]


def test_a_session_that_nobody_expected() -> None:
    world = World()
    world.lists["/sessions"].append(world.session | {"id": "s2", "contact": {"phone": "13800000777"}})
    assert [each.startswith("a session of return_visit for 13800000777") for each in world.told().wrong] == [True]
    world.story.expected[0] = SimpleNamespace(**{**vars(world.expected), "outcome": None})  # type: ignore[call-overload]
    assert world.told().told[0].wrong == ["there is a session: confirmed"]

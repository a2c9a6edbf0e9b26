"""Telephone numbers in configs: what is a fault at once, and what a template gives at run time."""

from __future__ import annotations

from typing import Any

import pytest

from engine.fields import PhoneNumber, numbers_of
from engine.flow.check import check
from engine.nodes import registry

SCOPE = {"contact": {"phone": "+86 138-0000-0000", "short": 7001, "name": "unknown", "none": None},
         "record": {"doctors": ["7001", 7002, "", "nobody"], "long": "1" * 65}}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "numbers"),
    [
        ("7001", ("7001",)),
        (" 0755-1234 5678 ", ("0755-1234 5678",)),
        ("{{ contact.phone }}", ("+86 138-0000-0000",)),
        ("0{{ contact.short }}", ("07001",)),
        ("{{ contact.short }}", ("7001",)),
        ("{{ record.doctors }}", ("7001", "7002")),
        ("{{ contact.name }}", ()),
        ("{{ contact.none }}", ()),
        ("{{ contact.missing }}", ()),
        ("{{ record.long }}", ()),
    ],
)
def test_what_a_template_gives(source: str, numbers: tuple[str, ...]) -> None:
    assert PhoneNumber(source).numbers(SCOPE) == numbers
    assert PhoneNumber(source).number(SCOPE) == (numbers or ("",))[0]


def test_several_give_each_number_once_in_order() -> None:
    templates = [PhoneNumber(source) for source in ("7002", "{{ record.doctors }}", "{{ contact.name }}", "7001")]
    assert numbers_of(templates, SCOPE) == ("7002", "7001")


@pytest.mark.parametrize(
    ("node_type", "config", "faults"),
    [
        ("call", {}, ["to: is required"]),
        ("call", {"to": " "}, ["to: is empty"]),
        ("call", {"to": "the patient"}, ["to: 'the patient' is no telephone number"]),
        ("call", {"to": 7001}, ["to: must be text (is 7001)"]),
        ("call", {"to": "7001", "ring_seconds": 0}, ["ring_seconds: at least 1 (is 0)"]),
        ("dial", {"to": "7001"}, []),
        ("dial", {"to": ["7001", "x"]}, ["to.1: 'x' is no telephone number"]),
        ("dial", {"to": []}, ["to: at least one is needed"]),
        ("conference", {"room": " ", "invite": [""]}, ["room: is empty", "invite.0: is empty"]),
        ("background", {}, ["audio: is required"]),
        ("background", {"action": "stop"}, []),
        ("listen", {"prompt": "?", "phrases": [{"label": "a", "words": "x", "key": "1"}, {"label": "b", "words": "y", "key": "1"}]},
         ["phrases: the key 1 stands twice"]),
        ("listen", {"prompt": "?", "phrases": [{"id": "x", "label": "a", "words": "x"}, {"id": "y", "label": "a", "words": "y"}]},
         ["phrases: the name a stands twice"]),
        ("listen", {"prompt": "?", "phrases": [{"label": "no_input", "words": ["x"]}]},
         ["phrases: no_input is kept for the engine: choose another name"]),
        ("listen", {"prompt": "?", "phrases": [{"label": "a", "words": []}], "language": "?"},
         ["phrases.0.words: at least one is needed", "language: '?' is no language tag such as zh-CN or en"]),
    ],
)  # fmt: skip
def test_faults_have_their_place(node_type: str, config: dict[str, Any], faults: list[str]) -> None:
    document = {
        "callweave": 1, "name": "faults", "languages": ["en"], "start": "here",
        "nodes": {"here": {"type": node_type, "config": config}},
    }  # fmt: skip
    found = [str(fault) for fault in check(document, registry()).errors]
    assert found == [f"nodes.here.config.{fault}" for fault in faults]

"""Documents with something wrong in them: sound flows with a value changed, dropped, added, or put in another's place.

Plain chance from a seed, not hypothesis: a hundred thousand of them take a minute, and each is made again by its number.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

JUNK: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**63, 1e308, 0.5, "", " ", "a", "x" * 300, "你好", "\x00", "nodes", "start", "end", "1",
    "{{ x.y }}", "{{ results.nobody.value }}", "{{ vars.nothing }}", "{{", "{% if %}", "{% for a in b %}", "record.a ==",
    "record.a > 1 and record.a < 0", "1 == 1", [], {}, [[]], [{}], {"": None}, [None] * 60, "2026-02-30", "P3D", "99:99",
    {"zh-CN": "您好"}, {"en": [{"say": "{{ record.a }}"}, {"pause": 40}]}, "+86 138", "#", "case", "done", "hung_up",
)  # fmt: skip
"""Values that belong nowhere, or somewhere else."""


def mutated(sound: Any, seed: int) -> Any:
    """A document with one to four things wrong in it."""
    chance = random.Random(seed)
    document = copy.deepcopy(sound)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        places = list(_places(document))
        if not places:
            return chance.choice(JUNK)
        parent, key = chance.choice(places)
        _spoil(document, parent, key, chance)
    return document


def _spoil(document: Any, parent: Any, key: Any, chance: random.Random) -> None:
    match chance.randrange(6):
        case 0:
            parent[key] = copy.deepcopy(chance.choice(JUNK))
        case 1:
            del parent[key]
        case 2:
            other, place = chance.choice(list(_places(document)))
            parent[key] = copy.deepcopy(other[place])
        case 3 if isinstance(parent, dict):
            parent[str(chance.choice(JUNK))[:80]] = copy.deepcopy(chance.choice(JUNK))
        case 4 if isinstance(parent, dict):
            parent[str(chance.choice(JUNK))[:80]] = parent.pop(key)
        case _ if isinstance(parent[key], str):
            text = parent[key]
            at = chance.randint(0, len(text))
            parent[key] = (
                text[:at] + chance.choice(("{{", "}}", "{%", "'", '"', "|", ".", "\\", "(", "é", "")) + text[at + 1 :]
            )
        case _:
            parent[key] = copy.deepcopy(chance.choice(JUNK))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every entry of every object and list: what holds it, and by which key."""
    todo = [value]
    while todo:
        parent = todo.pop()
        entries = list(parent.items()) if isinstance(parent, dict) else list(enumerate(parent))
        for key, child in entries:
            yield parent, key
            if isinstance(child, (dict, list)):
                todo.append(child)

"""The flow that calls somebody to speak a prompt: an ordinary one, made in a tenant when it is first needed.

It can be looked at, and each of its sessions followed, like any other. Its outcome is `keep` with the recording's id,
`discard`, or `not_reached`.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from designer import drafts
from engine.host.prompt_taking import KEEP
from engine.store import flows, now_micros

NAME = "Record a prompt by phone"
OUTCOMES = ("discard", "not_reached")
_TEXTS = {
    "tone": {
        "zh-CN": "请在提示音后朗读“{{ record.asset }}”的内容，说完请按井号键。",
        "en": "Please speak the text for {{ record.asset }} after the tone. Press the pound key at the end.",
    },
    "menu": {
        "zh-CN": "保存请按1，重录请按2，放弃请按3。",
        "en": "To keep it, press 1. To record again, press 2. To discard it, press 3.",
    },
    "kept": {"zh-CN": "已保存，谢谢。", "en": "It is kept. Thank you."},
}
_CHOICES = [{"key": "1", "label": "Keep"}, {"key": "2", "label": "Again"}, {"key": "3", "label": "Discard"}]
_MISSED = ("busy", "no_answer", "failed")
DOCUMENT: dict[str, Any] = {
    "callweave": 1, "name": NAME, "languages": ["zh-CN", "en"], "start": "ring", "on_hang_up": "discard",
    "description": "Calls somebody who speaks a prompt; on 1 it becomes the recording's next version.",
    "nodes": {
        "ring": {
            "type": "call", "config": {"to": "{{ contact.phone }}"}, "at": [80, 80],
            "outlets": {"answered": "tape", **dict.fromkeys(_MISSED, "not_reached")},
        },
        "tape": {
            "type": "record", "config": {"prompt": _TEXTS["tone"], "max_seconds": 300, "silence_seconds": 0},
            "at": [80, 240], "outlets": {"done": "choose", "empty": "discard", "failed": "discard"},
        },
        "choose": {
            "type": "menu", "config": {"prompt": _TEXTS["menu"], "choices": _CHOICES}, "at": [80, 400],
            "outlets": {"1": "kept", "2": "tape", **dict.fromkeys(("3", "no_input", "no_match", "failed"), "discard")},
        },
        "kept": {
            "type": "say", "config": {"prompt": _TEXTS["kept"]}, "at": [80, 560],
            "outlets": dict.fromkeys(("done", "failed", "hung_up"), "keep"),
        },
        "keep": {"type": "end", "config": {"outcome": KEEP + "{{ results.tape.value }}"}, "at": [80, 720]},
        **{word: {"type": "end", "config": {"outcome": word}, "at": [360 + 280 * number, 720]}
           for number, word in enumerate(OUTCOMES)},
    },
}  # fmt: skip


def flow(connection: sa.Connection) -> tuple[bytes, int]:
    """The flow and its version, in its tenant; made if need be."""
    there = flows.published_named(connection, NAME)
    if there is not None and there[1] is not None:
        return there[0], there[1]
    checked = drafts.checked(json.dumps(DOCUMENT).encode())
    at = now_micros()
    made = flows.create(connection, checked.draft, at=at)
    document = checked.draft.document
    published = flows.publish(connection, made.id, document=document, sha256=drafts.digest(document), message="", at=at)
    return made.id, published.number

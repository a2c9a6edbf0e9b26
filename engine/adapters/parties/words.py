"""What the telephones say by themselves while parties are joined, in the languages of the house."""

from __future__ import annotations

from engine.commands import Say
from engine.languages import best_of

WORDS: dict[str, dict[str, str]] = {
    "accept": {"en": "You have a call. Press {key} to take it.", "zh-CN": "有来电转接给您，按{key}接听。"},
    "pin": {"en": "Please enter the PIN.", "zh-CN": "请输入会议密码。"},
    "wrong_pin": {"en": "That is not the PIN.", "zh-CN": "密码不正确。"},
    "locked": {"en": "The conference is locked.", "zh-CN": "会议已锁定。"},
    "full": {"en": "The conference is full.", "zh-CN": "会议人数已满。"},
    "waiting": {
        "en": "The conference begins when the moderator is there.", "zh-CN": "主持人到达后会议开始，请稍候。",
    },
    "muted": {"en": "You are muted.", "zh-CN": "您已静音。"},
    "unmuted": {"en": "You can be heard again.", "zh-CN": "已取消静音。"},
    "room_locked": {"en": "The conference is now locked.", "zh-CN": "会议现已锁定。"},
    "room_unlocked": {"en": "The conference is now open.", "zh-CN": "会议现已解锁。"},
    "all_muted": {"en": "All others are muted.", "zh-CN": "其他人已全部静音。"},
    "all_unmuted": {"en": "All can be heard again.", "zh-CN": "已取消全体静音。"},
    "removed": {"en": "You have been removed from the conference.", "zh-CN": "您已被移出会议。"},
    "closed": {"en": "The conference has ended.", "zh-CN": "会议已结束。"},
    "count": {"en": "There are {count} in the conference.", "zh-CN": "会议中共有{count}人。"},
}  # fmt: skip


def words(name: str, language: str, **values: object) -> tuple[Say, ...]:
    """A sentence to be said, in the language asked for or the nearest."""
    texts = WORDS[name]
    best = best_of(texts, language or "en")
    return (Say(text=texts[best].format(**values), language=best, constant=not values),)

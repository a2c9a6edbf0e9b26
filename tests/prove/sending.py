"""What the proofs about texts have in common: the flows, the words, disasters at their moments, and answers."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.product_api import Api
from tests.prove.proof import Proof
from tests.texting.npm_smsc import NpmSmsc

TOLD, ASKED = 4_600, 400
WORDS = (
    "Please come at 10:30 on Friday and bring your card, number {number} [ward €].",
    "您好，复诊提醒：请于明天上午九点到三楼，空腹，第{number}号。😀",
    "A long text that goes out in parts and is one again at the phone, as it was written. " * 4 + "Number {number}.",
    "这是一条很长的短信，分成几段发送，到手机上又是一条，请按时到院复诊。" * 9 + "第{number}号。",
)
QUESTION = "您好，{number}号，明天的复诊您来吗？回复1来，回复2改期。"
ANSWERS = {"come": "1", "move": "第二个。"}
ANSWER_SECONDS = 60.0
Text = tuple[str, str]
"""A number, and what is sent to it."""


def telling() -> dict[str, Any]:
    """A text, and its end."""
    nodes: dict[str, Any] = {
        "tell": {
            "type": "send_sms", "config": {"to": "{{ contact.phone }}", "text": "{{ record.text }}"},
            "outlets": {"sent": "sent", "failed": "lost"},
        },
        "sent": {"type": "end", "config": {"outcome": "sent"}},
        "lost": {"type": "end", "config": {"outcome": "lost"}},
    }  # fmt: skip
    return {"callweave": 1, "name": "Tell", "languages": ["zh-CN"], "start": "tell", "nodes": nodes}


def asking() -> dict[str, Any]:
    """A question, and an end for each answer."""
    choices = [{"id": "come", "label": "来", "match": ["1", "来"]}, {"id": "move", "label": "改期", "match": ["2", "改期"]}]
    outlets = {"come": "come", "move": "move", "other": "lost", "timed_out": "lost", "failed": "lost"}
    nodes: dict[str, Any] = {
        "ask": {
            "type": "ask_sms", "outlets": outlets,
            "config": {"to": "{{ contact.phone }}", "text": "{{ record.text }}", "choices": choices, "timeout": "4h"},
        },
        **{name: {"type": "end", "config": {"outcome": name}} for name in ("come", "move", "lost")},
    }  # fmt: skip
    return {"callweave": 1, "name": "Ask", "languages": ["zh-CN"], "start": "ask", "nodes": nodes}


def told(count: int, first: int = 0) -> list[Text]:
    """Texts in both languages, short and long, each to a number of its own."""
    return [(f"1380000{number:04}", WORDS[number % 4].format(number=number)) for number in range(first, first + count)]


def asked(count: int) -> list[Text]:
    """Questions, each to a number of its own."""
    return [(f"1390000{number:04}", QUESTION.format(number=number)) for number in range(count)]


def published(api: Api, document: dict[str, Any]) -> str:
    """A flow of which sessions can be started; its id."""
    flow: str = api("POST", "/flows", document)["id"]
    api("POST", f"/flows/{flow}/publish", {"message": "for a proof"})
    return flow


def begin(api: Api, flow: str, texts: Iterable[Text]) -> None:
    """Start a session for each text."""

    def start(each: Text) -> None:
        api("POST", f"/flows/{flow}/start", {"contact": {"phone": each[0]}, "record": {"text": each[1]}})

    with ThreadPoolExecutor(8) as several:
        list(several.map(start, texts))


def is_open(api: Api) -> bool:
    """Whether anything waits or is on its way."""
    return bool(api("GET", "/outbox?state=due,sending&limit=1")["items"])


def happen(smsc: NpmSmsc, plan: Iterable[tuple[int, Callable[[], None]]]) -> None:
    """Let each disaster happen when the message centre has taken so many parts."""
    for at, disaster in sorted(plan, key=lambda each: each[0]):
        until(lambda at=at: len(smsc.ledger()) >= at, 120)  # type: ignore[misc]
        disaster()


def answered(proof: Proof, api: Api, smsc: NpmSmsc, ask: str) -> None:
    """Each question that was taken is answered by text, and the answer advances the session that asked."""
    waiting = {session["id"]: session for session in api.everything(f"/sessions?flow={ask}") if session["ended_at"] is None}
    asked = {row["session"]: row["receiver"] for row in api.everything("/messages?direction=out") if row["session"] in waiting}
    expected: dict[str, str] = {}
    statuses: Counter[int] = Counter()
    for number, (session, phone) in enumerate(asked.items()):
        expected[session] = list(ANSWERS)[number % 2]
        statuses.update(smsc.deliver({"text": ANSWERS[expected[session]], "coding": 8}, sender=phone))
    until(lambda: all(session["ended_at"] for session in api.everything(f"/sessions?flow={ask}")), ANSWER_SECONDS)
    outcomes = {session["id"]: session["outcome"] for session in api.everything(f"/sessions?flow={ask}")}
    right = sum(outcomes[session] == outcome for session, outcome in expected.items())
    well = right == len(expected) > 0 and set(statuses) == {0}
    proof.claim("each answer advances the session that asked", well, f"{right} of {len(expected)}, acknowledged: {dict(statuses)}")


def put_together(ledger: list[dict[str, Any]]) -> tuple[set[Text], Counter[str]]:
    """What came whole; and how many parts to each number came more than once, under whatever reference."""
    parts: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    seen: Counter[tuple[str, str]] = Counter()
    for line in ledger:
        header = "".join(line["udh"])
        assert header[:4] in ("", "0003"), header
        number = header[8:10] or "01"
        seen[line["to"], number] += 1
        parts[line["to"], header[4:6], header[6:8] or "01"][number] = line["text"]
    whole = {
        (to, "".join(some[number] for number in sorted(some)))
        for (to, _, total), some in parts.items()
        if len(some) == int(total, 16)
    }
    surplus: Counter[str] = Counter()
    for (to, _), count in seen.items():
        if count > 1:
            surplus[to] += count - 1
    return whole, surplus


def until(seen: Callable[[], bool], seconds: float) -> bool:
    """Whether it comes true in time."""
    end = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True

"""Five thousand texts by SMPP to npm's message centre: links cut, the centre and the engine killed, throttled to 50 a second.

Chinese and English, short and in up to five parts. The centre writes its ledger to the disk before it answers, so what
it has taken is known whatever is killed. 400 of the texts are questions, and each is answered by text. Afterwards the
centre's ledger is held against ours, which is read by the API.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.product import RunningCopy
from tests.product_api import Api
from tests.prove.proof import Proof
from tests.texting.npm_smsc import NpmSmsc

TOLD, ASKED = 4_600, 400
BINDS, WINDOW, AT_ONCE = 2, 10, 40
RATE = 300
"""Parts a second, so that the disasters find texts on their way."""
CUTS_AT = (1_000, 2_000, 3_000, 9_500)
KILLS_AT = (4_000, 8_500)
ENGINE_KILLED_AT = 6_500
THROTTLED_AT, THROTTLED_TO, THROTTLED_SECONDS = 7_500, 50, 30
"""When so many parts have been taken."""
DOWN_SECONDS = 3.0
PATIENCE = 300.0
WORDS = (
    "Please come at 10:30 on Friday and bring your card, number {number} [ward €].",
    "您好，复诊提醒：请于明天上午九点到三楼，空腹，第{number}号。😀",
    "A long text that goes out in parts and is one again at the phone, as it was written. " * 4 + "Number {number}.",
    "这是一条很长的短信，分成几段发送，到手机上又是一条，请按时到院复诊。" * 9 + "第{number}号。",
)
QUESTION = "您好，{number}号，明天的复诊您来吗？回复1来，回复2改期。"
ANSWERS = {"come": "1", "move": "第二个。"}


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


def prove(proof: Proof) -> None:
    smsc = NpmSmsc(proof.folder / "smsc").start()
    try:
        copy = proof.copy("simulated", CALLWEAVE_ALLOW_HOSTS="127.0.0.1")
        _run(proof, copy, Api(copy), smsc)
    finally:
        smsc.close()


def _run(proof: Proof, copy: RunningCopy, api: Api, smsc: NpmSmsc) -> None:
    told = [(f"1380000{number:04}", WORDS[number % 4].format(number=number)) for number in range(TOLD)]
    asked = [(f"1390000{number:04}", QUESTION.format(number=number)) for number in range(ASKED)]
    tell, ask = _published(api, telling()), _published(api, asking())
    smsc.kill()  # so that all of them are due when it begins
    api("PUT", "/gateways/sms", {"kind": "sms_smpp", "config": {
        "host": "127.0.0.1", "port": smsc.port, "system_id": "clinic", "secrets": {"password": "secret"}, "sender": "106900",
        "binds": BINDS, "window": WINDOW, "at_once": AT_ONCE, "rate": RATE,
    }})  # fmt: skip
    with ThreadPoolExecutor(8) as several:
        list(several.map(lambda each: _start(api, *each), [(tell, *one) for one in told] + [(ask, *one) for one in asked]))
    smsc.start()
    began = time.monotonic()
    disasters = _disasters(copy, smsc)
    ended = _until(lambda: not _open(api), PATIENCE)
    seconds = time.monotonic() - began
    proof.claim("each text has come to an end", ended, f"{TOLD + ASKED} texts in {seconds:.0f} s")
    _judge(proof, api, smsc, told + asked, disasters)
    _answered(proof, api, smsc, ask)


def _published(api: Api, document: dict[str, Any]) -> str:
    flow: str = api("POST", "/flows", document)["id"]
    api("POST", f"/flows/{flow}/publish", {"message": "for a proof"})
    return flow


def _start(api: Api, flow: str, phone: str, text: str) -> None:
    api("POST", f"/flows/{flow}/start", {"contact": {"phone": phone}, "record": {"text": text}})


def _disasters(copy: RunningCopy, smsc: NpmSmsc) -> Counter[str]:
    """Each when so many parts have been taken; what happened."""

    def cut() -> None:
        smsc.tell(cut=True)
        happened["links cut"] += BINDS

    def kill() -> None:
        smsc.kill()
        happened["centre killed"] += 1
        time.sleep(DOWN_SECONDS)
        smsc.start()

    def kill_engine() -> None:
        if "engine" in copy.processes():
            os.kill(copy.processes()["engine"], signal.SIGKILL)
            happened["engine killed"] += 1

    def throttle() -> None:
        smsc.tell(per_second=THROTTLED_TO)
        time.sleep(THROTTLED_SECONDS)
        happened["refused for speed"] = smsc.state()["throttled"]
        smsc.tell(per_second=0)

    happened: Counter[str] = Counter()
    plan: list[tuple[int, Callable[[], None]]] = [*((at, cut) for at in CUTS_AT), *((at, kill) for at in KILLS_AT)]
    plan += [(ENGINE_KILLED_AT, kill_engine), (THROTTLED_AT, throttle)]
    for at, disaster in sorted(plan, key=lambda each: each[0]):
        _until(lambda at=at: len(smsc.ledger()) >= at, 120)  # type: ignore[misc]
        disaster()
    return happened


def _judge(proof: Proof, api: Api, smsc: NpmSmsc, wanted: list[tuple[str, str]], disasters: Counter[str]) -> None:
    ledger = smsc.ledger()
    try:
        (whole, in_part), parts_twice = smsc.arrived(), "no part twice"
    except AssertionError as error:
        proof.claim("no part is twice in the centre's ledger", False, error)
        return
    twice = [each for each, count in Counter(whole).items() if count > 1]
    proof.claim("nothing is twice in the centre's ledger", not twice, f"{parts_twice} among {len(ledger)} parts, {len(twice)} texts twice")
    strange = set(whole) - set(wanted)
    proof.claim("what came whole is what was written, in any script", not strange, f"{len(whole)} texts, {len(strange)} strange ones")
    rows = [row for row in api.everything("/messages?direction=out") if row["medium"] == "sms"]
    states = {(row["receiver"], row["text"]): row["state"] for row in rows}
    proof.claim("each text stands in our ledger once", len(rows) == len(states) == len(wanted), f"{len(rows)} rows")
    absent = [each for each in wanted if each not in set(whole)]
    honest = [each for each in absent if states.get(each) in ("unknown", "failed")]
    proof.claim("what is absent there stands as unknown or failed in ours", honest == absent, f"{len(absent)} absent, {len(in_part)} of them in part")
    doubtful = [each for each, state in states.items() if state in ("unknown", "failed")]
    in_flight = disasters["links cut"] * WINDOW + disasters["centre killed"] * BINDS * WINDOW + disasters["engine killed"] * AT_ONCE
    proof.claim("at most as many are in doubt as were in flight", len(doubtful) <= in_flight, f"{len(doubtful)} of {in_flight}: {dict(disasters)}")
    receipted = _until(lambda: smsc.state()["owed"] == 0 and not api("GET", "/messages?direction=out&state=sent&limit=1")["items"], 60)
    final = Counter(row["state"] for row in api.everything("/messages?direction=out"))
    proof.claim("each text that was taken is delivered, by the receipts of all its parts", receipted, dict(final))
    known = {row["reference"] for row in api.everything("/receipts")}
    doubted = {line["id"] for line in ledger if any(line["to"] == to for to, _ in doubtful)}
    proof.claim("receipts that nobody claims are of texts in doubt", known <= doubted, f"{len(known)} of {len(ledger)} receipts")
    proof.figure("parts", len(ledger))
    proof.figure("refused_for_speed_in_30_s", disasters["refused for speed"])


def _answered(proof: Proof, api: Api, smsc: NpmSmsc, ask: str) -> None:
    """Each question that was taken is answered by text, and the answer advances the session that asked."""
    waiting = {session["id"]: session for session in api.everything(f"/sessions?flow={ask}") if session["ended_at"] is None}
    asked = {row["session"]: row["receiver"] for row in api.everything("/messages?direction=out") if row["session"] in waiting}
    expected: dict[str, str] = {}
    statuses: Counter[int] = Counter()
    for number, (session, phone) in enumerate(asked.items()):
        expected[session] = list(ANSWERS)[number % 2]
        statuses.update(smsc.deliver({"text": ANSWERS[expected[session]], "coding": 8}, sender=phone))
    _until(lambda: all(session["ended_at"] for session in api.everything(f"/sessions?flow={ask}")), 60)
    outcomes = {session["id"]: session["outcome"] for session in api.everything(f"/sessions?flow={ask}")}
    right = sum(outcomes[session] == outcome for session, outcome in expected.items())
    proof.claim("each answer advances the session that asked", right == len(expected) and set(statuses) == {0}, f"{right} of {len(expected)}, acknowledged: {dict(statuses)}")


def _open(api: Api) -> bool:
    return bool(api("GET", "/outbox?state=due,sending&limit=1")["items"])


def _until(seen: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True

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

from tests.product import RunningCopy
from tests.product_api import Api
from tests.prove.proof import Proof
from tests.prove.sending import (
    ASKED,
    TOLD,
    answered,
    asked,
    asking,
    begin,
    happen,
    is_open,
    published,
    telling,
    told,
    until,
)
from tests.texting.npm_smsc import NpmSmsc

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


def prove(proof: Proof) -> None:
    smsc = NpmSmsc(proof.folder / "smsc").start()
    try:
        copy = proof.copy("simulated", CALLWEAVE_ALLOW_HOSTS="127.0.0.1")
        _run(proof, copy, Api(copy), smsc)
    finally:
        smsc.close()


def _run(proof: Proof, copy: RunningCopy, api: Api, smsc: NpmSmsc) -> None:
    texts, questions = told(TOLD), asked(ASKED)
    tell, ask = published(api, telling()), published(api, asking())
    smsc.kill()  # so that all of them are due when it begins
    api("PUT", "/gateways/sms", {"kind": "sms_smpp", "config": {
        "host": "127.0.0.1", "port": smsc.port, "system_id": "clinic", "secrets": {"password": "secret"}, "sender": "106900",
        "binds": BINDS, "window": WINDOW, "at_once": AT_ONCE, "rate": RATE,
    }})  # fmt: skip
    begin(api, tell, texts)
    begin(api, ask, questions)
    smsc.start()
    began = time.monotonic()
    disasters = _disasters(copy, smsc)
    ended = until(lambda: not is_open(api), PATIENCE)
    seconds = time.monotonic() - began
    proof.claim("each text has come to an end", ended, f"{TOLD + ASKED} texts in {seconds:.0f} s")
    _judge(proof, api, smsc, texts + questions, disasters)
    answered(proof, api, smsc, ask)


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
    happen(smsc, plan)
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
    receipted = until(lambda: smsc.state()["owed"] == 0 and not api("GET", "/messages?direction=out&state=sent&limit=1")["items"], 60)
    final = Counter(row["state"] for row in api.everything("/messages?direction=out"))
    proof.claim("each text that was taken is delivered, by the receipts of all its parts", receipted, dict(final))
    known = {row["reference"] for row in api.everything("/receipts")}
    doubted = {line["id"] for line in ledger if any(line["to"] == to for to, _ in doubtful)}
    proof.claim("receipts that nobody claims are of texts in doubt", known <= doubted, f"{len(known)} of {len(ledger)} receipts")
    proof.figure("parts", len(ledger))
    proof.figure("refused_for_speed_in_30_s", disasters["refused for speed"])

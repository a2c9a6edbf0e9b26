"""Five thousand texts through a real Kannel: links cut, Kannel, the engine and the designer killed, 50 a second at most.

Chinese and English, short and in up to five parts, by HTTP to Kannel's smsbox, from its bearerbox (spool on the disk) by
SMPP to npm's message centre, whose ledger is on the disk before it answers. Receipts and answers come back by Kannel's
requests to the designer. 400 of the texts are questions. Five hundred more go by Kannel's own fakesmsc.

What Kannel was asked is in smsbox's access log, and a door before the designer writes down what Kannel told us, so that
what Kannel itself does is told apart. **Kannel sends twice**: parts whose answer was lost with a cut link, or with a
bearerbox that was killed, leave its spool again. That is no more than its window (`max-pending-submits`, 10) each
time. **Kannel forgets**: smsbox keeps receipts that we have not acknowledged in its memory alone, so that its end is
theirs, and such a text stays `sent`: 2,092 of them in a run in which it was killed seconds after the designer.
Kannel 1.4.5's smsbox may panic when its bearerbox is killed, and has to be started again (`run_kannel_box` does).
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.outbox.kannel import Kannel
from tests.product import RunningCopy
from tests.product_api import Api
from tests.prove.proof import Proof
from tests.prove.recording import Door
from tests.prove.sending import (
    ASKED,
    TOLD,
    Text,
    answered,
    asked,
    asking,
    begin,
    happen,
    is_open,
    published,
    put_together,
    telling,
    told,
    until,
)
from tests.texting.npm_smsc import NpmSmsc

EXAMPLE = Path(__file__).parents[2] / "examples" / "gateways" / "kannel.json"
SECRET = "kannels-secret-for-us"
BY_FAKESMSC = 500
AT_ONCE, RATE = 20, 60
"""Texts that Kannel has in hand for us, and texts a second, so that the disasters find some on their way."""
KANNELS_WINDOW = 10
"""Parts whose answers Kannel waits for on its link (its `max-pending-submits`)."""
CUTS_AT = (800, 6_500, 9_500)
SMSBOX_KILLED_AT = (1_500, 9_000)
ENGINE_KILLED_AT, DESIGNER_KILLED_AT = 2_200, 2_600
THROTTLED_AT, THROTTLED_TO, THROTTLED_SECONDS = 3_000, 50, 30
BEARERBOX_KILLED_AT = 10_500
"""When so many parts have been taken; once more in the middle of the throttling."""
FAKESMSC_SMSBOX_KILLED_AT = 200
DOWN_SECONDS = 3.0
PATIENCE = 300.0
QUIET = 90.0
_ASKED = re.compile(r"send-SMS request added - .* target:(\S+) request:")


def prove(proof: Proof) -> None:
    smsc = NpmSmsc(proof.folder / "smsc").start()
    kannels: list[Kannel] = []
    door: Door | None = None
    try:
        copy = proof.copy("simulated", CALLWEAVE_ALLOW_HOSTS="127.0.0.1")
        api = Api(copy)
        door = Door(copy.url)
        inbound = f"{door.url}/api/v1/inbound/main/sms/texts?token={SECRET}&from=%p&to=%P&text=%b&charset=%C&id=%I&at=%T"
        kannels += [Kannel(proof.folder / "kannel", inbound=inbound, smpp=smsc.port, by="CENTRE")]
        _by_smpp(proof, copy, api, door, smsc, kannels[0])
        kannels.pop().close()
        kannels += [Kannel(proof.folder / "fake", inbound=inbound)]
        _by_fakesmsc(proof, api, door, kannels[0])
    finally:
        for kannel in kannels:
            kannel.close()
        if door is not None:
            door.close()
        smsc.close()


def _gateway(door: Door, kannel: Kannel) -> dict[str, Any]:
    """The example, but for addresses, secrets and pace."""
    declared: dict[str, Any] = json.loads(EXAMPLE.read_text().replace("http://127.0.0.1:8080", door.url))
    declared["config"] |= {
        "url": kannel.url, "secrets": {"password": "kannel-password", "callback": SECRET}, "at_once": AT_ONCE, "rate": RATE,
    }  # fmt: skip
    return declared


# --- Kannel, and behind it the message centre


def _by_smpp(proof: Proof, copy: RunningCopy, api: Api, door: Door, smsc: NpmSmsc, kannel: Kannel) -> None:
    texts, questions = told(TOLD), asked(ASKED)
    tell, ask = published(api, telling()), published(api, asking())
    api("PUT", "/gateways/sms", _gateway(door, kannel))
    begin(api, tell, texts)  # Kannel is away still: all of them are due when it begins
    begin(api, ask, questions)
    kannel.start()
    began = time.monotonic()
    disasters = _disasters(copy, smsc, kannel)
    until(lambda: _is_there(copy), 60)
    ended = until(lambda: not is_open(api), PATIENCE)
    proof.claim("each text has come to an end", ended, f"{TOLD + ASKED} texts in {time.monotonic() - began:.0f} s")
    left = until(lambda: kannel.waiting() == 0 and smsc.state()["owed"] == 0, PATIENCE)
    proof.claim("Kannel has let go of all that it took", left, f"{kannel.waiting()} wait in it, {smsc.state()['owed']} receipts at the centre")
    _settle(api)
    rows = _ours(api)
    _asked_once(proof, rows, texts + questions, kannel, disasters)
    _arrived(proof, rows, texts + questions, smsc, kannel, disasters)
    _receipted(proof, api, rows, smsc, door)
    answered(proof, api, smsc, ask)
    proof.figure("parts", len(smsc.ledger()))
    proof.figure("refused_for_speed_in_30_s", disasters["refused for speed"])


def _disasters(copy: RunningCopy, smsc: NpmSmsc, kannel: Kannel) -> Counter[str]:
    """Each when the centre has taken so many parts; what happened."""

    def cut() -> None:
        smsc.tell(cut=True)
        happened["links cut"] += 1

    def kill_smsbox() -> None:
        kannel.kill("smsbox")
        happened["smsbox killed"] += 1
        time.sleep(DOWN_SECONDS)
        kannel.start_smsbox()

    def kill_bearerbox() -> None:
        kannel.kill("bearerbox")
        happened["bearerbox killed"] += 1
        time.sleep(DOWN_SECONDS)
        kannel.start_bearerbox()
        kannel.mend_smsbox()

    def kill_engine() -> None:
        if "engine" in copy.processes():
            os.kill(copy.processes()["engine"], signal.SIGKILL)
            happened["engine killed"] += 1

    def kill_designer() -> None:
        os.kill(copy.processes()["web"], signal.SIGKILL)
        happened["designer killed"] += 1

    def throttle() -> None:
        smsc.tell(per_second=THROTTLED_TO)
        time.sleep(THROTTLED_SECONDS / 2)
        kill_bearerbox()
        time.sleep(THROTTLED_SECONDS / 2)
        happened["refused for speed"] = smsc.state()["throttled"]
        smsc.tell(per_second=0)

    happened: Counter[str] = Counter()
    plan: list[tuple[int, Callable[[], None]]] = [*((at, cut) for at in CUTS_AT), *((at, kill_smsbox) for at in SMSBOX_KILLED_AT)]
    plan += [(DESIGNER_KILLED_AT, kill_designer)]
    plan += [(ENGINE_KILLED_AT, kill_engine), (THROTTLED_AT, throttle), (BEARERBOX_KILLED_AT, kill_bearerbox)]
    happen(smsc, plan)
    return happened


def _is_there(copy: RunningCopy) -> bool:
    try:
        Api(copy)("GET", "/me")
    except OSError:
        return False
    return True


def _asked_once(proof: Proof, rows: list[dict[str, Any]], wanted: list[Text], kannel: Kannel, disasters: Counter[str]) -> None:
    """What is ours: no text is handed to Kannel twice, and what is in doubt is what was in flight."""
    requests = _requests(kannel)
    twice = [number for number, count in requests.items() if count > 1]
    proof.claim("Kannel was asked for no text twice", not twice and bool(requests), f"{requests.total()} requests, {len(twice)} numbers twice")
    proof.claim("each text stands in our ledger once", len(rows) == len(_states(rows)) == len(wanted), f"{len(rows)} rows")
    proof.claim("at most as many are in doubt as were in flight", *_in_doubt(rows, disasters))


def _in_doubt(rows: list[dict[str, Any]], disasters: Counter[str]) -> tuple[bool, str]:
    """Texts that were ever unknown; a receipt may have said since that they have arrived."""
    doubted = [row for row in rows if row["state"] in ("unknown", "failed") or "unknown" in str(row["states"])]
    in_flight = sum(disasters[f"{each} killed"] for each in ("smsbox", "bearerbox", "engine")) * AT_ONCE
    still = Counter(row["state"] for row in doubted)
    return len(doubted) <= in_flight, f"{len(doubted)} of {in_flight}, by now {dict(still)}: {dict(disasters)}"


def _arrived(
    proof: Proof, rows: list[dict[str, Any]], wanted: list[Text], smsc: NpmSmsc, kannel: Kannel, disasters: Counter[str]
) -> None:
    """The centre's ledger against ours; what is twice there and was asked for once, Kannel has sent twice."""
    ledger, states = smsc.ledger(), _states(rows)
    whole, surplus = put_together(ledger)
    strange = set(whole) - set(wanted)
    proof.claim("what came whole is what was written, in any script", not strange, f"{len(whole)} texts, {len(strange)} strange ones")
    absent = [each for each in wanted if each not in whole]
    honest = [each for each in absent if states.get(each) in ("unknown", "failed")]
    proof.claim("what is absent there stands as unknown or failed in ours", honest == absent, f"{len(absent)} absent of {len(wanted)}")
    requests = _requests(kannel)
    ours = [to for to in surplus if requests[to] != 1]
    proof.claim("what is twice in the centre's ledger Kannel was asked for once", not ours, f"{surplus.total()} parts of {len(surplus)} texts are twice, among {len(ledger)}")
    window = (disasters["links cut"] + disasters["bearerbox killed"]) * KANNELS_WINDOW
    proof.claim("and it is no more than Kannel's windows when links were cut and bearerbox was killed", surplus.total() <= window, f"{surplus.total()} of {window}")


def _receipted(proof: Proof, api: Api, rows: list[dict[str, Any]], smsc: NpmSmsc, door: Door) -> None:
    """Each receipt that Kannel brought us is where it belongs."""
    brought = _brought(door)
    delivered = sum(row["state"] == "delivered" for row in rows)
    nobodys = api.everything("/receipts")
    well = delivered >= len(brought) > 0 and not nobodys
    proof.claim("each receipt that Kannel brought is matched", well, f"{len(brought)} brought, {delivered} texts delivered, {len(nobodys)} receipts are nobody's")
    whole, _ = put_together(smsc.ledger())
    without = [row for row in rows if (row["receiver"], row["text"]) in whole and row["state"] != "delivered"]
    final = Counter(row["state"] for row in rows)
    print(f"          texts at the end: {dict(final)}", flush=True)
    proof.figure("texts_delivered", delivered)
    proof.figure("callbacks", len(door.told))
    proof.figure("callbacks_refused_for_speed_or_not_kept", sum(each.status != 200 for each in door.told))
    proof.figure("texts_taken_whose_receipt_kannel_lost", len(without))


# --- Kannel with its own fakesmsc


def _by_fakesmsc(proof: Proof, api: Api, door: Door, kannel: Kannel) -> None:
    texts, before = told(BY_FAKESMSC, first=TOLD), _brought(door)
    tell = published(api, telling())
    api("PUT", "/gateways/sms", _gateway(door, kannel))
    begin(api, tell, texts)
    kannel.start()
    until(lambda: len(kannel.arrived()) >= FAKESMSC_SMSBOX_KILLED_AT, 60)
    kannel.kill("smsbox")
    time.sleep(DOWN_SECONDS)
    kannel.start_smsbox()
    ended = until(lambda: not is_open(api), PATIENCE) and until(lambda: kannel.waiting() == 0, PATIENCE)
    _settle(api)
    numbers = {to for to, _ in texts}
    rows = [row for row in _ours(api) if row["receiver"] in numbers]
    arrived = Counter(kannel.arrived())
    absent = [each for each in texts if each not in arrived]
    states = _states(rows)
    twice = [each for each, count in arrived.items() if count > 1]
    proof.claim("fakesmsc: what arrives is what was written, nothing twice", ended and not twice and set(arrived) <= set(texts), f"{len(arrived)} of {len(texts)}, {len(twice)} twice")
    honest = all(states.get(each) in ("unknown", "failed") for each in absent)
    proof.claim("fakesmsc: what is absent stands as unknown or failed in ours", honest, f"{len(absent)} absent")
    proof.claim("fakesmsc: at most as many are in doubt as were in flight", *_in_doubt(rows, Counter({"smsbox killed": 1})))
    brought = _brought(door) - before
    delivered = sum(row["state"] == "delivered" for row in rows)
    proof.claim("fakesmsc: each receipt that Kannel brought is matched", delivered == len(brought), f"{len(brought)} brought, {delivered} delivered")


# --- the ledgers


def _ours(api: Api) -> list[dict[str, Any]]:
    return [row for row in api.everything("/messages?direction=out") if row["medium"] == "sms"]


def _states(rows: Iterable[dict[str, Any]]) -> dict[Text, str]:
    return {(row["receiver"], row["text"]): row["state"] for row in rows}


def _settle(api: Api) -> None:
    """Until all is delivered, or nothing has been for ten seconds: receipts are told again each second."""
    end, last, since = time.monotonic() + QUIET, -1, time.monotonic()
    while time.monotonic() < end and time.monotonic() - since < 10:
        count = sum(row["state"] == "delivered" for row in _ours(api))
        if count != last:
            last, since = count, time.monotonic()
        time.sleep(1)


def _requests(kannel: Kannel) -> Counter[str]:
    """How often Kannel was asked for a text to each number; each has one text."""
    return Counter(found.group(1) for line in kannel.access() if (found := _ASKED.search(line)))


def _brought(door: Door) -> set[str]:
    """Our keys of the texts of which Kannel told us that they have arrived, and heard that we know."""
    said = (each for each in door.told if each.path.endswith("/receipts") and each.status == 200)
    return {each.fields["key"] for each in said if each.fields["state"] == "1"}

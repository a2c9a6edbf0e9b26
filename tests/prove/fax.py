"""Two-page faxes out and in, as sound and by T.38, arrive with no dot changed; a person who answers is let go within 20 s.

A second Asterisk is the far end. At once: out as sound, out by T.38, in as sound, in by T.38, and in on a number where
people are asked for a key; a person, silence and a steady whistle that answer; a machine that is busy, and one that does not answer.
Then an engine is killed while a fax goes out, and while one comes in.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from tests.calls.test_calls_out import channels, ended, published, started, until
from tests.calls.test_calls_out_crash import kill_engine
from tests.calls.test_fax import RECEIVING, SENDING, content_of, fax_of, stored, tiff
from tests.product_api import Api
from tests.prove.proof import Proof
from tests.telephony.fax_machine import (
    AUDIO,
    BUSY,
    PERSON,
    RINGS,
    SILENT,
    T38,
    WHISTLE,
    FaxMachine,
    differing,
    drawn,
    save,
)

AT_ONCE: dict[str, Any] = {
    "callweave": 1, "name": "Fax number", "languages": ["en"], "start": "pick_up",
    "nodes": {"pick_up": {"type": "answer", "outlets": {"done": "fax"}}, **{
        id: RECEIVING["nodes"][id] for id in ("fax", "received", "broken")}},
}  # fmt: skip
CASES = (("in as sound", "7320", "F"), ("in by T.38", "7321", "z"), ("in by its tone", "7310", "F"))


def prove(proof: Proof) -> None:
    copy = proof.copy()
    api = Api(copy)
    out, back = drawn("There", "and more"), drawn("Back", "and the end")
    stored(copy, "letter", "letter.tif", tiff(out))
    sending = published(api, {**SENDING, "nodes": {**SENDING["nodes"], "send": {
        **SENDING["nodes"]["send"], "config": {**SENDING["nodes"]["send"]["config"], "tries": 1}}}})  # fmt: skip
    flows = {"7310": api.bound(RECEIVING, "7310"), "7320": api.bound(AT_ONCE, "7320"), "7321": api.bound(AT_ONCE, "7321")}
    file = save(back, proof.folder / "back.tif")
    with FaxMachine(proof.folder / "far", copy.sip_peer_port, copy.sip_port) as far:
        numbers = [f"80{number}{who}" for number, who in enumerate((AUDIO, T38, PERSON, SILENT, WHISTLE, BUSY, RINGS))]
        sessions = {number[-1]: started(api, sending, number) for number in numbers}
        for _, number, flags in CASES:
            far.send(number, file, flags=flags)
        over = {who: ended(api, session, 300) for who, session in sessions.items()}
        faxes = {who: fax_of(api, session) for who, session in sessions.items()}
        for who, name, medium in ((AUDIO, "out as sound", "audio"), (T38, "out by T.38", "t38")):
            number = next(number for number in numbers if number[-1] == who)
            changed = differing(out, far.received(number)) if over[who]["outcome"] == "sent" else over[who]
            seen = (faxes[who]["pages"], faxes[who]["medium"], changed)
            proof.claim(f"{name}: two pages, no dot changed", seen == (2, medium, [0, 0]), seen)
            proof.figure(f"seconds {name}", seconds(faxes[who]))
        for who, name in ((PERSON, "a person"), (SILENT, "silence"), (WHISTLE, "a whistle")):
            took = seconds(faxes[who])
            well = faxes[who]["cause"] == "no_fax_machine" and took <= 20
            proof.claim(f"{name} that answers is let go within 20 s", well, f"{took:.1f} s, {faxes[who]['cause']}")
        for who, fate in ((BUSY, "busy"), (RINGS, "no_answer")):
            proof.claim(f"{fate} leaves by its outlet", over[who]["outcome"] == fate == faxes[who]["fate"], faxes[who]["fate"])
        for name, number, flags in CASES:
            [came] = api.ended_sessions(flows[number], 1, 200)
            fax = fax_of(api, came["id"])
            page = proof.folder / f"{number}.tif"
            page.write_bytes(content_of(copy, fax["asset"], 1) if fax["asset"] else b"")
            changed = differing(back, page) if came["outcome"] == "received" else came
            wanted = "t38" if flags == "z" else "audio"
            seen = (fax["pages"], fax["medium"], changed)
            proof.claim(f"{name}: two pages, no dot changed", seen == (2, wanted, [0, 0]), seen)

        session = started(api, sending, f"809{AUDIO}")
        until(lambda: len(channels(copy)) > 0, 60)
        far.send("7320", file)
        until(lambda: len(channels(copy)) > 1, 60)
        time.sleep(10)
        kill_engine(copy)
        sent = ended(api, session, 200)
        proof.claim("an engine killed while a fax goes out: it arrives once", (sent["outcome"], changed_of(out, far)) == ("sent", [0, 0]), sent["outcome"])
        came = max(api.ended_sessions(flows["7320"], 2, 200), key=lambda one: str(one["id"]))
        page.write_bytes(content_of(copy, fax_of(api, came["id"])["asset"], 1))
        seen = (came["outcome"], differing(back, page))
        proof.claim("an engine killed while a fax comes in: it is kept", seen == ("received", [0, 0]), seen)
        until(lambda: channels(copy) == [], 30)
        left = [path.name for path in (copy.data / "asterisk" / "spool" / "recording").iterdir()]
        proof.claim("no channel and no file is left", left == [], left or "none")


def changed_of(out: list[Any], far: FaxMachine) -> list[int]:
    return differing(out, far.received(f"809{AUDIO}"))


def seconds(fax: dict[str, Any]) -> float:
    """From the answer to the end."""
    began, over = (datetime.fromisoformat(fax[name]) for name in ("answered_at", "ended_at"))
    return (over - began).total_seconds()

"""The gateway against a message centre of our own: windows, speed, cuts, receipts and texts, and hostile centres."""

from __future__ import annotations

import asyncio
import ssl
import struct
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.gateway import Carried, LeaseOver, NotNow, Refused, Unsure
from engine.adapters.message_news import News, NotKept, Receipt, TextReceived
from engine.adapters.smpp import pdu
from engine.adapters.smpp.bodies import Address, Message
from engine.adapters.smpp.pdu import Pdu
from tests.adapters.smpp.gateway import opened, text
from tests.adapters.smpp.smsc import Session, Smsc, seen
from tests.telephony.certificates import Authority

TOO_FAST = 0x58


def in_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """An async test as pytest knows one."""

    def run() -> None:
        asyncio.run(asyncio.wait_for(test(), 60))

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


async def outcome(sending: Awaitable[Carried]) -> str:
    """What became of a text, in a word and its reason."""
    try:
        carried = await sending
    except (NotNow, Refused, Unsure) as error:
        return f"{next(kind.__name__ for kind in (NotNow, Refused, Unsure) if isinstance(error, kind))}: {error.reason}"
    return ",".join(carried.parts)


def from_phone(words: str, **fields: Any) -> Message:
    return Message(**{"source": Address("13800000001", 1, 1), "to": Address("106900"), "octets": words.encode(), **fields})


# --- texts that leave


@in_loop
async def test_a_text_is_taken_in_its_parts() -> None:
    centre = await Smsc().start()
    async with opened(centre.port) as gateway:
        carried = await gateway.carry_out(text("好" * 100), "k")
        assert (carried.reference, carried.parts) == ("00000001", ("00000001", "00000002"))
        assert [message.octets[:3].hex() for _, message in centre.ledger] == ["050003"] * 2
    await seen(lambda: centre.asked[-1].command == pdu.UNBIND)
    await centre.stop()


@in_loop
async def test_no_more_than_the_window_is_on_its_way() -> None:
    centre, held = Smsc(), []

    def judge(session: Session, message: Message) -> None:
        held.append(session)

    centre.judge = judge
    await centre.start()
    async with opened(centre.port, window=7, binds=2) as gateway:
        sendings = [asyncio.create_task(gateway.carry_out(text(to=f"138{n}"), "k")) for n in range(30)]
        await centre.bound(2)
        await seen(lambda: len(held) == 14)
        await asyncio.sleep(0.2)
        assert Counter(held) == dict.fromkeys(centre.sessions, 7), "fourteen on two binds, evenly"
        centre.judge = lambda session, message: f"id{len(centre.ledger)}"
        waiting = [unit for unit in centre.asked if unit.command == pdu.SUBMIT_SM]
        for number, (session, unit) in enumerate(zip(held, waiting, strict=True)):
            session.send(unit.answer(0, f"late{number}".encode() + b"\0"))
        assert len({carried.reference for carried in await asyncio.gather(*sendings)}) == 30
    await centre.stop()


@in_loop
async def test_one_connection_for_each_way() -> None:
    centre = await Smsc().start()
    async with opened(centre.port, bind_as="transmitter_receiver") as gateway:
        await gateway.carry_out(text(), "k")
        kinds = {session.bound_as for session in await centre.bound(2)}
        assert kinds == {pdu.BIND_TRANSMITTER, pdu.BIND_RECEIVER}
    await centre.stop()


@in_loop
async def test_a_centre_that_says_too_fast_is_spoken_to_slowly() -> None:
    """The throttle of 50 in any second: all arrive once, and the refusals are few."""
    taken: list[float] = []
    refused = 0

    def judge(session: Session, message: Message) -> str | int:
        nonlocal refused
        now = time.monotonic()
        if sum(moment > now - 1 for moment in taken[-50:]) >= 50:
            refused += 1
            return TOO_FAST
        taken.append(now)
        return f"id{len(taken)}"

    centre = await Smsc(judge).start()
    async with opened(centre.port, window=50) as gateway:
        at_once = asyncio.Semaphore(60)

        async def one(number: int) -> str:
            async with at_once:
                return await outcome(gateway.carry_out(text(to=f"138{number}"), "k"))

        ended = await asyncio.gather(*(one(number) for number in range(250)))
    assert all(each.startswith("id") for each in ended) and len({m.to.digits for _, m in centre.ledger}) == 250
    assert refused < 80
    await centre.stop()


@in_loop
async def test_what_a_rate_says_counts_parts() -> None:
    moments: list[float] = []

    def judge(session: Session, message: Message) -> str:
        moments.append(time.monotonic())
        return "id"

    centre = await Smsc(judge).start()
    async with opened(centre.port, rate=50) as gateway:
        await asyncio.gather(*(gateway.carry_out(text("好" * 100, to=f"138{n}"), "k") for n in range(25)))
    assert 0.9 < moments[-1] - moments[0] < 3
    await centre.stop()


@in_loop
async def test_what_the_centre_refuses_for_good_is_refused_by_its_name() -> None:
    centre = await Smsc(lambda session, message: 0x0B).start()
    async with opened(centre.port) as gateway:
        assert await outcome(gateway.carry_out(text(), "k")) == "Refused: ESME_RINVDSTADR"
        asked = [unit for unit in centre.asked if unit.command == pdu.SUBMIT_SM]
        assert len(asked) == 1
        centre.judge = lambda session, message: "id" if message.octets[5] == 1 else 0x45
        assert await outcome(gateway.carry_out(text("好" * 100), "k")) == "Refused: part 2 of 2: ESME_RSUBMITFAIL"
    await centre.stop()


@in_loop
async def test_a_part_that_is_not_taken_is_tried_again_when_another_has_left() -> None:
    centre = await Smsc().start()
    centre.judge = lambda session, message: 0x08 if len(centre.asked) in (3, 4) else f"id{len(centre.ledger)}"
    async with opened(centre.port) as gateway:
        assert await outcome(gateway.carry_out(text("好" * 100), "k")) == "id0,id1"
    await centre.stop()


@in_loop
async def test_not_bound_is_not_now() -> None:
    centre = await Smsc(password="another").start()
    async with opened(centre.port) as gateway:
        ended = await outcome(gateway.carry_out(text(), "k"))
        assert ended == "NotNow: not bound: the bind was refused: ESME_RINVPASWD"
    await centre.stop()
    async with opened(centre.port) as gateway:
        assert (await outcome(gateway.carry_out(text(), "k"))).startswith("NotNow: not bound: no connection")
    async with opened(centre.port, allowed="") as gateway:
        assert "CALLWEAVE_ALLOW_HOSTS" in await outcome(gateway.carry_out(text(), "k"))


@in_loop
async def test_a_link_that_is_cut_leaves_unknown_what_was_on_its_way_and_nothing_else() -> None:
    centre = await Smsc(lambda session, message: None).start()
    async with opened(centre.port, window=5) as gateway:
        sendings = [asyncio.create_task(outcome(gateway.carry_out(text(to=f"138{n}"), "k"))) for n in range(12)]
        [session] = await centre.bound()
        await seen(lambda: sum(unit.command == pdu.SUBMIT_SM for unit in centre.asked) == 5)
        centre.judge = lambda session, message: f"id{len(centre.ledger)}"
        session.cut()
        ended = await asyncio.gather(*sendings)
    assert Counter(each[:6] for each in ended) == {"Unsure": 5} | {f"id{n}": 1 for n in range(7)}
    assert all(number == 1 for number in Counter(message.to.digits for _, message in centre.ledger).values())
    await centre.stop()


@in_loop
async def test_no_answer_in_time_is_unsure_and_a_silent_centre_is_left() -> None:
    centre = await Smsc(lambda session, message: None).start()
    async with opened(centre.port, timeout=1) as gateway:
        assert await outcome(gateway.carry_out(text(), "k")) == "Unsure: no answer within 1 s"
        [first] = await centre.bound()
        await seen(lambda: any(unit.command == pdu.ENQUIRE_LINK for unit in centre.asked))
        centre.silent.add(pdu.ENQUIRE_LINK)
        await outcome(gateway.carry_out(text(), "k"))
        await seen(lambda: first not in centre.sessions)
        assert await centre.bound()
    await centre.stop()


@in_loop
async def test_a_centre_that_says_nothing_is_asked_whether_it_is_there() -> None:
    centre = await Smsc().start()
    async with opened(centre.port, enquire_link=1):
        await seen(lambda: [unit.command for unit in centre.asked].count(pdu.ENQUIRE_LINK) == 2)
    await centre.stop()


@in_loop
async def test_a_centre_that_comes_back_is_bound_again() -> None:
    centre = await Smsc().start()
    async with opened(centre.port) as gateway:
        await centre.bound()
        await centre.stop()
        await asyncio.sleep(0.2)
        sending = asyncio.create_task(gateway.carry_out(text(), "k"))
        await asyncio.sleep(0.5)
        await centre.start()
        assert (await sending).reference == "00000001"
        [session] = await centre.bound()
        assert (await session.ask(pdu.ENQUIRE_LINK)).status == 0
        await session.ask(pdu.UNBIND)
        await seen(lambda: session not in centre.sessions)
        assert (await gateway.carry_out(text(), "k")).reference == "00000002"
    await centre.stop()


@in_loop
async def test_nothing_leaves_when_the_lease_is_over() -> None:
    centre, ours = await Smsc().start(), [True]
    async with opened(centre.port, may_act=lambda: ours[0]) as gateway:
        await gateway.carry_out(text(), "k")
        ours[0] = False
        with pytest.raises(LeaseOver):
            await gateway.carry_out(text(), "k")
        assert len(centre.ledger) == 1
    await centre.stop()


@in_loop
async def test_who_is_stopped_before_it_left_has_not_left() -> None:
    centre = await Smsc(lambda session, message: None).start()
    async with opened(centre.port, window=1) as gateway:
        first, second = (asyncio.create_task(outcome(gateway.carry_out(text(to=to), "k"))) for to in ("1", "2"))
        await seen(lambda: any(unit.command == pdu.SUBMIT_SM for unit in centre.asked))
        second.cancel()
        assert await second == "NotNow: stopped before it left"
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
    await centre.stop()


# --- what comes in


@in_loop
async def test_what_comes_in_is_acknowledged_when_it_is_kept() -> None:
    kept: list[News] = []
    keep = asyncio.Event()

    async def report(news: News) -> None:
        await keep.wait()
        kept.append(news)

    centre = await Smsc().start()
    async with opened(centre.port, report=report):
        [session] = await centre.bound()
        delivering = asyncio.create_task(session.deliver(from_phone("yes")))
        await asyncio.sleep(0.2)
        assert not delivering.done() and not kept
        keep.set()
        assert (await delivering).status == 0
        receipt = from_phone("id:7 stat:DELIVRD err:000", esm_class=4)
        assert (await session.deliver(receipt)).status == 0
    assert [type(news) for news in kept] == [TextReceived, Receipt]
    await centre.stop()


@in_loop
async def test_what_cannot_be_kept_is_to_be_brought_again() -> None:
    reasons: list[Exception] = [NotKept("no"), OSError("disk full")]

    async def report(news: News) -> None:
        if reasons:
            raise reasons.pop()

    centre = await Smsc().start()
    async with opened(centre.port, report=report):
        [session] = await centre.bound()
        assert [(await session.deliver(from_phone("yes"))).status for _ in range(3)] == [0x64, 0x64, 0]
        assert (await session.ask(pdu.DELIVER_SM, b"\0\1")).status == 0x66, "this can never be read"
    await centre.stop()


@in_loop
async def test_what_was_kept_when_the_link_was_cut_is_not_kept_twice() -> None:
    kept: list[News] = []
    keep = asyncio.Event()

    async def report(news: News) -> None:
        kept.append(news)
        await keep.wait()

    centre = await Smsc().start()
    async with opened(centre.port, report=report):
        [session] = await centre.bound()
        session.send(Pdu(pdu.DELIVER_SM, 0, 1, from_phone("yes").encode()))
        await seen(lambda: kept)
        session.cut()
        await seen(lambda: not centre.sessions)
        keep.set()
        [session] = await centre.bound()
        assert (await session.deliver(from_phone("yes"))).status == 0 and len(kept) == 1, "the centre brings it again"
        assert (await session.deliver(from_phone("yes"))).status == 0 and len(kept) == 2, "he says it again"
    await centre.stop()


@in_loop
async def test_much_that_comes_at_once_is_held_back_and_all_kept() -> None:
    there = most = 0

    async def report(news: News) -> None:
        nonlocal there, most
        there += 1
        most = max(most, there)
        await asyncio.sleep(0.01)
        there -= 1

    centre = await Smsc().start()
    async with opened(centre.port, report=report):
        [session] = await centre.bound()
        answers = await asyncio.gather(*(session.deliver(from_phone(str(n)), 30) for n in range(10_000)))
    assert Counter(answer.status for answer in answers) == {0: 10_000}
    assert most < 6_000, "what one look into the socket brought, and no more"
    await centre.stop()


# --- hostile centres


@pytest.mark.parametrize(
    "octets",
    [
        struct.pack(">IIII", 2**31, pdu.DELIVER_SM, 0, 1), struct.pack(">IIII", 3, 0, 0, 0), b"HTTP/1.1 400 Bad Request\r\n\r\n",
        Pdu(0x7777, 0, 1).encode(), Pdu(0x80007777, 0, 1).encode(), bytes(64),
    ],
)  # fmt: skip
def test_who_speaks_no_smpp_is_left(octets: bytes) -> None:
    async def scenario() -> None:
        centre = await Smsc().start()
        async with opened(centre.port) as gateway:
            [session] = await centre.bound()
            session.writer.write(octets)
            await seen(lambda: session not in centre.sessions)
            assert (await gateway.carry_out(text(), "k")).reference == "00000001", "and bound again"
        await centre.stop()

    asyncio.run(asyncio.wait_for(scenario(), 30))


@in_loop
async def test_answers_that_nobody_asked_for_change_nothing() -> None:
    centre = await Smsc().start()
    async with opened(centre.port) as gateway:
        [session] = await centre.bound()
        for sequence in (0, 77, 2**31):
            session.send(Pdu(pdu.SUBMIT_SM | pdu.RESPONSE, 0, sequence, b"forged\0"))
        session.send(Pdu(pdu.GENERIC_NACK, 3, 99))
        session.send(Pdu(pdu.ALERT_NOTIFICATION, 0, 5, b"x" * 20))
        assert (await session.ask(0x103, b"data_sm")).command == pdu.GENERIC_NACK
        assert (await gateway.carry_out(text(), "k")).reference == "00000001"
    await centre.stop()


@in_loop
async def test_a_centre_that_accepts_and_is_silent_binds_nothing() -> None:
    centre = await Smsc().start()
    centre.silent.add(pdu.BIND_TRANSCEIVER)
    async with opened(centre.port) as gateway:
        assert (await outcome(gateway.carry_out(text(), "k"))).startswith("NotNow: not bound")
    await centre.stop()


# --- TLS


def test_a_centre_by_tls_is_bound_if_its_certificate_is_trusted(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "ours")
    certificate, key = authority.certify()
    secured = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secured.load_cert_chain(certificate, key)

    async def scenario() -> None:
        centre = await Smsc().start(secured)
        async with opened(centre.port, tls=True, ca=authority.file.read_text()) as gateway:
            assert (await gateway.carry_out(text(), "k")).reference == "00000001"
        async with opened(centre.port, tls=True) as gateway:
            assert "certificate verify failed" in (await outcome(gateway.carry_out(text(), "k"))).lower()
        assert len(centre.ledger) == 1
        await centre.stop()

    asyncio.run(asyncio.wait_for(scenario(), 30))

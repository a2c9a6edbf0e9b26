"""Units, texts, parts, receipts and the pace: what needs no connection."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.gateway import NotNow, Refused
from engine.adapters.message_news import PartOf, Receipt, TextReceived
from engine.adapters.smpp import bodies, incoming, outgoing, pdu
from engine.adapters.smpp.bodies import Address, Message, read_message
from engine.adapters.smpp.pdu import Frames, Garbled, Pdu
from engine.adapters.smpp.throttle import Throttle
from engine.texting.alphabet import from_septets
from engine.texting.packing import fill_behind, packed, unpacked
from tests.adapters.smpp.gateway import config, text

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CHINESE = "您好，这是一条较长的短信，分成几段发送，到手机上又是一条。"


def sent(words: str, **fields: Any) -> list[Message]:
    return [read_message(body) for body in outgoing.parts(config(**fields), text(words), 7)]


def whole(messages: list[Message], **fields: Any) -> str:
    """What a phone makes of the parts."""
    found = [incoming.news(config(**fields), message, NOW) for message in messages]
    return "".join(each.text for each in found if isinstance(each, TextReceived))


# --- units


def test_units_are_cut_wherever_the_network_cuts() -> None:
    units = [Pdu(pdu.SUBMIT_SM, 0, number, b"x" * (number * 37)) for number in range(1, 40)]
    wire = b"".join(unit.encode() for unit in units)
    for seed in range(20):
        chance, frames, found, at = random.Random(seed), Frames(), [], 0
        while at < len(wire):
            size = chance.randint(1, 700)
            found += frames.feed(wire[at : at + size])
            at += size
        assert found == units


@pytest.mark.parametrize("length", [0, 15, 70_001, 2**31, 2**32 - 1])
def test_a_length_that_cannot_be_is_seen_in_its_first_octets(length: int) -> None:
    with pytest.raises(Garbled):
        Frames().feed(length.to_bytes(4))


@given(st.binary(max_size=400))
def test_whatever_stands_in_a_unit_is_read_or_garbled(body: bytes) -> None:
    for read in (read_message, lambda body: bodies.texts(body, 3), bodies.message_id):
        try:
            read(body)
        except Garbled:
            pass


@given(st.data())
def test_a_message_that_was_changed_on_the_way_is_read_or_garbled(data: st.DataObject) -> None:
    [body] = outgoing.parts(config(), text("hello"), 1)
    places = data.draw(st.lists(st.tuples(st.integers(0, len(body) - 1), st.integers(0, 255)), max_size=6))
    changed = bytearray(body)
    for place, value in places:
        changed[place] = value
    try:
        message = read_message(bytes(changed[: data.draw(st.integers(0, len(body)))]))
        incoming.news(config(), message, NOW)
    except Garbled:
        pass


@given(st.text(max_size=20), st.binary(max_size=254), st.dictionaries(st.integers(0, 65535), st.binary(max_size=300)))
def test_a_message_is_read_as_it_was_written(name: str, octets: bytes, options: dict[int, bytes]) -> None:
    name = name.encode("latin-1", "replace").replace(b"\0", b"").decode("latin-1")
    message = Message(
        source=Address(name, 5, 0), to=Address("138", 1, 1), octets=octets, esm_class=0x40, data_coding=8,
        registered_delivery=1, options=options,
    )  # fmt: skip
    assert read_message(message.encode()) == message


# --- texts that leave


@pytest.mark.parametrize(
    ("words", "count", "coding"),
    [
        ("hello", 1, 0), ("a" * 160, 1, 0), ("a" * 161, 2, 0), ("€" * 80, 1, 0), ("€" * 81, 2, 0), ("a" * 306, 2, 0), ("a" * 307, 3, 0),
        ("好" * 70, 1, 8), ("好" * 71, 2, 8), ("好" * 134, 2, 8), ("好" * 135, 3, 8), ("😀" * 35, 1, 8), ("😀" * 36, 2, 8), ("", 1, 0),
    ],
)  # fmt: skip
def test_a_text_takes_the_fewest_parts(words: str, count: int, coding: int) -> None:
    parts = sent(words)
    assert [(part.data_coding, part.esm_class) for part in parts] == [(coding, 0x40 if count > 1 else 0)] * count
    assert all(len(part.octets) <= (160 if coding == 0 else 140) for part in parts)
    if count > 1:
        assert [part.octets[:6] for part in parts] == [bytes((5, 0, 3, 7, count, n)) for n in range(1, count + 1)]
    assert whole(parts) == words


@pytest.mark.parametrize("fields", [{"gsm7": "packed"}, {"long_texts": "message_payload"}, {"ucs2_coding": 0x18}])
@pytest.mark.parametrize("words", ["hello", "1234567", "a{b}€" * 60, CHINESE * 6])
def test_a_text_is_whole_again_however_it_is_written(fields: dict[str, Any], words: str) -> None:
    assert whole(sent(words, **fields), **fields) == words


def test_a_long_text_may_be_the_centres_to_divide() -> None:
    [only] = sent(CHINESE * 6, long_texts="message_payload")
    assert only.octets == b"" and only.options[bodies.MESSAGE_PAYLOAD].decode("utf-16-be") == CHINESE * 6


@given(st.binary(max_size=160), st.integers(0, 6))
def test_septets_are_packed_and_unpacked(octets: bytes, fill: int) -> None:
    septets = bytes(octet & 0x7F for octet in octets)
    there = unpacked(packed(septets, fill), fill)
    assert there == septets or there + b"\0" == septets, "one @ at the end may be lost"


def test_packing_is_that_of_the_standard() -> None:
    assert packed(b"hellohello").hex() == "e8329bfd4697d9ec37"
    assert (fill_behind(6), fill_behind(7), fill_behind(0)) == (1, 0, 0)
    assert len(packed(b"a" * 153, fill_behind(6))) == 134 and from_septets(unpacked(b"\xe8\x32\x9b\xfd\x06")) == "hello"


@pytest.mark.parametrize(
    ("sender", "address"),
    [("106900", Address("106900", 0, 1)), ("+8610", Address("8610", 1, 1)), ("Clinic", Address("Clinic", 5, 0))],
)  # fmt: skip
def test_who_sends(sender: str, address: Address) -> None:
    assert sent("hi", sender=sender)[0].source == address
    assert sent("hi", sender=sender, sender_ton=3, sender_npi=9)[0].source == Address(address.digits, 3, 9)


@pytest.mark.parametrize(
    ("written", "form", "address"),
    [
        ("13800000001", "digits", Address("13800000001", 0, 1)), ("+8613800000001", "digits", Address("8613800000001", 1, 1)),
        ("+86138", "as_given", Address("+86138", 1, 1)), ("138", "plus", Address("+138", 0, 1)),
    ],
)  # fmt: skip
def test_to_whom(written: str, form: str, address: Address) -> None:
    assert outgoing.number(config(to_format=form), written) == address


@pytest.mark.parametrize("command", [text(to="1" * 21), text(to=""), text(to="１３８"), text(sender="诊所"), text("好" * 20_000)])
def test_what_cannot_be_written_is_refused(command: Any) -> None:
    with pytest.raises(Refused):
        outgoing.parts(config(), command, 1)


@pytest.mark.parametrize(
    ("status", "raised", "word"),
    [
        (0x58, NotNow, "ESME_RTHROTTLED"), (0x14, NotNow, "ESME_RMSGQFUL"), (0x08, NotNow, "ESME_RSYSERR"),
        (0x0B, Refused, "ESME_RINVDSTADR"), (0x45, Refused, "ESME_RSUBMITFAIL"), (0x4FF, Refused, "status 0x000004FF"),
        (0x400, NotNow, "status 0x00000400"),
    ],
)  # fmt: skip
def test_what_a_status_means(status: int, raised: type[Exception], word: str) -> None:
    with pytest.raises(raised, match=word):
        outgoing.taken(config(try_again=[0x400]), Pdu(pdu.SUBMIT_SM | pdu.RESPONSE, status, 1))


# --- what comes in

RECEIPT = "id:{} sub:001 dlvrd:001 submit date:2611220900 done date:2611220901 stat:{} err:{} text:hello"


def delivered(content: str | bytes, **fields: Any) -> Message:
    octets = content if isinstance(content, bytes) else content.encode("latin-1")
    return Message(**{"source": Address("13800000001", 1, 1), "to": Address("106900"), "octets": octets, **fields})


@pytest.mark.parametrize(
    ("message", "fields", "reference", "state", "reason"),
    [
        (delivered(RECEIPT.format("0000001a", "DELIVRD", "000"), esm_class=4), {}, "0000001a", "delivered", ""),
        (delivered(RECEIPT.format("26", "UNDELIV", "012"), esm_class=4), {"message_ids": "hex_then_decimal"}, "26", "failed", "012"),
        (delivered(RECEIPT.format("1A", "EXPIRED", "000"), esm_class=4), {"message_ids": "decimal_then_hex"}, "26", "expired", ""),
        (delivered("", esm_class=4, options={0x1E: b"0000001a\0", 0x427: b"\x02"}), {}, "0000001a", "delivered", ""),
        (delivered("", options={0x1E: b"0000001a\0", 0x427: b"\x08"}), {}, "0000001a", "failed", ""),
        (delivered("", esm_class=4, options={0x1E: b"1a\0", 0x427: b"\x01"}), {"message_ids": "hex_then_decimal"}, "26", "buffered", ""),
        (delivered("", esm_class=4, options={0x424: RECEIPT.format("7", "DELIVRD", "000").encode()}), {}, "7", "delivered", ""),
        (delivered("id:7 stat:ACCEPTD", esm_class=0x20), {}, "7", "buffered", ""),
        (delivered("ID:abc-7 done STAT:rejectd ERR:9", esm_class=4), {}, "abc-7", "failed", "9"),
        (delivered("id:7 stat:WHATEVER", esm_class=4), {}, "7", "unknown", ""),
    ],
)  # fmt: skip
def test_receipts(message: Message, fields: dict[str, Any], reference: str, state: str, reason: str) -> None:
    news = incoming.news(config(**fields), message, NOW)
    assert news == Receipt(reference=reference, state=state, at=NOW, reason=reason, receiver="+13800000001")  # type: ignore[arg-type]


def test_an_id_in_two_number_systems_is_one() -> None:
    answer = Pdu(pdu.SUBMIT_SM | pdu.RESPONSE, 0, 1, b"0000001A\0")
    assert outgoing.taken(config(message_ids="hex_then_decimal"), answer) == "26"
    assert outgoing.taken(config(), answer) == "0000001A"


def test_a_receipt_of_nothing_is_garbled_and_a_text_like_one_is_a_text() -> None:
    with pytest.raises(Garbled):
        incoming.news(config(), delivered("well?", esm_class=4), NOW)
    forged = incoming.news(config(), delivered(RECEIPT.format("1", "DELIVRD", "000")), NOW)
    assert isinstance(forged, TextReceived), "a phone cannot set esm_class"


@pytest.mark.parametrize(
    ("message", "words", "part"),
    [
        (delivered("hello"), "hello", None),
        (delivered(b"\x00\x1b\x65"), "@€", None),
        (delivered("是".encode("utf-16-be"), data_coding=8), "是", None),
        (delivered("é".encode("latin-1"), data_coding=3), "é", None),
        (delivered("是".encode("utf-16-be"), data_coding=0x18), "是", None),
        (delivered(b"ok", data_coding=0xF1), "ok", None),
        (delivered(b"\xe9", data_coding=0xF5), "é", None),
        (delivered(b"\x05\x00\x03\x2a\x02\x01" + "您好".encode("utf-16-be"), esm_class=0x40, data_coding=8), "您好", (42, 1, 2)),
        (delivered(b"\x06\x08\x04\x01\x2a\x02\x02" + b"end", esm_class=0x40), "end", (0x12A, 2, 2)),
        (delivered(b"\x05\x00\x03\x2a\x02\x03" + b"lies", esm_class=0x40), "lies", None),
        (delivered(b"\xff\x00\x03", esm_class=0x40, data_coding=3), "\xff\x00\x03", None),
        (delivered("part", options={0x20C: b"\x01\x00", 0x20E: b"\x03", 0x20F: b"\x02"}), "part", (256, 2, 3)),
        (delivered("part", options={0x20C: b"\x01\x00", 0x20E: b"\x00", 0x20F: b"\x02"}), "part", None),
        (delivered("", data_coding=8, options={0x424: (CHINESE * 9).encode("utf-16-be")}), CHINESE * 9, None),
    ],
)  # fmt: skip
def test_texts_for_us(message: Message, words: str, part: tuple[int, int, int] | None) -> None:
    news = incoming.news(config(), message, NOW)
    assert isinstance(news, TextReceived) and (news.sender, news.receiver) == ("+13800000001", "106900")
    assert news.text == words
    assert news.part == (part and PartOf(reference=part[0], number=part[1], total=part[2]))


# --- the pace


def test_a_rate_is_kept_evenly() -> None:
    throttle = Throttle(50.0)
    moments = [throttle.moment(100.0) for _ in range(51)]
    assert moments[0] == 100.0 and moments[50] == pytest.approx(101.0)


def test_it_goes_slower_when_told_and_faster_again_later() -> None:
    throttle, now = Throttle(None), 100.0
    for _ in range(50):
        assert throttle.moment(now) == now
        throttle.took(now)
    throttle.too_fast(now + 0.1)
    throttle.too_fast(now + 0.2)
    assert throttle.rate == pytest.approx(45.0) and throttle.holds(now + 1.0) and not throttle.holds(now + 1.2)
    assert throttle.moment(now + 0.3) == pytest.approx(now + 1.1), "nothing leaves for a second"
    for second in range(7, 600):
        throttle.moment(now + second)
    assert throttle.rate is None


def test_it_does_not_rise_above_what_was_set() -> None:
    throttle = Throttle(50.0)
    throttle.too_fast(100.0)
    assert throttle.rate == pytest.approx(22.5)
    for second in range(102, 300):
        throttle.moment(float(second))
    assert throttle.rate == 50.0


# --- the set-up


@pytest.mark.parametrize(
    "fields",
    [
        {"host": "a b"}, {"secrets": {}}, {"secrets": {"word": "x"}}, {"system_id": "x" * 16}, {"window": 0}, {"port": 70_000},
        {"ca": "no certificate"}, {"gsm7_coding": 256}, {"sender_ton": -1}, {"unknown": 1}, {"system_id": "诊所"},
    ],
)  # fmt: skip
def test_a_wrong_set_up_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        config(**fields)

"""What HL7 messages are answered, and that nothing which comes can break it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.faults import Fault, from_validation
from engine.sources.hl7.accepting import sampled, taken
from engine.sources.hl7.answering import answers, of_mapping
from engine.sources.hl7.config import Hl7Config
from engine.sources.hl7.framing import BadBlock, Block
from tests.sources.hl7_messages import AT, PID, admission, message, msh, report

CONFIG = Hl7Config()


def answered(content: bytes | BadBlock, config: Hl7Config = CONFIG, faults: list[Fault] | None = None) -> list[str]:
    """The segments of all answers, without what changes each time."""
    one = taken(content if isinstance(content, BadBlock) else Block(content), config)
    assert one is not None
    found = answers(one.message, one.wrong or tuple(of_mapping(faults or [])), at=AT, id="X")
    return [line for answer in found for line in answer.decode(one.message.codec).split("\r") if line]


@pytest.mark.parametrize(
    ("content", "letter", "code", "place"),
    [
        (b"hello", "AR", "100", "MSH^1"),
        (b"", "AR", "100", "MSH^1"),
        (message(msh(version="3.0")), "AR", "203", "MSH^1^12"),
        (message(msh("QBP^Q11")), "AR", "200", "MSH^1^9"),
        (message(msh(purpose="T")), "AR", "202", "MSH^1^11"),
        (message(msh("", "C1")), "AE", "101", "MSH^1^9"),
        (message(msh("ADT^A01", "")), "AE", "101", "MSH^1^10"),
        (message(msh(charset="UNICODE UTF-16")), "AE", "103", "MSH^1^18"),
        (message(msh(), "pid|1"), "AE", "100", "pid^2"),
        (message(msh(), "PIDX|1"), "AE", "100", "PID^2"),
        (message(msh(charset="ASCII"), PID), "AE", "102", "PID^1^5"),
        (BadBlock("too_long", admission()[:200], 9_999_999), "AR", "207", ""),
        (BadBlock("cut_short", admission()[:200], 200), "AE", "207", ""),
    ],
)
def test_what_is_wrong_is_answered_with_its_place(content: Any, letter: str, code: str, place: str) -> None:
    lines = answered(content)
    msa, err = lines[1].split("|"), lines[2].split("|")
    assert msa[:2] == ["MSA", letter] and len(msa[3]) > 5
    assert (err[2], err[3].split("^")[0], err[4], bool(err[8])) == (place, code, "E", True)


def test_a_good_message_and_one_that_cannot_be_mapped() -> None:
    assert answered(admission("C7")) == [
        "MSH|^~\\&|IVR|CW|HIS|HOSP|20261121130000+0000||ACK^A01^ACK|X|P|2.5.1||||||UNICODE UTF-8", "MSA|AA|C7",
    ]  # fmt: skip
    lines = answered(admission(), faults=[Fault("fields.name", "is required")])
    assert lines[1] == "MSA|AE|C1|fields.name: is required"
    assert lines[2] == "ERR|||207^Application internal error^HL70357|E|||fields.name: is required|fields.name: is required"
    old = answered(message(msh("ADT^A01", version="2.3", charset="ASCII"), PID))
    assert old[0].split("|")[8] == "ACK^A01" and old[2] == "ERR|PID^1^5^102&Data type error"


@pytest.mark.parametrize(
    ("accept", "good", "unmapped", "rejected"),
    [
        ("|", ["AA"], ["AE"], ["AR"]),
        ("AL|NE", ["CA"], ["CA"], ["CR"]),
        ("NE|AL", ["AA"], ["AE"], ["AR"]),
        ("AL|AL", ["CA", "AA"], ["CA", "AE"], ["CR", "AR"]),
        ("ER|SU", ["AA"], [], ["CR"]),
        ("SU|ER", ["CA"], ["CA", "AE"], ["AR"]),
        ("NE|NE", [], [], []),
    ],
)
def test_both_modes(accept: str, good: list[str], unmapped: list[str], rejected: list[str]) -> None:
    def letters(content: bytes, faults: list[Fault] | None = None) -> list[str]:
        return [line.split("|")[1] for line in answered(content, faults=faults) if line.startswith("MSA")]

    assert letters(admission(accept=accept)) == good
    assert letters(admission(accept=accept), [Fault("fields.name", "is required")]) == unmapped
    assert letters(admission(accept=accept, version="1.0")) == rejected


def test_an_answer_is_in_the_charset_and_with_the_separators_of_the_question() -> None:
    one = taken(Block(message("MSH$%*!@$医$B$C$D$2026$$ADT%A01$C1$P$2.5.1$$$$$$GB 18030-2000", codec="gb18030")), CONFIG)
    assert one is not None
    (answer,) = answers(one.message, (), at=AT, id="X")
    assert answer.decode("gb18030").split("\r")[0].startswith("MSH$%*!@$C$D$医$B$")


def test_the_same_message_has_the_same_id_and_another_of_that_number_has_not() -> None:
    def id_of(content: bytes) -> str:
        one = taken(Block(content), CONFIG)
        assert one is not None
        return one.arrival.id

    assert id_of(admission("C1")) == id_of(admission("C1")) != id_of(admission("C2"))
    assert id_of(admission("C1")) != id_of(message(msh(control="C1"), PID))


def test_messages_that_somebody_has_copied() -> None:
    copied = "\n".join([admission("C1", charset="GB 18030-2000").decode(), "\x0b" + report("R1").decode() + "\x1c", "MSH|"])
    found = sampled(CONFIG, copied.replace("\r", "\r\n"))
    assert [arrival.rows[0]["id"] for arrival in found[:2]] == ["C1", "R1"] and len(found) == 3
    assert found[0].rows[0]["patient"]["name"] == "张三" and found[2].faults[0].path == "MSH"


@settings(max_examples=150)
@given(st.lists(st.lists(st.text("|^~\\&张x\"XF.br0 ", max_size=12), max_size=6), max_size=5), st.binary(max_size=30))
def test_no_bytes_break_it(segments: list[list[str]], tail: bytes) -> None:
    content = message(msh(), *("|".join(["PID", *fields]) for fields in segments)) + tail
    one = taken(Block(content), CONFIG)
    assert one is not None
    for answer in answers(one.message, one.wrong, at=AT, id="X"):
        assert answer.startswith(b"MSH")


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"host": "0.0.0.0"}, "a port that others can reach needs"),
        ({"addresses": ["10.0.0.0/99"]}, "is no network"),
        ({"time_zone": "Mars/Base"}, "is no time zone"),
        ({"port": "2575"}, "whole number"),
        ({"prot": 1}, "is not known here"),
    ],
)
def test_set_up(config: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as error:
        Hl7Config.model_validate(config)
    assert sentence in str(from_validation(error.value, "")[0])
    assert Hl7Config(host="0.0.0.0", addresses=["10.0.0.0/8"]).port == 2575

"""HL7 from bytes to rows and answers, without a socket: tables, and what holds for any text."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import hl7
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.faults import Fault
from engine.sources.hl7.accepting import sampled, taken
from engine.sources.hl7.answering import answers, of_mapping
from engine.sources.hl7.charsets import codec
from engine.sources.hl7.config import Hl7Config
from engine.sources.hl7.escapes import escaped, unescaped
from engine.sources.hl7.framing import BadBlock, Block, Framing, framed
from engine.sources.hl7.reading import read
from engine.sources.hl7.separators import USUAL, Separators, declared
from engine.sources.hl7.shortcuts import full_name, phone
from engine.sources.hl7.times import as_iso, as_number
from engine.sources.hl7.translate import rows
from tests.sources.hl7_messages import AT, PID, admission, appointment, message, msh, report

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONFIG = Hl7Config()


# --- framing -----------------------------------------------------------------------------------------------------
@given(st.lists(st.binary(max_size=60).filter(lambda b: not {0x0B, 0x1C} & {*b}), max_size=6), st.data())
def test_blocks_come_whole_however_they_are_cut(contents: list[bytes], data: Any) -> None:
    stream = b"".join(map(framed, contents))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    framing, found = Framing(100), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += framing.feed(stream[start:end])
    assert found == [Block(content) for content in contents] and not framing.is_inside


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"\x0bA\x1c\r\r\n\x0bB\x1c\r", [Block(b"A"), Block(b"B")]),
        (b"\x0bA\x1c\x0bB\x1c", [Block(b"A"), Block(b"B")]),  # without its carriage return
        (b"MSH|lost\r\x0bA\x1c\r", [BadBlock("stray", b"MSH|lost\r", 9), Block(b"A")]),
        (b"\x0bMSH|cut\x0bA\x1c\r", [BadBlock("cut_short", b"MSH|cut", 7), Block(b"A")]),
        (b"\x0b" + b"x" * 30 + b"\x1c\r\x0bA\x1c\r", [BadBlock("too_long", b"x" * 30, 30), Block(b"A")]),
        (b"\x0b" + b"x" * 20 + b"\x1c\r", [Block(b"x" * 20)]),
    ],
)
def test_frames(stream: bytes, expected: list[Any]) -> None:
    assert Framing(20).feed(stream) == expected
    framing = Framing(20)
    found = [block for octet in stream for block in framing.feed(bytes([octet]))]
    assert [type(block) for block in found if not (isinstance(block, BadBlock) and block.why == "stray")] == [
        type(block) for block in expected if not (isinstance(block, BadBlock) and block.why == "stray")
    ]


def test_what_is_too_long_is_not_held_in_memory() -> None:
    framing = Framing(10_000)
    framing.feed(b"\x0b")
    for _ in range(100):
        framing.feed(b"x" * 9_000)
    assert len(framing._held) <= 10_000
    (bad,) = framing.feed(b"\x1c\r")
    assert isinstance(bad, BadBlock) and bad.length == 900_000 and len(bad.head) == 4_096


# --- escapes -----------------------------------------------------------------------------------------------------
@given(st.text(max_size=40))
def test_what_is_escaped_is_read_as_it_was(text: str) -> None:
    text = text.encode("utf-8", "replace").decode().replace("\x7f", "")
    assert unescaped(escaped(text, USUAL, "utf-8"), USUAL, "utf-8") == text
    if all(character >= " " for character in text):  # python-hl7 writes other control characters in its own way
        theirs = hl7.parse("MSH|^~\\&|").unescape(escaped(text, USUAL, "utf-8"))
        assert theirs == text


@pytest.mark.parametrize(
    ("written", "codec_name", "meant"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", "utf-8", "a|b^c&d~e\\f"),
        (r"one\.br\two\.sp2\three", "utf-8", "one\ntwo\n\nthree"),
        (r"\H\bold\N\ plain", "utf-8", "bold plain"),
        ("\\XE5BCA0\\", "utf-8", "张"),
        ("\\XD5C5\\\\XC8FD\\", "gb18030", "张三"),
        (r"C:\dir\file and \Zabc\ stay", "utf-8", r"C:\dir\file and \Zabc\ stay"),
        ("ends with \\", "utf-8", "ends with \\"),
        (r"\X5\ and \.br", "utf-8", r"\X5\ and \.br"),
        (r"\.in+4\\.ti-2\a\.sk3\b\.ce\c", "utf-8", "a   b\nc"),
    ],
)
def test_escape_sequences(written: str, codec_name: str, meant: str) -> None:
    assert unescaped(written, USUAL, codec_name) == meant


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("MSH|^~\\&|HIS", USUAL),
        ("MSH|^~\\&#|HIS", USUAL),
        ("MSH$%*!@$HIS", Separators("$", "%", "*", "!", "@")),
        ("MSH|^~|HIS", USUAL),
        ("MSH", None), ("MSH|", None), ("MSH|^^\\&|", None), ("MSHabcde", None), ("MSH|~^abc|", None),
    ],
)  # fmt: skip
def test_separators(head: str, expected: Separators | None) -> None:
    assert declared(head) == expected


# --- charsets ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("named", "written_in"),
    [("UNICODE UTF-8", "utf-8"), ("GB 18030-2000", "gb18030"), ("GBK", "gbk"), ("BIG-5", "big5"), ("utf8", "utf-8")],
)
def test_msh_18_says_how_it_is_read(named: str, written_in: str) -> None:
    found = read(message(msh(charset=named), "PID|1||M1||張^三", codec=written_in))
    assert found.wrong is None and rows(found.message)[0]["patient"]["name"] == "張三"  # type: ignore[arg-type]


def test_the_declared_charset_where_none_is_named_or_a_wrong_one_is() -> None:
    silent = message(msh(charset=""), PID, codec="gb18030")
    assert read(silent, charset="gb18030").wrong is None
    found = read(silent)
    assert found.wrong is not None and str(found.wrong.fault) == "PID.5: byte 0xd5 is no utf-8"
    assert (found.wrong.segment, found.wrong.field) == ("PID", 5) and found.message is not None
    lying = message(msh(charset="8859/1"), PID, codec="gb18030")
    name = rows(read(lying, charset="gb18030", always=True).message)[0]["patient"]["name"]  # type: ignore[arg-type]
    assert name == "张三"


@pytest.mark.parametrize(("named", "python"), [("8859/1", "latin-1"), ("8859/15", "iso8859-15"), ("UNICODE UTF-16", None)])
def test_names_of_charsets(named: str, python: str | None) -> None:
    assert codec(named) == python


# --- times -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "zone", "iso", "number"),
    [
        ("19800203", None, "1980-02-03", 19800203000000000),
        ("198002", None, "1980-02", 19800201000000000),
        ("20261121203000", None, "2026-11-21T20:30:00", 20261121203000000),
        ("20261121203000", SHANGHAI, "2026-11-21T20:30:00+08:00", 20261121123000000),
        ("202611212030", SHANGHAI, "2026-11-21T20:30:00+08:00", 20261121123000000),
        ("20261121203000.1234-0500", SHANGHAI, "2026-11-21T20:30:00.123-05:00", 20261122013000123),
        ("2026-11-21", None, "2026-11-21", None),
        ("20261345", None, "20261345", None),
        ("99991231235959-1200", None, "9999-12-31T23:59:59-12:00", None),
        ("", None, "", None),
    ],
)  # fmt: skip
def test_times(written: str, zone: ZoneInfo | None, iso: str, number: int | None) -> None:
    assert as_iso(written, zone) == iso and as_number(written, zone) == number


# --- rows --------------------------------------------------------------------------------------------------------
def only(content: bytes, zone: ZoneInfo | None = None) -> dict[str, Any]:
    found = read(content)
    assert found.wrong is None and found.message is not None
    (row,) = rows(found.message, zone)
    return row


def test_an_admission() -> None:
    row = only(admission(), SHANGHAI)
    assert (row["type"], row["event"], row["action"], row["id"]) == ("ADT", "A01", "admit", "C1")
    assert row["version"] == 20261121130000000 and row["at"] == "2026-11-21T21:00:00+08:00"
    assert row["patient"] == {
        "id": "MRN001", "ids": {"MR": "MRN001", "NI": "110101198002030011"}, "name": "张三", "family": "张", "given": "三",
        "birth_date": "1980-02-03", "sex": "M", "phone": "13800138000", "address": "北京朝阳路1号",
    }  # fmt: skip
    assert row["visit"] == {
        "number": "V001", "class": "I", "ward": "内科", "room": "301", "bed": "2", "doctor": "李医生", "doctor_id": "D001",
        "admitted_at": "2026-11-21T20:30:00+08:00",
    }  # fmt: skip
    pid = row["PID"]
    assert (pid["5"], pid["5.1"], pid["5.2"], pid["3[2].1"], pid["3[2].5"]) == ("张", "张", "三", "110101198002030011", "NI")
    assert pid["patient_name"]["family"] == "张" and pid["each"]["patient_id"][1]["type"] == "NI"
    assert "9" not in pid and "alias" not in pid


def test_an_appointment() -> None:
    row = only(appointment("S13"), SHANGHAI)
    assert row["action"] == "reschedule"
    assert row["appointment"] == {
        "id": "F1001", "placer_id": "A1001", "start": "2026-11-25T09:30:00+08:00", "end": "2026-11-25T09:45:00+08:00",
        "minutes": 15, "status": "Booked", "reason": "复查", "service": "心脏复查", "doctor": "王五", "doctor_id": "D002",
        "place": "门诊三楼5",
    }  # fmt: skip


def test_results() -> None:
    row = only(report())
    values = [(result["name"], result.get("value"), result.get("unit")) for result in row["results"]]
    assert values == [
        ("总胆固醇", 5.6, "mmol/L"), ("结论", "第一行\n第二行", None), ("血型", "A型", None), ("坏值", ">100", "mg"),
        ("报告", None, None), ("血小板", ">100", None),
    ]  # fmt: skip
    first = row["result"]["2093-3"]
    assert (first["order"], first["flag"], first["note"], first["at"]) == ("血脂", "H", "偏高\n请复查", "2026-11-21T10:00:00")
    assert len(row["each"]["OBX"]) == 6


def test_a_merge_names_who_stays_and_who_goes() -> None:
    row = only(message(msh("ADT^A40"), "PID|1||M2||张^三", "MRG|M1||||V7||张^三"))
    assert row["action"] == "merge" and row["patient"]["id"] == "M2"
    assert row["merged"] == {"id": "M1", "visit_number": "V7", "name": "张三"}


def test_several_patients_are_several_rows() -> None:
    found = read(message(msh("ADT^A40"), "EVN|A40", "PID|1||M2", "MRG|M1", "PID|2||M4", "MRG|M3"))
    assert found.message is not None
    pairs = [(row["patient"]["id"], row["merged"]["id"], row["EVN"]["event"]) for row in rows(found.message)]
    assert pairs == [("M2", "M1", "A40"), ("M4", "M3", "A40")]


@pytest.mark.parametrize(
    ("event", "action"),
    [
        ("ADT^A01", "admit"), ("ADT^A03", "discharge"), ("ADT^A04", "register"), ("ADT^A05", "preadmit"),
        ("ADT^A08", "update"), ("ADT^A11", "cancel_admit"), ("ADT^A12", "cancel_transfer"),
        ("ADT^A13", "cancel_discharge"), ("ADT^A40", "merge"), ("SIU^S12", "book"), ("SIU^S13", "reschedule"),
        ("SIU^S14", "modify"), ("SIU^S15", "cancel"), ("SIU^S26", "no_show"), ("ORU^R01", "result"), ("ADT^Z99", ""),
    ],
)  # fmt: skip
def test_actions(event: str, action: str) -> None:
    assert only(message(msh(event)))["action"] == action


def test_null_means_take_it_away_and_a_gap_means_nothing_is_said() -> None:
    row = only(message(msh(), 'PID|1||M1||张^""||""'))
    assert row["PID"]["5.2"] is None and row["PID"]["birth_date"] is None and "8" not in row["PID"]
    assert row["patient"] == {"id": "M1", "name": "张", "family": "张"}


def test_segments_nobody_has_named_and_sub_components() -> None:
    row = only(message(msh(), "ZPI|甲^乙&丙|~D^E"))
    assert row["ZPI"] == {
        "1": "甲", "1.1": "甲", "1.2": "乙", "1.2.1": "乙", "1.2.2": "丙", "2[2]": "D", "2[2].1": "D", "2[2].2": "E",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ({"family": "张", "given": "三"}, "张三"), ({"family": "张三"}, "张三"), ({"family": "张三", "given": "San"}, "张三"),
        ({"family": "Doe", "given": "Jane", "middle": "Q"}, "Jane Q Doe"), ({"family": "김", "given": "민수"}, "김민수"), ({}, ""),
    ],
)  # fmt: skip
def test_names_of_people(name: dict[str, str], written: str) -> None:
    assert full_name(name) == written


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([{"written": "010-1"}, {"written": "138", "equipment": "CP"}], "138"),
        ([{"number": "13900000000", "equipment": "CP"}], "13900000000"),
        ([{"country": "86", "area": "10", "local": "66778899"}], "+861066778899"),
        ([{"written": "a@b.cn", "equipment": "Internet"}, {"written": "010-1"}], "010-1"),
        ([{"written": "999", "equipment": "FX"}, None], ""), ([], ""),
    ],
)  # fmt: skip
def test_the_number_to_call(numbers: list[Any], expected: str) -> None:
    assert phone(numbers) == expected


# --- what is wrong -----------------------------------------------------------------------------------------------
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


# --- anything ----------------------------------------------------------------------------------------------------
@settings(max_examples=150)
@given(st.lists(st.lists(st.text("|^~\\&张x\"XF.br0 ", max_size=12), max_size=6), max_size=5), st.binary(max_size=30))
def test_no_bytes_break_it(segments: list[list[str]], tail: bytes) -> None:
    content = message(msh(), *("|".join(["PID", *fields]) for fields in segments)) + tail
    one = taken(Block(content), CONFIG)
    assert one is not None
    for answer in answers(one.message, one.wrong, at=AT, id="X"):
        assert answer.startswith(b"MSH")


@settings(max_examples=60)
@given(st.lists(st.text("张三ab|^~\\&", min_size=1, max_size=8).map(str.strip).filter(bool), min_size=1, max_size=4))
def test_python_hl7_reads_it_the_same(values: list[str]) -> None:
    """Another implementation, python-hl7, finds the same components where we find them."""
    written = "^".join(escaped(value, USUAL, "utf-8") for value in values)
    content = message(msh(), f"PID|1||{written}")
    row = only(content)
    theirs = hl7.parse(content.decode())
    for number, value in enumerate(values, 1):
        assert row["PID"][f"3.{number}"] == value == theirs.extract_field("PID", 1, 3, 1, number)


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
    from pydantic import ValidationError

    from engine.faults import from_validation

    with pytest.raises(ValidationError) as error:
        Hl7Config.model_validate(config)
    assert sentence in str(from_validation(error.value, "")[0])
    assert Hl7Config(host="0.0.0.0", addresses=["10.0.0.0/8"]).port == 2575

"""HL7 from a message to the rows that mappings read."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import hl7
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.sources.hl7.escapes import escaped
from engine.sources.hl7.reading import read
from engine.sources.hl7.separators import USUAL
from engine.sources.hl7.shortcuts import full_name, number, phone
from engine.sources.hl7.translate import rows
from tests.sources.hl7_messages import admission, appointment, message, msh, report

SHANGHAI = ZoneInfo("Asia/Shanghai")


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


@pytest.mark.parametrize(
    ("written", "expected"),
    [("5.60", 5.6), ("-7", -7), ("+3", 3), ("00123", 123), (">100", ">100"), ("1_000", "1_000"), ("1e999", "1e999"), ("nan", "nan"),
     ("9" * 20, 1e20), ("", "")],
)  # fmt: skip
def test_numbers(written: str, expected: float | str) -> None:
    assert number(written) == expected


@settings(max_examples=60)
@given(st.lists(st.text("张三ab|^~\\&", min_size=1, max_size=8).map(str.strip).filter(bool), min_size=1, max_size=4))
def test_python_hl7_reads_it_the_same(values: list[str]) -> None:
    """Another implementation, python-hl7, finds the same components where we find them."""
    written = "^".join(escaped(value, USUAL, "utf-8") for value in values)
    content = message(msh(), f"PID|1||{written}")
    row = only(content)
    theirs = hl7.parse(content.decode())
    for place, value in enumerate(values, 1):
        assert row["PID"][f"3.{place}"] == value == theirs.extract_field("PID", 1, 3, 1, place)

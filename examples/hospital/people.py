"""Synthetic patients: Chinese names, telephones of a block that nobody has, all from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾"
GIVEN = (
    "秀英", "建国", "桂兰", "志强", "玉梅", "海燕", "文静", "国栋", "丽华", "俊杰", "淑珍", "永康",
    "晓明", "雅琴", "振华", "美玲", "子轩", "雨桐", "思远", "佳怡", "浩然", "欣妍", "德明", "春香",
)  # fmt: skip
ENGLISH = ("James Carter", "Emma Wilson", "Oliver Brown", "Sophie Martin")
FIRST_NUMBER = 13_800_000_100
"""From here on: 138 0000 is given to nobody."""


@dataclass(frozen=True)
class Patient:
    """Somebody whom the hospital knows."""

    patient_no: str
    card_no: str
    name: str
    sex: str
    birth_date: date
    mobile: str
    language: str
    campus: str
    """`main` is told of by the database, `east` by HL7, `clinic` by FHIR."""
    contact_by: str = "sms"


def patient(
    number: int, rng: Random, *, language: str = "zh-CN", campus: str = "main", contact_by: str = "sms"
) -> Patient:
    """The patient of this number."""
    name = rng.choice(FAMILY) + rng.choice(GIVEN) if language == "zh-CN" else ENGLISH[number % len(ENGLISH)]
    return Patient(
        patient_no=f"P{number:05d}", card_no=f"{10_000_000 + number}", name=name, sex=rng.choice("MF"),
        birth_date=date(1940, 1, 1) + timedelta(days=rng.randrange(25_000)), mobile=str(FIRST_NUMBER + number),
        language=language, campus=campus, contact_by=contact_by,
    )  # fmt: skip

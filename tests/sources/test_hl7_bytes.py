"""HL7 from bytes to text: frames, separators, escape sequences, charsets, times."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import hl7
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sources.hl7.charsets import codec
from engine.sources.hl7.escapes import escaped, unescaped
from engine.sources.hl7.framing import BadBlock, Block, Framing, framed
from engine.sources.hl7.reading import read
from engine.sources.hl7.separators import USUAL, Separators, declared
from engine.sources.hl7.times import as_iso, as_number
from engine.sources.hl7.translate import rows
from tests.sources.hl7_messages import PID, message, msh

SHANGHAI = ZoneInfo("Asia/Shanghai")


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

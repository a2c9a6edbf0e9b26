"""The chapters for those who draw and operate stand in English and Chinese, of one make, so that neither drifts unnoticed."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from markdown.extensions.toc import slugify, unique  # type: ignore[import-untyped]

from engine.host.settings import PROJECT

DOCS = PROJECT / "docs"
SWITCHED = ".zh-CN.md"
CHAPTERS = (
    "drawing", "trying", "publishing", "following", "campaigns", "material", "messages", "triggers", "records",
    "rights", "sign-in", "joined", "sound", "fax", "trunks", "gateways", "watching", "control", "integrate",
    "sources",
)  # fmt: skip
OF_THEIR_OWN = {"index", "tutorial", "pages"}
"""Written for their readers and not translated: an overview, pictures of the Chinese pages."""
CODE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) (.+?)(?: \{ #([\w-]+) \})?$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)]+)\)")
CHINESE = "[\u4e00-\u9fff]"
TOGETHER = re.compile(rf"{CHINESE}[A-Za-z0-9]|[A-Za-z0-9%]{CHINESE}|{CHINESE}[,;:!?()]")
"""Chinese and Latin without a gap, or Chinese before punctuation that is not its own."""
INLINE = re.compile(r"`([^`]+)`")
ROW, ITEM = re.compile(r"^\|", re.MULTILINE), re.compile(r"^ *(?:-|\d+\.) ", re.MULTILINE)


def pair(chapter: str) -> tuple[str, str]:
    """The chapter in English, and in Chinese."""
    english, chinese = (DOCS / f"{chapter}{end}" for end in (".md", SWITCHED))
    return english.read_text(encoding="utf-8"), chinese.read_text(encoding="utf-8")


def code(text: str) -> list[str]:
    return [found.group(0) for found in CODE.finditer(text)]


def headings(text: str) -> list[tuple[int, str]]:
    """Level and anchor; a Chinese heading names its anchor, which is the English one's."""
    used: set[str] = set()
    found = HEADING.findall(CODE.sub("", text))
    return [(len(marks), unique(named or slugify(words, "-"), used)) for marks, words, named in found][1:]


def sections(text: str) -> list[tuple[int, int]]:
    """How many rows of tables and points of lists each part has."""
    parts = re.split(r"^#+ .*$", CODE.sub("", text), flags=re.MULTILINE)
    return [(len(ROW.findall(part)), len(ITEM.findall(part))) for part in parts]


def links(text: str) -> Counter[str]:
    """Where it leads, whatever the language; but for the switch."""
    return Counter(link.replace(SWITCHED, ".md") for link in LINK.findall(CODE.sub("", text)))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_both_languages_have_the_same_make(chapter: str) -> None:
    english, chinese = pair(chapter)
    assert headings(chinese) == headings(english)
    assert code(chinese) == code(english)
    assert sections(chinese) == sections(english)
    assert links(chinese) == links(english)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_settings_routes_and_fields_are_the_same_in_both(chapter: str) -> None:
    english, chinese = ({" ".join(one.split()) for one in INLINE.findall(CODE.sub("", text))} for text in pair(chapter))
    assert chinese == english


@pytest.mark.parametrize("chapter", [*CHAPTERS, "index", "tutorial"])
def test_each_leads_to_its_other_language(chapter: str) -> None:
    english, chinese = pair(chapter)
    assert f"[中文]({chapter}{SWITCHED})" in english.split("\n\n")[1:3]
    assert chinese.split("\n\n")[1] == f"[English]({chapter}.md)"


@pytest.mark.parametrize("page", sorted(DOCS.glob(f"*{SWITCHED}")), ids=lambda page: page.name)
def test_a_chinese_page_leads_to_chinese_pages(page: Path) -> None:
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")).split("\n\n", 2)[2]):
        name = link.partition("#")[0].removesuffix(".md")
        assert not (DOCS / f"{name}{SWITCHED}").is_file(), link


@pytest.mark.parametrize("chapter", [*CHAPTERS, "index", "pages"])
def test_chinese_is_set_as_chinese(chapter: str) -> None:
    text = (DOCS / f"{chapter}{SWITCHED}").read_text(encoding="utf-8")
    words = LINK.sub("]", INLINE.sub("``", CODE.sub("", text)))
    assert TOGETHER.findall(words) == []


def test_every_chapter_with_two_languages_is_held_to_this() -> None:
    there = {page.name.removesuffix(SWITCHED) for page in DOCS.glob(f"*{SWITCHED}")}
    assert there == {*CHAPTERS, *OF_THEIR_OWN}
    menu = str(yaml.safe_load((PROJECT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    first = (DOCS / f"index{SWITCHED}").read_text(encoding="utf-8")
    for chapter in CHAPTERS:
        assert f"'{chapter}{SWITCHED}'" in menu and f"]({chapter}{SWITCHED})" in first, chapter

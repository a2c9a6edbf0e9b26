"""Which of a few answers a person meant by a text.

People answer 「2。」, "2)", "two", "第二个" or "Yes, please!" where a machine expects "2" or "yes"; and they write "I
don't want to cancel" where a search for "cancel" would be a disaster. So an answer is compared in rounds, each less
strict: the whole of it; one of its clauses, without the words around it that say nothing; a longer phrase inside a
clause, unless something there denies it or asks; and, where that is wanted, a word with a slip in it. A round that
finds two answers has found none: the question is asked again, which costs a text, while a wrong guess may cost an
appointment.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine.fields import Pattern

MAX_ANSWER: Final = 1_000
"""Characters of an answer that are looked at."""
SHORTEST_TYPO: Final = 4
"""Letters of a word that may have a slip in it."""

_NUMBERS: Final = (
    ("zero", "零", "〇"), ("one", "first", "一", "壹"), ("two", "second", "二", "两", "贰"),
    ("three", "third", "三", "叁"), ("four", "fourth", "四", "肆"), ("five", "fifth", "五", "伍"),
    ("six", "sixth", "六", "陆"), ("seven", "seventh", "七", "柒"), ("eight", "eighth", "八", "捌"),
    ("nine", "ninth", "九", "玖"), ("ten", "tenth", "十", "拾"),
)  # fmt: skip
_NUMBER: Final = {word: str(number) for number, words in enumerate(_NUMBERS) for word in words}
_COUNTED: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)")
_FILLERS: Final = frozenset({
    "a", "an", "the", "i", "ill", "id", "we", "my", "its", "it", "is", "for", "go", "with", "want", "choose",
    "pick", "select", "take", "press", "reply", "answer", "option", "number", "choice", "please", "pls", "ok",
    "okay", "thanks", "thank", "you", "hi", "hello", "dear", "sir", "madam", "one",
})  # fmt: skip
_BEFORE: Final = re.compile(r"^(?:你好|您好|我们|我|要|想|就|请|麻烦|选择|选|按|回复|回|答|是|第)+(?=.)")
_BEHIND: Final = re.compile(r"(?<=.)(?:谢谢您|谢谢你|谢谢|吧|了|的|啊|呀|哦|呢|嘛|哈|个|项|号|条)+$")

_NOT: Final = re.compile(
    r"[不没别勿未无非]|\b(?:no|not|never|none|neither|nor|cannot|without|aint|"
    r"(?:do|does|did|ca|could|wo|would|is|are|was|should|have|has)nt)\b"
)
_ASKS: Final = re.compile(
    r"[吗么?]|能否|是否|如果|还是|或|\b(?:or|what|when|why|how|whether|if)\b|"
    r"\b(?:can|could|may|should|would|shall|do) (?:i|you|we|it)\b"
)
_HARMLESS: Final = re.compile(r"\bno (?:problem|worries|objections?)\b|没问题|没关系|没意见|无异议|不错|非常|特别|无论")
"""Words that look like a denial and are none."""

_BREAK: Final = re.compile(
    r"((?:[,;!?。、…~()\[\]{}<>《》「」『』【】\"|\\\n\r\t]|(?<!\d)[.:/]|[.:/](?!\d)|-{2,}|——)+)"
)
"""Marks between clauses, but not those inside 10:30 or 3.5."""
_NUMBER_SIGN: Final = re.compile(r"\bno\.?\s*(?=\d)", re.IGNORECASE)
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


class Answers:
    """What may be answered: labels, each with its words, and with patterns that the whole answer must fit."""

    def __init__(
        self, words: Mapping[str, Sequence[str]], patterns: Mapping[str, Sequence[Pattern]], *, typos: bool = False
    ) -> None:
        self._typos = typos
        self._whole: dict[str, str] = {}
        for label, group in words.items():
            for word in group:
                for form in forms(word):
                    self._whole.setdefault(form, label)
        self._phrases = [
            (normal(word), label) for label, group in words.items() for word in group if _is_phrase(normal(word))
        ]
        self._patterns = [(pattern, label) for label, group in patterns.items() for pattern in group]

    def match(self, answer: str) -> str | None:
        """The label that is meant; None if none is, or more than one."""
        answer = answer[:MAX_ANSWER]
        whole = normal(answer)
        if whole in self._whole and not any(is_question for _, is_question in clauses(answer)):
            return self._whole[whole]
        for found in (self._fitting(whole), self._by_clause(answer), self._inside(answer)):
            if found:
                return found.pop() if len(found) == 1 else None
        nearly = self._nearly(answer) if self._typos else set()
        return nearly.pop() if len(nearly) == 1 else None

    def _fitting(self, whole: str) -> set[str]:
        return {label for pattern, label in self._patterns if whole and pattern.fits(whole)}

    def _by_clause(self, answer: str) -> set[str]:
        """Labels that a clause says with nothing of weight around it; a question says nothing."""
        found = set()
        for clause, is_question in clauses(answer):
            label = self._whole.get(clause) or self._whole.get(_bare(clause)) or self._repeated(clause)
            if label is not None and not is_question:
                found.add(label)
        return found

    def _nearly(self, answer: str) -> set[str]:
        """Labels of words that a clause says with a slip in them; one that denies or asks says nothing."""
        said = [_bare(clause) for clause, is_question in clauses(answer) if not is_question and not _NOT.search(clause)]
        return {
            label
            for word in said
            for core, label in self._whole.items()
            if len(core) >= SHORTEST_TYPO and not core.isdecimal() and slips(word, core) <= (2 if len(core) >= 8 else 1)
        }

    def _repeated(self, clause: str) -> str | None:
        """是是是, yes yes."""
        for core, label in self._whole.items():
            if not core.isdecimal() and not clause.replace(core, "").strip():
                return label
        return None

    def _inside(self, answer: str) -> set[str]:
        """Labels of phrases inside a clause that neither denies nor asks; a phrase inside a longer one is no other."""
        found: dict[str, str] = {}
        for clause, is_question in clauses(answer):
            said = _HARMLESS.sub(" ", clause)
            for core, label in self._phrases:
                if not is_question and _contains(said, core) and not _weakened(said, core):
                    found[core] = label
        return {
            label for core, label in found.items()
            if not any(longer != core and _contains(longer, core) for longer in found)
        }  # fmt: skip


def slips(word: str, meant: str) -> int:
    """Letters left out, too many, other ones, or two the wrong way round (optimal string alignment); at most 3."""
    if abs(len(word) - len(meant)) > 2:
        return 3
    before, row = list(range(len(meant) + 1)), list(range(len(meant) + 1))
    for i, letter in enumerate(word, start=1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(meant, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == meant[j - 2] and word[i - 2] == wanted:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return min(row[-1], 3)


def forms(word: str) -> set[str]:
    """How a word may be said by itself: as it stands, and bare; none if there is nothing in it to be said."""
    return {form for form in (normal(word), _bare(normal(word))) if form}


def normal(words: str) -> str:
    """A text as it is compared: full-width forms narrowed, small letters, no marks at its ends, single blanks."""
    narrow = "".join(_narrowed(character) for character in unicodedata.normalize("NFKC", words).casefold())
    marks = "".join({character for character in narrow if not character.isalnum()} - {"+"})
    return " ".join(narrow.strip(marks).split())


def _narrowed(character: str) -> str:
    """The character; nothing for apostrophes and for what emoji leave behind, a blank for symbols and controls."""
    kind = unicodedata.category(character)
    if kind[0] == "M" or kind == "Cf" or character in "'’":
        return ""
    return " " if kind[0] in "CZ" or kind == "So" else character


def clauses(answer: str) -> Iterator[tuple[str, bool]]:
    """The clauses of an answer, normalised, and whether each is a question."""
    narrow = _NUMBER_SIGN.sub("", unicodedata.normalize("NFKC", answer))
    pieces = [*_BREAK.split(narrow), ""]
    for piece, mark in zip(pieces[::2], pieces[1::2], strict=True):
        clause = normal(piece)
        if clause:
            yield clause, "?" in mark or clause.endswith("吗")


def _bare(clause: str) -> str:
    """A clause without the words around it that say nothing, and a number in digits: 第二个, "option two" → 2."""
    if _HAN.search(clause):
        core = clause.replace(" ", "")
        core = _BEFORE.sub("", _BEHIND.sub("", core))
    else:
        words = clause.split()
        telling = [word for word in words if word not in _FILLERS]
        core = " ".join(telling or [word for word in words[-1:] if word in _NUMBER]) or clause
        counted = _COUNTED.fullmatch(core)
        core = counted[1] if counted else core
    return _NUMBER.get(core, core)


def _is_phrase(core: str) -> bool:
    """Whether a word may be found inside a longer clause: it is no number, and more than one character."""
    return len(core) > 1 and not _bare(core).isdecimal()


def _contains(clause: str, core: str) -> bool:
    if _HAN.search(core):
        return core in clause
    return re.search(rf"(?<![^\W_]){re.escape(core)}(?![^\W_])", clause) is not None


def _weakened(clause: str, core: str) -> bool:
    """Whether the clause denies or asks, in words that are not the phrase's own."""
    rest = clause.replace(core, " ", 1)
    return bool(_ASKS.search(rest)) or (not _NOT.search(core) and bool(_NOT.search(rest)))


__all__ = ["Answers", "clauses", "forms", "normal"]

"""What somebody has written in a mail: its text, or its HTML as text, without what he quotes. Pure.

A condition such as `message.text contains "1"` must not be met by our own question, which most programs put below the
answer. HTML is read for its words only: nothing in it is run or fetched.
"""

from __future__ import annotations

import re
from html import unescape

import re2

from engine.adapters.mail.hostile import MAX_TEXT, Part, clean, leaves, text_of

_SILENT = ("script", "style", "head", "title", "template", "noscript", "object", "svg")
_PIECES = re2.compile(
    r"(?is)<!--.*?(?:-->|\z)|"
    + "|".join(rf"<{tag}\b.*?(?:</{tag}\b[^>]*>|\z)" for tag in _SILENT)
    + r"|<(/?)([a-z][a-z0-9]*)\b[^>]*>|<[^>]*>|([^<]+|<)"
)
"""Comments and what is not for reading, as a whole; tags; words. RE2 is not slow even for what is made to be slow."""
_BREAKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"}
_BEGINS_QUOTE = re.compile(
    r"^(?:On .{1,200} wrote:|在.{1,200}写道[:：]|.{0,100}<[^<>\s]+@[^<>\s]+>.{0,60}(?:wrote|写道)[:：]"
    r"|-{2,} ?(?:Original Message|Forwarded message|原始邮件|转发的邮件|原邮件|转发邮件信息).{0,5}-*|_{10,}"
    r"|(?:From|发件人)[:：] ?.{0,200}@.{0,200})\s*$",
    re.IGNORECASE,
)


def words_of(mail: Part) -> str:
    """What its sender has written."""
    plain = html = None
    for part in leaves(mail):
        if part.get_content_disposition() == "attachment" or part.get_filename():
            continue
        if part.get_content_type() == "text/plain" and plain is None:
            plain = text_of(part)
        elif part.get_content_type() == "text/html" and html is None:
            html = text_of(part)
    if plain is not None and plain.strip():
        return unquoted(clean(plain))
    return unquoted(clean(html_words(html))) if html is not None else ""


def unquoted(text: str) -> str:
    """The text without what it quotes; all of it if that is all there is."""
    kept: list[str] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        said = line.strip()
        two = f"{said} {lines[number + 1].strip()}" if number + 1 < len(lines) else said
        if _BEGINS_QUOTE.match(said[:500]) or (said.startswith(("On ", "在")) and _BEGINS_QUOTE.match(two[:500])):
            break
        if not said.startswith(">"):
            kept.append(line.rstrip())
    return "\n".join(kept).strip() or text


def html_words(html: str) -> str:
    """The words of an HTML text."""
    words: list[str] = []
    quotes = 0
    for found in _PIECES.finditer(html):
        closing, tag, said = found.groups()
        if tag and tag.lower() == "blockquote":
            quotes = max(0, quotes - 1) if closing else quotes + 1
        elif quotes == 0:
            words.append("\n" if tag and tag.lower() in _BREAKS else unescape(said or "").replace("\n", " "))
    lines = (" ".join(line.split()) for line in "".join(words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:MAX_TEXT]

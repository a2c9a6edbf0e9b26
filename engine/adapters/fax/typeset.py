"""Plain text set on pages: wrapped between words, and between any two Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

MARGIN = 120
SIZE = 40
LINE = 60
_FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", "/usr/share/fonts/truetype/arphic/uming.ttc",
)  # fmt: skip
_PIECES = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|\s+|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+")
_LATIN = 0x0500

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Unprintable(ValueError):
    """There is no font for the text; the sentence says what to do."""

    def __init__(self, message: str, **params: str) -> None:
        super().__init__(message.format(**params))
        self.message = message
        self.params = params


MESSAGES = {"no font for {value}: install fonts-wqy-microhei"}


def typeset(text: str, width: int, height: int) -> Iterator[Image.Image]:
    """The pages of a text; a form feed begins a new one. Raises Unprintable."""
    font = _font(text)
    wide = lru_cache(10_000)(font.getlength)
    rows = (height - 2 * MARGIN) // LINE
    for sheet in text.replace("\r\n", "\n").expandtabs(4).split("\f"):
        lines = [line for paragraph in sheet.split("\n") for line in _wrapped(paragraph, wide, width - 2 * MARGIN)]
        for first in range(0, len(lines), rows):
            page = Image.new("L", (width, height), 255)
            draw = ImageDraw.Draw(page)
            for number, line in enumerate(lines[first : first + rows]):
                draw.text((MARGIN, MARGIN + number * LINE), line, fill=0, font=font)
            yield page


def _wrapped(paragraph: str, wide: Callable[[str], float], width: int) -> Iterator[str]:
    line, used = "", 0.0
    for piece in _PIECES.findall(paragraph):
        if line and not piece.isspace() and used + wide(piece) > width:
            yield line.rstrip()
            line, used = "", 0.0
        while wide(piece) > width:
            fits = next(count for count in range(len(piece), 0, -1) if wide(piece[:count]) <= width)
            yield piece[:fits]
            piece = piece[fits:]
        line, used = line + piece, used + wide(piece)
    yield line.rstrip()


def _font(text: str) -> Font:
    beyond = next((sign for sign in text if ord(sign) >= _LATIN), None)
    path = _found()
    if path is not None:
        return ImageFont.truetype(path, SIZE)
    if beyond is not None:
        raise Unprintable("no font for {value}: install fonts-wqy-microhei", value=beyond)
    return ImageFont.load_default(SIZE)


@cache
def _found() -> str | None:
    return next((path for path in _FONTS if Path(path).is_file()), None)

"""A document → the pages of a fax, and the pages of a fax → PDF.

A fax page is 1,728 dots wide (ITU-T T.4: 215 mm) and as long as A4, 2,292 lines at "fine" resolution, black and white,
kept as TIFF with Group 4 compression: what Asterisk's SendFAX reads and ReceiveFAX writes. PDFs are drawn by PDFium,
pictures by Pillow. Drawing takes seconds and memory, so it belongs into a job, never onto an event loop.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import msgspec
import pypdfium2
from PIL import Image, ImageOps, ImageSequence

from engine.adapters.fax.typeset import Unprintable, typeset
from engine.media_types import media_type_of

WIDTH, HEIGHT = 1728, 2292
DOTS = (204.0, 196.0)
"""Dots to the inch, across and down."""
MOST_PAGES = 100
MOST_PIXELS = 80_000_000
"""Of a picture, unpacked: a small file may hold a huge one."""
_GREY = 0.2
"""Share of dots that are neither black nor white, from which on a page is a picture and is dithered."""

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class DocumentRefused(ValueError):
    """The document cannot be faxed; the sentence says why, `params` fill it in."""

    def __init__(self, message: str, **params: str | int) -> None:
        super().__init__(message.format(**params))
        self.message = message
        self.params = params


class Pages(msgspec.Struct, frozen=True):
    """A TIFF file, and how many pages it has."""

    tiff: bytes
    count: int


MESSAGES = {
    "cannot be faxed: PDF, TIFF, PNG, JPEG and plain text can", "at most {limit} pages can be faxed (has {actual})",
    "at most {limit} dots on a page (has {actual})",
    "cannot be read: {reason}", "has no pages", "is locked by a password",
}  # fmt: skip
"""Sentences of this module; each has its translation."""


def to_tiff(document: bytes) -> Pages:
    """The pages of a PDF, TIFF, PNG, JPEG or text; raises DocumentRefused."""
    media_type = media_type_of(document)
    if media_type == "application/pdf":
        drawn = _drawn_pdf(document)
    elif media_type in ("image/tiff", "image/png", "image/jpeg"):
        drawn = _drawn_picture(document)
    elif media_type == "text/plain":
        drawn = _drawn_text(document.decode())
    else:
        raise DocumentRefused("cannot be faxed: PDF, TIFF, PNG, JPEG and plain text can")
    pages = [_black_and_white(page) for page in drawn]
    if not pages:
        raise DocumentRefused("has no pages")
    file = io.BytesIO()
    first, *rest = pages
    first.save(file, "TIFF", save_all=True, append_images=rest, compression="group4", dpi=DOTS)
    return Pages(file.getvalue(), len(pages))


def to_pdf(tiff: bytes) -> Pages:
    """A received fax as PDF, in `tiff`; its pages keep their proportions. Raises DocumentRefused."""
    try:
        with Image.open(io.BytesIO(tiff)) as file:
            _few_enough(getattr(file, "n_frames", 1))
            pages = [_upright(page) for page in ImageSequence.Iterator(file)]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DocumentRefused("cannot be read: {reason}", reason=str(error)[:200]) from error
    if not pages:
        raise DocumentRefused("has no pages")
    made = io.BytesIO()
    first, *rest = pages
    first.save(made, "PDF", save_all=True, append_images=rest, resolution=DOTS[0])
    return Pages(made.getvalue(), len(pages))


def to_png(document: bytes, number: int) -> Pages:
    """One page, from 0, as a PNG in `tiff` (empty if there is none), and how many there are; raises DocumentRefused."""
    tiff = document if media_type_of(document) == "image/tiff" else to_tiff(document).tiff
    made = io.BytesIO()
    try:
        with Image.open(io.BytesIO(tiff)) as file:
            count = getattr(file, "n_frames", 1)
            if number < count:
                file.seek(number)
                _upright(file).save(made, "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DocumentRefused("cannot be read: {reason}", reason=str(error)[:200]) from error
    return Pages(made.getvalue(), count)


def _drawn_pdf(document: bytes) -> Iterator[Image.Image]:
    try:
        pdf = pypdfium2.PdfDocument(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise DocumentRefused("is locked by a password") from error
        raise DocumentRefused("cannot be read: {reason}", reason=str(error)[:200]) from error
    try:
        _few_enough(len(pdf))
        for number in range(len(pdf)):
            page = pdf[number]
            width, height = page.get_size()
            turned = 90 if width > height else 0
            longer, shorter = max(width, height, 1.0), max(min(width, height), 1.0)
            scale = min(WIDTH / shorter, HEIGHT / longer)
            drawn: Any = page.render(scale=scale, rotation=turned, grayscale=True)
            yield _fitted(drawn.to_pil())
            page.close()
    except pypdfium2.PdfiumError as error:
        raise DocumentRefused("cannot be read: {reason}", reason=str(error)[:200]) from error
    finally:
        pdf.close()


def _drawn_picture(document: bytes) -> Iterator[Image.Image]:
    try:
        with Image.open(io.BytesIO(document)) as file:
            _few_enough(getattr(file, "n_frames", 1))
            for page in ImageSequence.Iterator(file):
                _small_enough(page)
                if page.mode == "1" and page.size[0] == WIDTH:  # a fax already: not a dot is changed
                    yield page.copy()
                    continue
                flat = Image.new("RGB", page.size, "white")
                upright = ImageOps.exif_transpose(page).convert("RGBA")
                flat = flat.resize(upright.size)
                flat.paste(upright, mask=upright.getchannel("A"))
                if flat.width > flat.height:
                    flat = flat.rotate(90, expand=True)
                yield _fitted(flat.convert("L"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise DocumentRefused("cannot be read: {reason}", reason=str(error)[:200]) from error


def _drawn_text(text: str) -> Iterator[Image.Image]:
    try:
        for number, page in enumerate(typeset(text, WIDTH, HEIGHT)):
            if number >= MOST_PAGES:
                raise DocumentRefused(
                    "at most {limit} pages can be faxed (has {actual})", limit=MOST_PAGES, actual=f"> {MOST_PAGES}"
                )
            yield page
    except Unprintable as error:
        raise DocumentRefused(error.message, **error.params) from error


def _few_enough(pages: int) -> None:
    if pages > MOST_PAGES:
        raise DocumentRefused(
            "at most {limit} pages can be faxed (has {actual})", limit=MOST_PAGES, actual=pages
        )  # fmt: skip


def _small_enough(page: Image.Image) -> None:
    """Before it is unpacked: Pillow itself refuses only twice as many."""
    if (pixels := page.width * page.height) > MOST_PIXELS:
        raise DocumentRefused("at most {limit} dots on a page (has {actual})", limit=MOST_PIXELS, actual=pixels)


def _fitted(page: Image.Image) -> Image.Image:
    """The page on a fax's sheet: as wide as it goes, at the top, its lines a little closer than its dots."""
    height = round(page.height * DOTS[1] / DOTS[0])
    scale = min(WIDTH / page.width, HEIGHT / height)
    sized = page.resize((max(1, round(page.width * scale)), max(1, round(height * scale))), Image.Resampling.LANCZOS)
    sheet = Image.new("L", (WIDTH, HEIGHT), 255)
    sheet.paste(sized, ((WIDTH - sized.width) // 2, 0))
    return sheet


def _black_and_white(page: Image.Image) -> Image.Image:
    if page.mode == "1":
        return page
    histogram = page.histogram()
    if sum(histogram[48:208]) > _GREY * page.width * page.height:
        return page.convert("1")  # dithered
    return page.point(lambda value: 255 if value > 160 else 0).convert("1", dither=Image.Dither.NONE)


def _upright(page: Image.Image) -> Image.Image:
    """A received page with as many dots down as across to the inch: "standard" resolution has half as many."""
    across, down = (float(value) or 1.0 for value in page.info.get("dpi", DOTS))
    _small_enough(page)
    height = max(1, min(round(page.height * across / down), 4 * page.height))
    return page.convert("1").resize((page.width, height), Image.Resampling.NEAREST)

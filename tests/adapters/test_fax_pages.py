"""Documents as fax pages and back: the right size, nothing lost, refused in plain words."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageSequence

from engine.adapters.fax import DocumentRefused, to_pdf, to_tiff
from engine.adapters.fax import typeset as typesetting
from engine.adapters.fax.pages import HEIGHT, MOST_PAGES, WIDTH


def drawing(width: int = 1240, height: int = 1754, words: str = "FAX PAGE 1") -> Image.Image:
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((100, 200, 400, 260), fill="black")
    draw.text((100, 400), words, fill="black", font_size=60)
    return picture


def saved(*pictures: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    first, *rest = pictures
    more = {"save_all": True, "append_images": rest} if kind in ("PDF", "TIFF") else {}
    first.save(file, kind, **more)
    return file.getvalue()


def pages_of(tiff: bytes) -> list[Image.Image]:
    with Image.open(io.BytesIO(tiff)) as file:
        return [page.copy() for page in ImageSequence.Iterator(file)]


def black_box(page: Image.Image) -> tuple[float, float, float, float]:
    """Where the widest run of black rows lies, as shares of the page: left, top, right, bottom."""
    dots = ~np.array(page.convert("1"))
    rows = np.flatnonzero(dots.sum(axis=1) > 0.2 * page.width)
    columns = np.flatnonzero(dots[rows].mean(axis=0) > 0.9)
    return (columns[0] / page.width, rows[0] / page.height, columns[-1] / page.width, rows[-1] / page.height)


@pytest.mark.parametrize("kind", ["PDF", "TIFF", "PNG", "JPEG"])
def test_a_document_fills_the_sheet_with_its_proportions(kind: str) -> None:
    made = to_tiff(saved(drawing(), kind=kind))
    (page,) = pages_of(made.tiff)
    assert (made.count, page.size, page.mode, page.info["compression"]) == (1, (WIDTH, HEIGHT), "1", "group4")
    assert tuple(round(value) for value in page.info["dpi"]) == (204, 196)
    assert black_box(page) == pytest.approx((100 / 1240, 200 / 1754, 400 / 1240, 260 / 1754), abs=0.02)


def test_every_page_comes_in_order_and_a_wide_one_is_turned() -> None:
    made = to_tiff(saved(drawing(words="1"), drawing(1754, 1240, words="2"), kind="PDF"))
    first, second = pages_of(made.tiff)
    assert made.count == 2
    assert first.size == second.size == (WIDTH, HEIGHT)
    assert black_box(first)[3] - black_box(first)[1] < 0.1
    upright = ~np.array(second)
    assert upright[:, : WIDTH // 2].sum() != upright[:, WIDTH // 2 :].sum()


def test_a_fax_that_is_sent_on_keeps_every_dot() -> None:
    once = to_tiff(saved(drawing(), drawing(words="2"), kind="PDF"))
    again = to_tiff(once.tiff)
    for one, other in zip(pages_of(once.tiff), pages_of(again.tiff), strict=True):
        assert one.tobytes() == other.tobytes()


def test_a_photograph_is_dithered() -> None:
    grey = Image.linear_gradient("L").resize((1200, 1700)).convert("RGB")
    (page,) = pages_of(to_tiff(saved(grey, kind="PNG")).tiff)
    share = np.array(page).mean(axis=1)
    assert share[int(HEIGHT * 0.2)] < share[int(HEIGHT * 0.5)] < share[int(HEIGHT * 0.8)]


def test_what_is_clear_in_a_picture_is_white() -> None:
    clear = Image.new("RGBA", (800, 1100), (0, 0, 0, 0))
    (page,) = pages_of(to_tiff(saved(clear, kind="PNG")).tiff)
    assert np.array(page).all()


def test_text_is_wrapped_and_goes_on_on_the_next_page() -> None:
    made = to_tiff(("随访通知 " + "word " * 3_000 + "\f" + "x" * 500).encode())
    assert made.count > 3
    for page in pages_of(made.tiff):
        dots = ~np.array(page)
        assert dots.any()
        assert not dots[:, :100].any()
        assert not dots[:, WIDTH - 100 :].any()


def test_without_a_font_chinese_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_FONTS", ())
    typesetting._found.cache_clear()
    try:
        with pytest.raises(DocumentRefused, match="fonts-wqy-microhei"):
            to_tiff("您好".encode())
        assert to_tiff(b"Hello").count == 1
    finally:
        monkeypatch.undo()
        typesetting._found.cache_clear()


@pytest.mark.parametrize(("down", "shape"), [(196, HEIGHT), (98, HEIGHT // 2)], ids=["fine", "standard"])
def test_a_received_fax_becomes_a_pdf_of_the_same_proportions(down: int, shape: int) -> None:
    page = drawing(WIDTH, shape).convert("1")
    file = io.BytesIO()
    page.save(file, "TIFF", save_all=True, append_images=[page], compression="group4", dpi=(204, down))
    made = to_pdf(file.getvalue())
    pdf = pypdfium2.PdfDocument(made.tiff)
    assert (made.count, len(pdf)) == (2, 2)
    width, height = pdf[0].get_size()
    assert height / width == pytest.approx((shape / down) / (WIDTH / 204), rel=0.01)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "cannot be faxed"),
        (b"<html><p>x", "cannot be faxed"),
        (b"RIFF\0\0\0\0WAVE", "cannot be faxed"),
        (b"%PDF-1.7 broken", "cannot be read"),
        (b"\x89PNG\r\n\x1a\n broken", "cannot be read"),
        (b"II*\0\x08\0\0\0\xff\xff", "cannot be read"),
        (lambda: saved(*[Image.new("1", (8, 8))] * (MOST_PAGES + 1), kind="TIFF"), "at most 100 pages"),
        (("\f" * MOST_PAGES).encode(), "at most 100 pages"),
        (lambda: saved(Image.new("1", (30_000, 30_000)), kind="PNG"), "cannot be read"),
        (lambda: saved(Image.new("1", (WIDTH, 60_000)), kind="TIFF"), "at most 80000000 dots on a page .has 103680000."),
    ],
    ids=["nothing", "html", "sound", "broken pdf", "broken png", "broken tiff", "many pages", "long text", "bomb", "a page without end"],
)  # fmt: skip
def test_what_cannot_be_faxed_is_refused(document: bytes | Callable[[], bytes], reason: str) -> None:
    content = document if isinstance(document, bytes) else document()  # drawn here: not while tests are collected
    with pytest.raises(DocumentRefused, match=reason):
        to_tiff(content)


def test_a_received_fax_is_measured_before_it_is_unpacked() -> None:
    strip, page = Image.new("1", (WIDTH, 60_000)), Image.new("1", (8, 8))
    for bomb, reason in ((saved(strip, kind="TIFF"), "dots on a page"), (saved(*[page] * (MOST_PAGES + 1), kind="TIFF"), "at most 100 pages")):
        with pytest.raises(DocumentRefused, match=reason):
            to_pdf(bomb)
    file = io.BytesIO()
    page.save(file, "TIFF", dpi=(204, 0.0001))
    pdf = pypdfium2.PdfDocument(to_pdf(file.getvalue()).tiff)
    assert pdf[0].get_height() < 100, "dots that are said to be a mile apart make no page of miles"

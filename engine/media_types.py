"""What a file is, by its first bytes: its name and whatever a client says of it do not count."""

from __future__ import annotations

AUDIO = frozenset({"audio/wav", "audio/flac", "audio/ogg", "audio/mpeg", "audio/mp4"})
"""Sound that can be played to callers."""
DOCUMENTS = frozenset({"application/pdf", "image/tiff", "image/png", "image/jpeg", "text/html", "text/plain"})
"""Documents that can be faxed, or go with a mail."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES = frozenset({"text/csv", XLSX})
"""Tables that are no documents: sheets, and text as Chinese Windows writes it. A table in UTF-8 is `text/plain`."""
EXTENSIONS = {
    "audio/wav": ".wav", "audio/flac": ".flac", "audio/ogg": ".ogg", "audio/mpeg": ".mp3", "audio/mp4": ".m4a",
    "application/pdf": ".pdf", "image/tiff": ".tif", "image/png": ".png", "image/jpeg": ".jpg", "text/html": ".html",
    "text/plain": ".txt", "text/csv": ".csv", XLSX: ".xlsx",
}  # fmt: skip
"""How a file's name ends, for computers that open it by that."""
_STARTS = {
    b"fLaC": "audio/flac", b"OggS": "audio/ogg", b"ID3": "audio/mpeg", b"%PDF-": "application/pdf",
    b"II*\0": "image/tiff", b"MM\0*": "image/tiff", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg",
}  # fmt: skip


def media_type_of(content: bytes) -> str | None:
    """The media type; None for what is none of AUDIO, DOCUMENTS and TABLES."""
    head = content[:16]
    for start, media_type in _STARTS.items():
        if head.startswith(start):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[4:8] == b"ftyp":
        return "audio/mp4"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:  # an MPEG frame of layer III
        return "audio/mpeg"
    if head[:4] == b"PK\x03\x04" and b"xl/workbook" in content:
        return XLSX
    return _text(content)


def _text(content: bytes) -> str | None:
    if not content or b"\0" in content:
        return None
    try:
        start = content.decode()[:1000].lstrip("\ufeff \t\r\n").lower()
    except UnicodeDecodeError:
        return _chinese(content)
    return "text/html" if start.startswith(("<!doctype html", "<html")) else "text/plain"


def _chinese(content: bytes) -> str | None:
    """A table in gb18030, which nearly any bytes may look like: one with control characters is none."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return "text/csv" if all(letter >= " " or letter in "\t\r\n" for letter in text) and "\n" in text else None

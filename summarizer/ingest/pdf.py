"""PDF to a Document, by PDFium, column after column; scanned pages hold no text and are refused."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from typing import Any

from summarizer.errors import InputError
from summarizer.ingest.base import Raw, needs_extra
from summarizer.ingest.clean import is_marked
from summarizer.ingest.dates import parse_date
from summarizer.ingest.text import document_from_text
from summarizer.types import Document

MAGIC = b"%PDF-"
_MOST_PIECES, _MOST_PIECES_OF_A_PAGE = 300_000, 8_000
"""Pieces of text, mostly lines, that are put in order; a page of more is a map or a drawing, and a file a register."""
_END_OF_TEXT = 20
_FULL_LINE = 0.75  # of the longest line; a shorter one that ends a sentence ends its paragraph


def read(data: bytes, raw: Raw, *, limit: int) -> Document:
    """The one document of a PDF file; its own metadata give title and date. limit: characters read at most. Raises
    InputError."""
    try:
        import pypdfium2
    except ImportError as error:
        raise needs_extra("pypdfium2", where=raw.where) from error
    meta: dict[str, str] = {}
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            with suppress(UnicodeError):
                meta = pdf.get_metadata_dict(skip_empty=True)
            texts: list[str] = []
            size = pieces = 0
            for page in pdf:
                shown = page.get_textpage()
                pieces += shown.count_rects()
                parts = _parts(shown) if pieces <= _MOST_PIECES else [shown.get_text_bounded()]
                for part in filter(None, map(_paragraphs, parts)):
                    texts += [_joint(texts[-1], part), part] if texts else [part]
                    size += len(part)
                if size > limit:
                    raise InputError("More text than one article may have", remedy="Split it", where=raw.where)
    except (pypdfium2.PdfiumError, UnicodeError) as error:
        raise InputError(
            f"Looks like a PDF document, but cannot be read: {error}",
            remedy="Save it again without a password, or export it as text",
            where=raw.where,
        ) from error
    text = "".join(texts).replace("\ufffe\ufffe", "")
    if not text.strip():
        raise InputError("Holds no text: perhaps a scan", remedy="Run it through OCR first", where=raw.where)
    return document_from_text(
        text,
        id=raw.name,
        title=meta.get("Title"),
        url=raw.url,
        published=_date(meta.get("CreationDate")),
        where=raw.where,
    )


def _parts(page: Any) -> list[str]:
    """The texts of a page's columns and of what spans them, in reading order."""
    from summarizer.ingest.columns import Box, reading_order

    whole = str(page.get_text_bounded())
    count = page.count_rects()
    if count > _MOST_PIECES_OF_A_PAGE:
        return [whole]
    order = reading_order([Box(*page.get_rect(number)) for number in range(count)])
    parts = [str(page.get_text_bounded(*box)) for box in order]
    return parts if _letters("".join(parts)) == _letters(whole) else [whole]


def _letters(text: str) -> int:
    """What a cut must keep; it may part lines that overlap."""
    return sum(map(str.isalnum, text))


def _joint(text: str, part: str) -> str:
    """What stands between two columns or pages: a sentence goes on there, and a parted word (U+FFFE) is one again."""
    if text.endswith("\ufffe"):
        return "\ufffe"
    return " " if part[0].islower() and not is_marked(text[-_END_OF_TEXT:]) else "\n\n"


def _paragraphs(page: str) -> str:
    """Lines joined to paragraphs; a word that was parted at a line's end is one again."""
    lines = [line.strip() for line in page.replace("\r\n", "\n").split("\n")]
    full = _FULL_LINE * max(map(len, lines), default=0)
    text = ""
    for line in lines:
        if text.endswith("\ufffe"):
            text = text[:-1] + line
        else:
            text += line
        ends = not line or (len(line) < full and line.endswith((".", "!", "?", '"', "”")))
        text += "\n\n" if ends else "" if line.endswith("\ufffe") else " "
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _date(written: str | None) -> datetime | None:
    """The day of a PDF date, ``D:20230313180500Z`` (ISO 32000-1, 7.9.4)."""
    return parse_date(written.removeprefix("D:")[:8]) if written else None

"""Bytes to text: byte order marks, declared charsets, UTF-8, and a statistical guess for what is left.

The guess is chardet's: on short news texts in twelve languages and legacy encodings it was right each time, where
charset-normalizer took Spanish cp1252 for cp1250 and Polish cp1250 for cp1252.
"""

from __future__ import annotations

import codecs
import io
import re
import string
from typing import Any, BinaryIO, cast

from summarizer.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_EXPORT = "Save or export it as text or HTML first"
_AS_DOCX = "Open it in Word or LibreOffice, and save it as DOCX"
_UNPACK = "Unpack it and give the files inside"
_MAGIC = (
    (b"%PDF-", "a PDF document", _EXPORT),
    (b"PK\x03\x04", "a ZIP archive", _UNPACK),
    (b"\x1f\x8b", "a gzip file", _UNPACK),
    (b"BZh", "a bzip2 file", _UNPACK),
    (b"\xfd7zXZ\x00", "an xz file", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", _UNPACK),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", "Give the article's text instead"),
    (b"\xff\xd8\xff", "a JPEG image", "Give the article's text instead"),
    (b"GIF8", "a GIF image", "Give the article's text instead"),
    (b"{\\rtf", "a rich text (RTF) document", _AS_DOCX),
    (b"!BDN", "a data file of Outlook (PST)", "Export its mails as EML or mbox"),
    (b"%!PS", "a PostScript document", "Convert it to PDF"),
    (b"AT&TFORM", "a DjVu document", "Convert it to PDF with text"),
    (b"\x7fELF", "a program", "Give the article's text instead"),
    (b"WARC/", "a crawl (WARC)", "Give the file to summarizer summarize or batch, by its path"),
    (b"PAR1", "a Parquet file", "Export its rows as JSONL first"),
    (b"SQLite format 3\x00", "an SQLite database", "Export its rows as JSONL first"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OF_OLE = (  # names of streams in it ([MS-CFB], 2.6.1)
    ("EncryptedPackage", "an office document that is locked with a password", "Save it without one"),
    ("__properties_version1.0", "a mail of Outlook (MSG)", "Save it as EML, or open it in Thunderbird and save it"),
    ("WordDocument", "a Word document of before 2007 (DOC)", _AS_DOCX),
    ("Workbook", "an Excel workbook", "Save its sheets as CSV"),
    ("", "an old Microsoft Office document", _EXPORT),
)
_SHIFTED = ("iso-2022-", "hz", "utf-7")  # their bytes are all ASCII's, and so look like UTF-8
_ASCII_LETTERS = string.ascii_letters.encode("ascii")
_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_SHORT, _MOST_UNREADABLE = 100, 0.03
_WIDE_SAMPLE = 4096
_GUESS_SAMPLE = 200_000


def decode(data: bytes, *, where: str, declared: str | None = None) -> str:
    """Text of ``data``; the byte order mark is dropped and undecodable bytes become U+FFFD, never an exception.

    declared: the charset that HTTP or the page names; it is believed when all of ``data`` decodes in it.
    Raises InputError when ``data`` is no text: a known binary format, zero bytes outside UTF-16, or more than a few
    characters that no charset explains.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    refuse_binary(data, where=where)
    wide = _wide_encoding(data)
    if wide:
        return data.decode(wide, errors="replace")
    if b"\x00" in data:
        raise InputError("Not a text: it holds zero bytes", remedy="Give the article as text or HTML", where=where)
    shifted = (declared or "").lower().startswith(_SHIFTED)
    for charset in (declared, "utf-8") if shifted else ("utf-8", declared):
        text = _strictly(data, charset)
        if text is not None:
            return text
    text = data.decode(charset_of(data), errors="replace")
    if len(text) >= _SHORT and len(_UNREADABLE.findall(text)) > _MOST_UNREADABLE * len(text):
        raise InputError("Not readable in any charset", remedy="Save it again as UTF-8", where=where)
    return text


def as_utf8(stream: BinaryIO) -> BinaryIO:
    """``stream``, or where it is UTF-16 or UTF-32 one with the same lines in UTF-8. Only ``readline`` is for use."""
    head = cast("Any", stream).peek(_WIDE_SAMPLE)[:_WIDE_SAMPLE]
    marked = next((encoding for mark, encoding in _MARKS[1:] if head.startswith(mark)), None)
    wide = marked or _wide_encoding(head[: len(head) // 2 * 2])
    if not wide:
        return stream
    return cast("BinaryIO", _Recoded(io.TextIOWrapper(stream, wide, errors="replace", newline="")))


class _Recoded:
    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text

    def readline(self, size: int = -1) -> bytes:
        return self._text.readline(size).encode("utf-8", "replace")


def refuse_binary(head: bytes, *, where: str) -> None:
    """Raise InputError when ``head``, an input or its first bytes, is in a known binary format."""
    found = next(((kind, remedy) for magic, kind, remedy in _MAGIC if head.startswith(magic)), None)
    if head.startswith(_OLE):
        found = next((kind, remedy) for name, kind, remedy in _OF_OLE if name.encode("utf-16-le") in head)
    elif head[60:68] == b"BOOKMOBI":
        found = "a Kindle book", "Convert it to EPUB"
    if found:
        raise InputError(f"Looks like {found[0]}, not a text", remedy=found[1], where=where)


def _strictly(data: bytes, encoding: str | None) -> str | None:
    if not encoding:
        return None
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeError, ValueError):
        return None


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without its mark: in Latin text nearly every other byte is zero, always on the same side."""
    sample = data[:_WIDE_SAMPLE]
    if len(sample) < 4 or len(data) % 2:
        return None
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    if even > 0.4 and odd < 0.05:
        return "utf-16-be"
    return None


def charset_of(data: bytes) -> str:
    """The codec that ``data`` is most likely in; UTF-8 where most of the bytes beyond ASCII form UTF-8 sequences, so
    damage stays local."""
    sample = data[:_GUESS_SAMPLE]
    decoded = sample.decode("utf-8", errors="replace")
    sound = sum(char > "\x7f" and char != "\N{REPLACEMENT CHARACTER}" for char in decoded)
    if sound > decoded.count("\N{REPLACEMENT CHARACTER}"):
        return "utf-8"
    import chardet

    found = str(chardet.detect(sample)["encoding"])
    # EBCDIC and its like are guessed for short texts; no file that a person saves today is in them
    if _strictly(_ASCII_LETTERS, found) != _ASCII_LETTERS.decode("ascii"):
        return "cp1252"
    return "cp1252" if codecs.lookup(found).name in ("ascii", "iso8859-1", "utf-8") else found

"""Zip files that are one document, an office document or an e-book: which they are, and their few members of XML."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from summarizer.errors import InputError
from summarizer.ingest.base import read_all
from summarizer.ingest.compressed import bomb, is_bomb

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

MAGIC = b"PK\x03\x04"
DAMAGE = (zipfile.BadZipFile, RuntimeError, ValueError, OSError, EOFError, struct.error, zlib.error, lzma.LZMAError)
"""What zipfile raises where a file is damaged, or is packed in a way that it does not know."""

_ODF, _LONGEST_TYPE = "application/vnd.oasis.opendocument.", 100
_READ = {f"{_ODF}text": "odt", f"{_ODF}text-template": "odt", "application/epub+zip": "epub"}
_AS_CSV, _AS_PDF = "Save its sheets as CSV", "Save it as PDF, or its text as a document"
_OF_IWORK = ("Index/Document.iwa", "Metadata/BuildVersionHistory.plist", "buildVersionHistory.plist")
_REFUSED = {
    "xl/": ("an Excel workbook", _AS_CSV),
    "ppt/": ("a PowerPoint presentation", _AS_PDF),
    f"{_ODF}spreadsheet": ("an OpenDocument spreadsheet", _AS_CSV),
    f"{_ODF}presentation": ("an OpenDocument presentation", _AS_PDF),
    _ODF: ("an OpenDocument file without a text", _AS_PDF),
    "Index": ("a document of Pages, Numbers or Keynote", "Export it from there as Word (DOCX), CSV or PDF"),
}


def kind(archive: zipfile.ZipFile, *, where: str) -> str | None:
    """``docx``, ``odt`` or ``epub``; None for a zip file of other files. Raises InputError for what is not read."""
    names = archive.NameToInfo
    typed = ""
    if "mimetype" in names:
        typed = member(archive, "mimetype", _LONGEST_TYPE, where=where).decode("ascii", "replace").strip()
    elif "[Content_Types].xml" in names:
        folders = {name.partition("/")[0] for name in names}
        typed = next((f"{folder}/" for folder in ("word", "xl", "ppt") if folder in folders), "")
    elif any(name in names for name in _OF_IWORK):
        typed = "Index"
    if typed == "word/":
        return "docx"
    refused = next((said for start, said in _REFUSED.items() if typed.startswith(start)), None)
    if typed in _READ or not refused:
        return _READ.get(typed)
    raise InputError(f"Looks like {refused[0]}", remedy=refused[1], where=where)


def opened(stream: BinaryIO, *, where: str) -> zipfile.ZipFile:
    """The zip file in ``stream``. Raises InputError where it is damaged."""
    try:
        return zipfile.ZipFile(stream)
    except DAMAGE as error:
        raise _damaged(where) from error


def member(archive: zipfile.ZipFile, name: str, limit: int, *, where: str) -> bytes:
    """The bytes of one member; InputError where it is missing, damaged, locked, or has more than ``limit`` bytes."""
    info = archive.NameToInfo.get(name)
    if info is None:
        raise InputError(f"Damaged: it has no {name}", remedy="Save it again", where=where)
    if info.flag_bits & 1:
        raise InputError("Locked with a password", remedy="Save it without one", where=where)
    if is_bomb(info.file_size, info.compress_size):
        raise bomb(where)
    try:
        with archive.open(info) as stream:
            return read_all(cast("BinaryIO", stream), limit, where=where, size=info.file_size)
    except DAMAGE as error:
        raise _damaged(where) from error


def parsed(xml: bytes, *, where: str) -> _Element:
    """The root of ``xml``. Entities stay unresolved and nothing is fetched, so that no member grows on reading."""
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        reason = str(error.msg).partition(",")[0]
        raise InputError(f"Damaged: {reason}", remedy="Save it again", where=where) from error


def name_of(element: Any) -> str:
    """The local name of an element, "" for an entity: writers use two namespaces for one vocabulary."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def first(root: Any, name: str) -> str:
    """The text of the first element of this local name that has any, on one line; "" where there is none."""
    texts = (" ".join(str(element.text or "").split()) for element in root.iter("{*}" + name))
    return next(filter(None, texts), "")


def _damaged(where: str) -> InputError:
    return InputError("Looks like a ZIP archive, and is damaged", remedy="Save or fetch it again", where=where)

"""ODT (OpenDocument, ISO/IEC 26300) to a Document: the text as it stands, without comments, notes and deletions.

Read with lxml, which pages need anyway: odfpy has had no release since 2020, and odfdo reads members of any size.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from summarizer.errors import InputError
from summarizer.ingest.base import Raw, Report
from summarizer.ingest.dates import parse_date
from summarizer.ingest.package import first, member, name_of, parsed
from summarizer.ingest.text import document_from_text
from summarizer.types import Document

_UNSEEN = frozenset(
    "tracked-changes annotation note forms variable-decls sequence-decls user-field-decls table-of-content"
    " illustration-index table-index object-index alphabetical-index bibliography hidden-text hidden-paragraph"
    " event-listeners".split()
)
_BLOCKS = frozenset(("p", "h"))
_MARKS = {"s": " ", "tab": " ", "line-break": "\n"}
_BLANKS = re.compile(r"\s+")
_PARAGRAPHS_OF_A_HEAD = 50
_MANIFEST = "META-INF/manifest.xml"
_PROPERTIES = ("title", "creator", "initial-creator", "date", "creation-date")
_FLAT = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}(?:<\?xml[^>]{0,200}>\s{0,100})?<office:document\b")
_META = "meta.xml"


def read(archive: zipfile.ZipFile, raw: Raw, _: Report, *, limit: int) -> Iterator[Document]:
    """The one document of ``archive``; its title is the paragraph in that style, else the one of its properties.

    limit: bytes of a member. Raises InputError.
    """
    if _MANIFEST in archive.NameToInfo and b"encryption-data" in member(archive, _MANIFEST, limit, where=raw.where):
        raise InputError("Locked with a password", remedy="Save it without one", where=raw.where)
    root = parsed(member(archive, "content.xml", limit, where=raw.where), where=raw.where)
    held = _META in archive.NameToInfo
    about = parsed(member(archive, _META, limit, where=raw.where) if held else b"<none/>", where=raw.where)
    yield _document(root, about, raw)


def is_flat(head: bytes) -> bool:
    """Whether ``head``, the first bytes of a file, opens the same as one XML file (FODT)."""
    return bool(_FLAT.match(head))


def read_flat(data: bytes, raw: Raw) -> Document:
    """The one document of an FODT file. Raises InputError."""
    root = parsed(data, where=raw.where)
    return _document(root, root, raw)


def _document(root: Any, about: Any, raw: Raw) -> Document:
    body = root.find("{*}body/{*}text")
    if body is None:
        raise InputError("No text in it", remedy="Save it as PDF, or its sheets as CSV", where=raw.where)
    properties = about if about is not root else about.find("{*}meta")
    said = {name: first(properties, name) for name in _PROPERTIES} if properties is not None else {}
    return document_from_text(
        "".join(_pieces(body)),
        id=raw.name,
        title=_title(root, body) or said.get("title") or None,
        url=raw.url,
        source=said.get("creator") or said.get("initial-creator") or None,
        published=parse_date(said.get("date") or said.get("creation-date")),
        where=raw.where,
    )


def _pieces(body: Any) -> Iterator[str]:
    from lxml.etree import iterwalk  # type: ignore[import-untyped]

    walk = iterwalk(body, events=("start", "end"))
    in_item = in_text = 0
    for event, element in walk:
        name = name_of(element)
        step = 1 if event == "start" else -1
        if name in _BLOCKS:
            yield "\n\n"
            in_text += step
        elif name == "list-item":
            in_item += step
        if event == "end":
            yield _flowed(element.tail) if in_text and element is not body else ""
        elif name in _UNSEEN or not name:
            walk.skip_subtree()
        else:
            yield "- " if in_item and name == "p" else ""
            yield _MARKS.get(name, "")
            yield _flowed(element.text) if in_text else ""


def _flowed(text: str | None) -> str:
    return _BLANKS.sub(" ", text) if text else ""


def _title(root: Any, body: Any) -> str:
    """The first paragraph in the style "Title", or in one that the document derived from it."""
    styles = root.iter("{*}style")
    named = {"Title", *(_get(style, "name") for style in styles if _get(style, "parent-style-name") == "Title")}
    for paragraph in islice(body.iter("{*}p", "{*}h"), _PARAGRAPHS_OF_A_HEAD):
        if _get(paragraph, "style-name") in named:
            return " ".join("".join(_pieces(paragraph)).split())
    return ""


def _get(element: Any, name: str) -> str | None:
    return next((str(value) for key, value in element.items() if key.endswith("}" + name)), None)

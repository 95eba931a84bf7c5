"""EPUB (2 and 3) to Documents: a chapter each, in the order of the book, whose title is their source.

Read with lxml, which pages need anyway: EbookLib is under the AGPL, and unpacks every member of a book at once. A
chapter is all story, so its text is taken whole and not searched for as in a page, which leaves marks of footnotes in.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import unquote

from summarizer.errors import InputError
from summarizer.ingest.base import Raw, Report, too_large
from summarizer.ingest.blocks import text_of
from summarizer.ingest.dates import parse_date
from summarizer.ingest.encoding import decode
from summarizer.ingest.html import declared_charset, parse
from summarizer.ingest.package import first, member, parsed
from summarizer.ingest.text import document_from_text
from summarizer.types import Document

BOOK_LIMITS = 5
"""All chapters together may have this many times the bytes of one."""

_CONTAINER, _LOCKS = "META-INF/container.xml", "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_APART = frozenset("cover title-page titlepage toc copyright-page index".split())
_LEAST_WORDS = 50
"""A member without a story and with fewer words is a cover, a half title or a dedication: no failure."""


class _Book(NamedTuple):
    title: str
    published: datetime | None
    language: str | None
    chapters: list[str]


def read(archive: zipfile.ZipFile, raw: Raw, report: Report, *, limit: int) -> Iterator[Document]:
    """The chapters of the book in ``archive``; a broken one is reported.

    limit: bytes of a member. Raises InputError where there is no chapter, or where there is too much in them.
    """
    book = _book(archive, limit, raw.where)
    locked = _locked(archive, limit, raw.where)
    size = found = 0
    for chapter in book.chapters:
        where = f"{raw.where}, {chapter}"
        try:
            if chapter in locked:
                raise InputError("Locked by the shop (DRM)", remedy="Get it without a lock", where=where)
            page = member(archive, chapter, limit, where=where)
            document = _chapter(page, book, raw, f"{raw.name}/{chapter}", where)
        except InputError as error:
            found += 1
            report(error)
            continue
        size += len(page)
        if size > BOOK_LIMITS * limit:
            raise too_large(None, BOOK_LIMITS * limit, where=raw.where)
        if document:
            found += 1
            yield document
    if not found:
        raise InputError("No chapter has a text", remedy="Check that it is no book of pictures", where=raw.where)


def _book(archive: zipfile.ZipFile, limit: int, where: str) -> _Book:
    container = parsed(member(archive, _CONTAINER, limit, where=where), where=where)
    path = next((str(root.get("full-path")) for root in container.iter("{*}rootfile")), "")
    about = parsed(member(archive, path, limit, where=where), where=where)
    items = {str(item.get("id")): item for item in about.iter("{*}item")}
    apart = {_inside(path, str(part.get("href"))) for part in about.iter("{*}reference") if part.get("type") in _APART}
    chapters = (
        _inside(path, str(item.get("href")))
        for entry in about.iter("{*}itemref")
        if (item := items.get(str(entry.get("idref")))) is not None and _is_chapter(item)
    )
    changed = next((m.text for m in about.iter("{*}meta") if m.get("property") == "dcterms:modified"), None)
    return _Book(
        title=first(about, "title"),
        published=parse_date(first(about, "date") or changed),
        language=first(about, "language")[:2].lower() or None,
        chapters=[chapter for chapter in dict.fromkeys(chapters) if chapter not in apart],
    )


def _is_chapter(item: Any) -> bool:
    properties = str(item.get("properties") or "").split()
    return str(item.get("media-type")) in _PAGES and not {"nav", "cover-image"} & set(properties)


def _inside(path: str, href: str) -> str:
    """The name of a member that ``path`` refers to by ``href``."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(href.partition("#")[0])))


def _locked(archive: zipfile.ZipFile, limit: int, where: str) -> frozenset[str]:
    """Members that are encrypted; of a book without a lock at most its fonts are."""
    if _LOCKS not in archive.NameToInfo:
        return frozenset()
    root = parsed(member(archive, _LOCKS, limit, where=where), where=where)
    return frozenset(unquote(str(reference.get("URI"))) for reference in root.iter("{*}CipherReference"))


def _chapter(page: bytes, book: _Book, raw: Raw, name: str, where: str) -> Document | None:
    """The Document of a chapter; None for one that has no story and few words. Raises InputError."""
    html = decode(page, where=where, declared=declared_charset(page))
    tree = parse(html) if html.strip() else None
    text = text_of(tree) if tree is not None else ""
    headings = tree.iter("h1", "h2", "h3") if tree is not None else ()
    title = next((title for heading in headings if (title := " ".join(heading.text_content().split()))), None)
    try:
        return document_from_text(
            text,
            id=name,
            title=title,
            url=raw.url,
            source=book.title or None,
            published=book.published,
            language=book.language,
            where=where,
        )
    except InputError:
        if len(text.split()) < _LEAST_WORDS:
            return None
        raise

"""Where articles come from: files, folders, standard input and, when allowed, the web."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from summarizer.errors import InputError
from summarizer.ingest import archive
from summarizer.ingest import open as formats
from summarizer.ingest.base import Entries, Entry, Report, raise_error, read_all
from summarizer.settings import Settings
from summarizer.types import Document

STDIN = "-"


def load_documents(
    sources: str | Path | Iterable[str | Path],
    *,
    settings: Settings | None = None,
    allow_urls: bool = False,
    stdin: BinaryIO | None = None,
    on_error: Report | None = None,
) -> list[Document]:
    """Documents of files, folders (recursive, sorted, hidden files left out), ``-`` and, if allowed, http(s) URLs.

    Ids are the article's own in JSON, else the file's name, its path within the given folder, or the URL; a second use
    of an id gets ``-2``, and so on. stdin: ``sys.stdin.buffer`` if None. With ``on_error`` each broken article is
    passed to it and the rest go on; without, the first raises its InputError. More than ``settings.max_documents``
    always raise.
    """
    settings = settings or Settings()
    report = on_error or raise_error
    given = [sources] if isinstance(sources, str | Path) else list(sources)
    documents: list[Document] = []
    ids: set[str] = set()
    for source in given:
        for document in _read_source(source, settings, report, allow_urls=allow_urls, stdin=stdin):
            if len(documents) == settings.max_documents:
                raise InputError(
                    f"More than {settings.max_documents} articles for one summary",
                    remedy="Give fewer, or raise SUMMARIZER_MAX_DOCUMENTS",
                )
            documents.append(_with_unique_id(document, ids))
    return documents


def _with_unique_id(document: Document, ids: set[str]) -> Document:
    unique, count = document.id, 1
    while unique in ids:
        count += 1
        unique = f"{document.id}-{count}"
    ids.add(unique)
    return document if unique == document.id else document.model_copy(update={"id": unique})


def _read_source(
    source: str | Path, settings: Settings, report: Report, *, allow_urls: bool, stdin: BinaryIO | None
) -> Iterator[Document]:
    limit = settings.max_document_bytes
    if source == STDIN:
        found: Entries = iter([_stdin(stdin or sys.stdin.buffer, limit)])
    elif isinstance(source, str) and source.lower().startswith(("http://", "https://")):
        found = iter([_fetched(source, settings, allowed=allow_urls)])
    else:
        found = archive.entries(source, limit)
    for entry in found:
        if isinstance(entry, InputError):
            report(entry)
        else:
            yield from formats.documents(entry, report, limit=limit)


def _stdin(stream: BinaryIO, limit: int) -> Entry | InputError:
    try:
        return Entry("stdin", "standard input", read_all(stream, limit, where="standard input"))
    except InputError as error:
        return error


def _fetched(url: str, settings: Settings, *, allowed: bool) -> Entry | InputError:
    if not allowed:
        return InputError("Web addresses are not fetched here", remedy="Save the page and give the file", where=url)
    if settings.offline:
        remedy = "Unset SUMMARIZER_OFFLINE, or give a saved page"
        return InputError("Not fetched while offline", remedy=remedy, where=url)
    from summarizer.ingest.web import fetch

    try:
        page = fetch(url, limit=settings.max_document_bytes)
    except InputError as error:
        return error
    return Entry(url, url, page.data, page.content_type, url=page.url, charset=page.charset)

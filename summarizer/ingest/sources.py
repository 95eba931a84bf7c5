"""Where articles come from: files, folders, standard input and, when allowed, the web."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from summarizer.errors import InputError
from summarizer.ingest import jsonl
from summarizer.ingest import open as formats
from summarizer.ingest.base import Raw, Report, raise_error
from summarizer.ingest.encoding import decode, refuse_binary
from summarizer.ingest.html import declared_charset
from summarizer.settings import Settings
from summarizer.types import Document

STDIN = "-"
_JSON_LINES = (".jsonl", ".ndjson")


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
    try:
        if source == STDIN:
            data = _read_all(stdin or sys.stdin.buffer, limit, where="standard input")
            yield from _read_bytes(data, Raw("stdin", "", "standard input"), report)
        elif isinstance(source, str) and source.lower().startswith(("http://", "https://")):
            yield from _read_url(source, settings, report, allowed=allow_urls)
        else:
            for path, name in _files(Path(source)):
                yield from _read_file(path, name, limit, report)
    except InputError as error:
        report(error)


def _files(path: Path) -> list[tuple[Path, str]]:
    """(file, id) pairs: of a folder all files below it in the order of their paths, of a file itself."""
    if not path.is_dir():
        return [(path, path.name or str(path))]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(folder) / name for name in names if not name.startswith(".")]
    files = sorted((file.relative_to(path).as_posix(), file) for file in found if file.is_file())
    if not files:
        raise InputError("No files in this folder", remedy="Give a folder that holds articles", where=str(path))
    return [(file, name) for name, file in files]


def _read_file(path: Path, name: str, limit: int, report: Report) -> Iterator[Document]:
    raw = Raw(name, "", str(path), path.suffix.lstrip("."))
    try:
        with path.open("rb") as stream:
            if path.suffix.lower() in _JSON_LINES:
                yield from jsonl.read_lines(_lines(stream, limit, where=str(path)), raw, report)
                return
            size = os.fstat(stream.fileno()).st_size
            if size > limit:
                raise _too_large(size, limit, where=str(path))
            yield from _read_bytes(_read_all(stream, limit, where=str(path)), raw, report)
    except InputError as error:
        report(error)
    except OSError as error:
        problem = (
            "No such file or folder" if isinstance(error, FileNotFoundError) else f"Cannot be read: {error.strerror}"
        )
        report(InputError(problem, remedy="Check the path and its permissions", where=str(path)))


def _read_bytes(data: bytes, raw: Raw, report: Report, *, charset: str | None = None) -> Iterator[Document]:
    try:
        content = decode(data, where=raw.where, declared=charset or declared_charset(data))
    except InputError as error:
        report(error)
        return
    yield from formats.read(raw._replace(text=content), report)


def _read_all(stream: BinaryIO, limit: int, *, where: str) -> bytes:
    """All bytes of a stream; InputError as soon as there are more than ``limit``."""
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise _too_large(None, limit, where=where)
    return data


def _lines(stream: BinaryIO, limit: int, *, where: str) -> Iterator[str | InputError]:
    """Decoded lines, one in memory at a time; a line beyond ``limit`` bytes is skipped and stands as its error."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if number == 1:
            refuse_binary(line, where=where)
        if len(line) <= limit or line.endswith(b"\n"):
            try:
                yield decode(line, where=f"{where}, line {number}")
            except InputError as error:
                yield error
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(limit)
        yield _too_large(None, limit, where=f"{where}, line {number}")


def _too_large(size: int | None, limit: int, *, where: str) -> InputError:
    found = f"{size:,} bytes" if size else "More bytes"
    return InputError(
        f"{found}, and one article may have {limit:,}",
        remedy="Give the article alone, or raise SUMMARIZER_MAX_DOCUMENT_BYTES",
        where=where,
    )


def _read_url(url: str, settings: Settings, report: Report, *, allowed: bool) -> Iterator[Document]:
    if not allowed:
        raise InputError("Web addresses are not fetched here", remedy="Save the page and give the file", where=url)
    if settings.offline:
        raise InputError(
            "Not fetched while offline", remedy="Unset SUMMARIZER_OFFLINE, or give a saved page", where=url
        )
    from summarizer.ingest.web import fetch

    page = fetch(url, limit=settings.max_document_bytes)
    raw = Raw(url, "", url, page.content_type, page.url)
    yield from _read_bytes(page.data, raw, report, charset=page.charset)

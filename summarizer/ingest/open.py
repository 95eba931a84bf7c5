"""Which reader an input needs: its content decides, its extension or MIME type breaks ties."""

from __future__ import annotations

import io
import json as json_codec
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TypeAlias, cast

from summarizer.errors import InputError
from summarizer.ingest import (
    corpora,
    csv,
    docx,
    epub,
    feed,
    html,
    json,
    jsonl,
    mail,
    markdown,
    mbox,
    odt,
    package,
    pdf,
    text,
)
from summarizer.ingest.base import Entries, Entry, Fields, File, Raw, Report
from summarizer.ingest.encoding import decode, refuse_binary
from summarizer.ingest.html import declared_charset
from summarizer.types import Document

Reader: TypeAlias = Callable[[Raw, Report], Iterator[Document]]
"""Reports what is wrong with one of several articles, and raises InputError where there is but one."""

PackageReader: TypeAlias = Callable[..., Iterator[Document]]
"""The same of an open zip file; ``limit``: bytes of a member."""

READERS: dict[str, Reader] = {
    "text": text.read,
    "html": html.read,
    "markdown": markdown.read,
    "json": json.read,
    "jsonl": jsonl.read,
    "feed": feed.read,
    "story": corpora.read_story,
    "joined": corpora.read_joined,
}
PACKAGES: dict[str, PackageReader] = {"docx": docx.read, "epub": epub.read, "odt": odt.read}
_HINTS = {
    "html": ("html", "htm", "xhtml", "text/html", "application/xhtml+xml"),
    "markdown": ("md", "markdown", "mkd", "text/markdown"),
    "json": ("json", "application/json"),
    "jsonl": ("jsonl", "ndjson", "application/x-ndjson", "application/jsonl"),
    "text": ("txt", "text", "text/plain"),
}
_TAG = re.compile(r"<(?:!doctype html|html|head|body|article|main|div|section|p|h1|meta|script)\b", re.IGNORECASE)
_FEED = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:rss|feed|rdf:RDF)\b", re.DOTALL)
_MARKDOWN_HEADING = re.compile(r"^#{1,3} \S.{0,200}$", re.MULTILINE)
_MARKDOWN_LINK = re.compile(r"\[[^\]\n]{1,200}\]\(\S{1,500}\)")
_HEAD = 4000


def read(raw: Raw, report: Report) -> Iterator[Document]:
    """Documents of one input, by the reader that its content asks for. Raises InputError as readers do."""
    if not raw.text.strip():
        raise InputError("Empty", remedy="Give a file that holds an article", where=raw.where)
    yield from READERS[sniff(raw.text, raw.hint)](raw, report)


def documents(entry: Entry, report: Report, *, limit: int, fields: Fields | None = None) -> Iterator[Document]:
    """Documents of one entry of an archive. limit: characters of a PDF's text; fields: names of a JSON object's fields.

    What is wrong with the entry is reported, and never raised but by ``report`` itself.
    """
    for one in _each(entry, limit):
        try:
            if isinstance(one, InputError):
                raise one
            yield from _read(one, report, limit, fields or {})
        except InputError as error:
            report(error)


def _each(entry: Entry, limit: int) -> Entries:
    """The entries of a file of many articles; any other is itself."""
    if isinstance(entry.data, bytes) and not entry.format:
        stream = cast("BinaryIO", io.BufferedReader(cast("Any", io.BytesIO(entry.data))))
        file = File(entry.name, entry.where, stream, len(entry.data))
        if entry.name.lower().endswith(csv.SUFFIXES):
            return csv.entries(file, limit)
        if mbox.is_mbox(entry.data[:_HEAD]):
            return mbox.entries(file, limit)
    return iter([entry])


def _read(entry: Entry, report: Report, limit: int, fields: Fields) -> Iterator[Document]:
    raw, data = Raw(entry.name, "", entry.where, entry.hint, entry.url, fields), entry.data
    if not isinstance(data, bytes):
        yield from json.articles(data, raw, report)
    elif data.startswith(pdf.MAGIC):
        yield pdf.read(data, raw, limit=limit)
    elif data.startswith(package.MAGIC):
        yield from _packed(data, raw, report, limit)
    elif odt.is_flat(data[:_HEAD]):
        yield odt.read_flat(data, raw)
    elif entry.format == mail.FORMAT or (not entry.format and mail.is_mail(data, entry.hint)):
        yield mail.read(data, raw)
    else:
        content = decode(data, where=entry.where, declared=entry.charset or declared_charset(data))
        yield from READERS.get(entry.format, read)(raw._replace(text=content), report)


def _packed(data: bytes, raw: Raw, report: Report, limit: int) -> Iterator[Document]:
    with package.opened(io.BytesIO(data), where=raw.where) as archive:
        kind = package.kind(archive, where=raw.where)
        if not kind:
            refuse_binary(data, where=raw.where)
        else:
            yield from PACKAGES[kind](archive, raw, report, limit=limit)


def sniff(content: str, hint: str = "") -> str:
    """Name of the format of ``content``: a key of READERS. hint: a file's extension without its dot, or a MIME type."""
    hinted = next((name for name, hints in _HINTS.items() if hint.lower() in hints), None)
    if _FEED.match(content[:_HEAD]):
        return "feed"
    start = content.lstrip()[:_HEAD]
    if start.startswith(("{", "[")):
        found = _sniff_json(content, hinted)
        if found:
            return found
    if start.startswith("<") and _TAG.search(start):
        return "html"
    if corpora.is_story(content):
        return "story"
    if hinted == "html" and re.search(r"<\w+[^>]{0,500}>", content[:100_000]):
        return "html"
    if corpora.is_joined(content):
        return "joined"
    if hinted in ("markdown", "text"):
        return hinted
    return "markdown" if _is_markdown(start) else "text"


def _sniff_json(content: str, hinted: str | None) -> str | None:
    """``json`` or ``jsonl`` when the content is that, or is meant to be; None for a text that only opens like it."""
    lines = content.strip().split("\n", 1)
    if len(lines) > 1 and _is_json(lines[0]):
        return "jsonl"
    if hinted in ("json", "jsonl"):
        return hinted
    return "json" if _is_json(content) else None


def _is_json(text: str) -> bool:
    try:
        return isinstance(json_codec.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _is_markdown(start: str) -> bool:
    """A heading at the very top, or a heading and a link somewhere: one of them alone occurs in plain text."""
    heading = _MARKDOWN_HEADING.search(start)
    return bool(heading and (heading.start() == 0 or _MARKDOWN_LINK.search(start)))

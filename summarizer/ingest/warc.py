"""WARC (ISO 28500) to entries: pages of a crawl, and the texts of WET files."""

from __future__ import annotations

import re
from typing import Any

from summarizer.errors import InputError
from summarizer.ingest.base import Entries, Entry, File, needs_extra, read_all
from summarizer.ingest.members import broken

_RECORDS = ("response", "resource", "conversion")
_READABLE = ("text/html", "application/xhtml+xml", "text/plain", "application/pdf")
_OF_THE_CRAWLER = ("metadata:", "urn:")  # logs of wget, screenshots and texts of Browsertrix
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def entries(file: File, limit: int) -> Entries:
    """One entry a page that the server answered with 200; images, redirects and the like are no articles."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError as error:
        raise needs_extra("warcio", where=file.where) from error
    try:
        for record in ArchiveIterator(file.stream):
            if record.rec_type in _RECORDS:
                yield from _page(record, file, limit)
    except ArchiveLoadFailed as error:
        yield broken(error, where=file.where)


def _page(record: Any, file: File, limit: int) -> Entries:
    http = record.http_headers
    written = (http or record.rec_headers).get_header("Content-Type") or ""
    kind = written.split(";")[0].strip().lower()
    if kind not in _READABLE or (http and http.get_statuscode() != "200"):
        return
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    if url.startswith(_OF_THE_CRAWLER):
        return
    name = url or record.rec_headers.get_header("WARC-Record-ID") or file.name
    where = f"{file.where}, {name}"
    try:
        data = read_all(record.content_stream(), limit, where=where, size=record.payload_length)
    except InputError as error:
        yield error
    else:
        charset = _CHARSET.search(written)
        yield Entry(name, where, data, hint=kind, url=url or None, charset=charset and charset[1])

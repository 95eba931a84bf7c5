"""WARC (ISO 28500) to entries: pages of a crawl, and the texts of WET files."""

from __future__ import annotations

from typing import BinaryIO, cast

from summarizer.errors import InputError
from summarizer.ingest.base import Entries, Entry, File, needs_extra, read_all

_READABLE = ("text/html", "application/xhtml+xml", "text/plain", "application/pdf")


def entries(file: File, limit: int) -> Entries:
    """One entry a page that the server answered with 200; images, redirects and the like are no articles."""
    try:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
    except ImportError as error:
        raise needs_extra("fastwarc", where=file.where) from error
    wanted = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    for record in ArchiveIterator(file.stream, record_types=wanted, auto_decode="all"):
        url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
        name = url or str(record.record_id)
        http = record.http_headers
        kind = record.http_content_type if http else (record.headers.get("Content-Type") or "").split(";")[0]
        if (http and http.status_code != 200) or kind not in _READABLE:
            continue
        where = f"{file.where}, {name}"
        try:
            data = read_all(cast("BinaryIO", record.reader), limit, where=where, size=record.content_length)
        except InputError as error:
            yield error
        else:
            yield Entry(name, where, data, hint=kind, url=url or None, charset=record.http_charset)

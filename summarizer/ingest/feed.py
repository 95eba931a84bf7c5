"""RSS and Atom to Documents: one an item that carries its text."""

from __future__ import annotations

import io
from calendar import timegm
from collections.abc import Iterator
from typing import Any

from summarizer.errors import InputError
from summarizer.ingest.base import Raw, Report, needs_extra
from summarizer.ingest.dates import parse_date
from summarizer.ingest.html import document_from_html
from summarizer.ingest.text import document_from_text
from summarizer.types import Document


def read(raw: Raw, report: Report) -> Iterator[Document]:
    """The articles of a feed; an item that holds a link only is an error that names it."""
    try:
        import feedparser
    except ImportError:
        report(needs_extra("feedparser", where=raw.where))
        return
    feed = feedparser.parse(io.BytesIO(raw.text.encode()), response_headers={"content-type": "text/xml; charset=utf-8"})
    for number, item in enumerate(feed.entries, start=1):
        where = f"{raw.where}, item {number}"
        try:
            yield _article(item, feed.feed, name=f"{raw.name}#{number}", where=where)
        except InputError as error:
            report(error)
    if not feed.entries:
        remedy = "Check that the feed is whole, or give the pages that it links to"
        report(InputError("Looks like a feed, and holds no items", remedy=remedy, where=raw.where))


def _article(item: Any, feed: Any, *, name: str, where: str) -> Document:
    contents = [part.value for part in item.get("content", ()) if part.get("value")]
    body = max((*contents, item.get("summary", "")), key=len)
    date = item.get("published_parsed") or item.get("updated_parsed")
    language = item.get("language") or feed.get("language") or ""
    is_page = "<" in body
    read_body = document_from_html if is_page else document_from_text
    return read_body(
        f"<html><body><article>{body}</article></body></html>" if is_page else body,
        id=item.get("id") or item.get("link") or name,
        title=item.get("title"),
        url=item.get("link"),
        source=feed.get("title"),
        published=parse_date(timegm(date)) if date else None,
        language=language[:2].lower() or None,
        where=where,
    )

"""Web pages to Documents: trafilatura finds the article, the page's own metadata names it.

trafilatura with ``favor_precision`` read gold article bodies at F1 0.968, its default at 0.957, Resiliparse at 0.914
(``benchmarks/extraction.py`` of 680a1a3, 120 pages).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from summarizer.errors import InputError
from summarizer.ingest.base import Raw, Report
from summarizer.ingest.dates import parse_date
from summarizer.ingest.encoding import decode
from summarizer.ingest.text import document_from_text
from summarizer.types import Document

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?\s{0,5}([\w.:-]{2,40})""", re.IGNORECASE)
_CHARSET_WINDOW = 4096
_IS_PAGE = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_MANY_TEASERS, _WORDS_A_TEASER = 4, 20
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?$", re.IGNORECASE)


def read(raw: Raw, _: Report) -> Iterator[Document]:
    """The one article of a page. Raises InputError."""
    yield document_from_html(raw.text, id=raw.name, url=raw.url, where=raw.where)


def document_from_html(
    html: str | bytes,
    *,
    id: str,  # noqa: A002 - the field's name in Document and in JSON
    title: str | None = None,
    url: str | None = None,
    source: str | None = None,
    published: datetime | None = None,
    language: str | None = None,
    where: str | None = None,
) -> Document:
    """Extract and clean the article of ``html``; what the caller does not give comes from the page's metadata.

    Bytes are decoded by their byte order mark, UTF-8, the charset in the page's ``meta``, or a guess, in that order.
    A date without a time is midnight UTC. Raises InputError when the page holds no story.
    """
    where = where or id
    if isinstance(html, bytes):
        html = decode(html, where=where, declared=declared_charset(html))
    if not html.strip():
        raise InputError("Empty", remedy="Give a page that holds an article", where=where)
    tree = parse(html)
    page_published, page_language = (_published(tree), _language(tree)) if tree is not None else (None, None)
    teasers = _teasers(tree) if tree is not None else 0
    found = _extract(tree, url) if tree is not None else None
    if found is None:
        raise InputError("No story found in the page", remedy="Check that it is an article's page", where=where)
    if teasers >= _MANY_TEASERS and len((found.text or "").split()) < _WORDS_A_TEASER * teasers:
        raise InputError(
            f"No story found in the page: it lists {teasers} other articles",
            remedy="Give the page of one of them",
            where=where,
        )
    site = source or _stripped(found.sitename)
    return document_from_text(
        _without_table_marks(found.text or ""),
        id=id,
        title=title or _title(_stripped(found.title), site),
        url=url or _stripped(found.url),
        source=site,
        published=published or page_published or parse_date(found.date),
        language=language or page_language,
        where=where,
        whole_sentences=True,
    )


def declared_charset(html: bytes) -> str | None:
    """The charset that the page's ``meta`` names, if any (HTML Living Standard, 13.2.3.2, in short)."""
    found = _CHARSET.search(html[:_CHARSET_WINDOW])
    return found.group(1).decode("ascii", errors="ignore") if found else None


def parse(html: str) -> HtmlElement | None:
    """The tree of a page or a fragment of one; None where it is no HTML."""
    from trafilatura import load_html

    html = _XML_DECLARATION.sub("", html)
    if not _IS_PAGE.search(html, 0, _CHARSET_WINDOW):  # trafilatura takes a fragment of one element for no HTML at all
        html = f"<html><body>{html}</body></html>"
    tree: HtmlElement | None = load_html(html)
    return tree


def _extract(tree: HtmlElement, url: str | None) -> Any:
    """Trafilatura's Document, or None; it takes ``tree`` apart on the way."""
    from trafilatura import bare_extraction

    return bare_extraction(
        tree,
        url=url,
        favor_precision=True,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )


def _without_table_marks(text: str) -> str:
    """Cells of a table as lines: trafilatura writes ``| a | b |``, and old pages lay whole stories out in tables."""
    return "\n".join(re.sub(r"\s*\|\s*", "\n", line) if line.startswith("|") else line for line in text.split("\n"))


def _title(title: str | None, site: str | None) -> str | None:
    """The title without the site's name that many pages put before or after it."""
    if title and site:
        name, mark = re.escape(site), r"\s*[|–—:-]\s*"
        title = re.sub(rf"^{name}{mark}|{mark}{name}$", "", title, flags=re.IGNORECASE) or title
    return title


def _published(tree: HtmlElement) -> datetime | None:
    """The publication time from the page's ``meta`` and ``time`` elements; the first that parses."""
    queries = (
        "//meta[@property='article:published_time' or @itemprop='datePublished']/@content",
        "//meta[@name='date' or @name='pubdate' or @name='parsely-pub-date' or @name='DC.date.issued']/@content",
        "//time[@itemprop='datePublished' or @pubdate]/@datetime",
    )
    values = (str(value) for query in queries for value in tree.xpath(query))
    latest = datetime.now(UTC) + timedelta(days=1)  # a clock that is a day ahead is forgiven
    return next((date for value in values if (date := parse_date(value)) and date.year > 1900 and date <= latest), None)


def _teasers(tree: HtmlElement) -> int:
    """How many headings are links, as those of other articles are."""
    headings = tree.xpath("//h2[.//a[@href]] | //h3[.//a[@href]] | //h4[.//a[@href]] | //a[@href][h2 or h3 or h4]")
    return len({" ".join(heading.text_content().split()) for heading in headings})


def _language(tree: HtmlElement) -> str | None:
    """ISO 639-1 code from ``html lang``, else from ``og:locale`` or ``content-language``."""
    values = tree.xpath("//html/@lang | //meta[@property='og:locale']/@content")
    values += tree.xpath("//meta[@http-equiv='content-language' or @http-equiv='Content-Language']/@content")
    found = (_LANGUAGE.match(str(value).strip()) for value in values)
    return next((match.group(1).lower() for match in found if match), None)


def _stripped(value: object) -> str | None:
    return " ".join(str(value).split()) or None if value else None

"""JSON to Documents: one article as an object, many as an array or under ``documents`` or ``articles``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from summarizer.errors import InputError
from summarizer.ingest import corpora, jsonfeed
from summarizer.ingest.base import Fields, Raw, Report
from summarizer.ingest.dates import parse_date
from summarizer.ingest.html import document_from_html
from summarizer.ingest.text import document_from_text
from summarizer.types import Document

_TEXT_FIELDS = tuple("text html content body article articleBody story content_html maintext document desc".split())
_ADDRESSES = ("url", "link")
_SOURCES = ("source", "publisher", "site_name", "sitename", "outletName", "source_domain", "domain")
_LIST_FIELDS = ("documents", "articles")
_SHAPE = (
    f"Give objects with one of {', '.join(_TEXT_FIELDS[:5])}; title, url, source, published and id may stand beside it"
)


def read(raw: Raw, report: Report) -> Iterator[Document]:
    """The articles of a JSON file."""
    try:
        value = parse(raw.text, where=raw.where)
    except InputError as error:
        report(error)
        return
    yield from articles(value, raw, report)


def parse(text: str, *, where: str) -> Any:
    """The JSON value of ``text``; InputError with line and column when it is none."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        problem = f"Not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}"
    except (RecursionError, ValueError):
        problem = "Not usable JSON: nested too deep, or a number too long"
    raise InputError(problem, remedy="Correct it, or give the article as text", where=where)


def articles(value: object, raw: Raw, report: Report) -> Iterator[Document]:
    """Documents of a parsed value, or of a row; a broken one is reported and the rest go on.

    A single article that carries no id is called ``raw.name``; those of a list are ``raw.name#1`` and on.
    """
    name = raw.name
    entries = _entries(value)
    many = entries is not None
    for number, entry in enumerate(entries if entries is not None else [value], start=1):
        where = f"{raw.where}, article {number}" if many else raw.where
        try:
            yield _article(_renamed(entry, raw.fields), name=f"{name}#{number}" if many else name, where=where)
        except InputError as error:
            report(error)
    if many and not entries:
        report(InputError("Holds no articles", remedy=_SHAPE, where=raw.where))


def _entries(value: object) -> list[object] | None:
    """The list that ``value`` is or wraps; None when it is one article."""
    of_feed = jsonfeed.items(value)
    if of_feed is not None:
        return of_feed
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        if isinstance(text := value.get("document"), str) and corpora.is_joined(text):
            return [part for parts in corpora.joined(text) for part in parts]
        return next((value[field] for field in _LIST_FIELDS if isinstance(value.get(field), list)), None)
    return None


def _renamed(entry: object, fields: Fields) -> object:
    """``entry`` with our names for what ``fields`` names otherwise."""
    if not fields or not isinstance(entry, Mapping):
        return entry
    return {**entry, **{ours: dig(entry, theirs) for ours, theirs in fields.items()}}


def dig(entry: Mapping[str, object], path: str) -> object:
    """The value at a dotted path, or under a key that is written so; None where there is none."""
    if path in entry:
        return entry[path]
    first, _, rest = path.partition(".")
    inner = entry.get(first)
    return dig(inner, rest) if rest and isinstance(inner, Mapping) else None


def _article(entry: object, *, name: str, where: str) -> Document:
    if isinstance(entry, str):
        return document_from_text(entry, id=name, where=where)
    if not isinstance(entry, Mapping):
        raise InputError("Not an article", remedy=_SHAPE, where=where)
    bodies = {field: body for field in _TEXT_FIELDS if (body := _body(entry.get(field))) is not None}
    field = next((field for field, body in bodies.items() if body.strip()), next(iter(bodies), None))
    if field is None and _string(entry, *_ADDRESSES):
        remedy = "Fetch the page of that address and give it, or name the text's field with --field text=NAME"
        raise InputError("No article text in it, only an address", remedy=remedy, where=where)
    if field is None:
        raise InputError("No article text in it", remedy=_SHAPE, where=where)
    body = bodies[field]
    is_page = "html" in field or _looks_like_html(body)
    read_body = document_from_html if is_page else document_from_text
    return read_body(
        body,
        id=_string(entry, "id", "custom_id", "uuid") or name,
        title=_string(entry, "title", "headline"),
        url=_string(entry, *_ADDRESSES),
        source=_string(entry, *_SOURCES),
        published=_date(entry),
        language=_language(entry),
        where=where,
    )


def _body(value: object) -> str | None:
    """Text of a field: a string, or a list of paragraphs."""
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return "\n\n".join(value)
    return value if isinstance(value, str) else None


def _looks_like_html(text: str) -> bool:
    head = text[:2000].lower()
    return head.lstrip().startswith("<") and any(
        tag in head for tag in ("<p", "<div", "<html", "<!doctype", "<article")
    )


def _string(entry: Mapping[str, object], *fields: str) -> str | None:
    """The first of ``fields`` that says something; of an object its ``name``, as news APIs write sources."""
    for field in fields:
        value = entry.get(field)
        if isinstance(value, Mapping):
            value = value.get("name")
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return None


def _date(entry: Mapping[str, object]) -> datetime | None:
    fields = (
        "published",
        "date",
        "published_at",
        "publishedAt",
        "datePublished",
        "pub_date",
        "date_publish",
        "seendate",
        "timestamp",
    )
    return next((date for field in fields if (date := parse_date(entry.get(field)))), None)


def _language(entry: Mapping[str, object]) -> str | None:
    """An ISO 639-1 code; names of languages and three-letter codes are left to detection."""
    code = (_string(entry, "language", "lang") or "").replace("_", "-").split("-")[0].lower()
    return code if len(code) == 2 and code.isalpha() else None

"""Files of summarisation data sets: references apart from the texts, articles that are joined in one text apart.

A ``.story`` of CNN/DailyMail has lines of ``@highlight`` behind its text, each with a sentence of the reference below.
Multi-News joins the articles of a story with ``|||||``, one story a line, with ``NEWLINE_CHAR`` for line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarizer.errors import InputError
from summarizer.ingest.base import Raw, Report
from summarizer.ingest.text import document_from_text
from summarizer.types import Document

_HIGHLIGHT = re.compile(r"^[ \t]*@highlight[ \t]*\r?$", re.MULTILINE)
_JOINT, _LINE = "|||||", "NEWLINE_CHAR"


def is_story(content: str) -> bool:
    """Whether a text has the marks of a ``.story``."""
    return bool(_HIGHLIGHT.search(content))


def without_highlights(content: str) -> tuple[str, list[str]]:
    """(text, highlights) of a ``.story``; the highlights are its reference, and never part of the text."""
    text, *highlights = _HIGHLIGHT.split(content)
    return text.strip(), [said for part in highlights if (said := " ".join(part.split()))]


def joined(content: str) -> list[str] | None:
    """The articles that a text joins as Multi-News does; None when it is one article."""
    if _JOINT not in content:
        return None
    stories = content.split("\n") if _LINE in content else [content]
    parts = (part.replace(_LINE, "\n").strip() for story in stories for part in story.split(_JOINT))
    return [part for part in parts if part]


def read_story(raw: Raw, _: Report) -> Iterator[Document]:
    """The one article of a ``.story``. Raises InputError."""
    text, _highlights = without_highlights(raw.text)
    yield document_from_text(text, id=raw.name, url=raw.url, where=raw.where)


def read_joined(raw: Raw, report: Report) -> Iterator[Document]:
    """The articles of a text that joins them; a broken one is reported."""
    parts = joined(raw.text) or []
    for number, part in enumerate(parts, start=1):
        where = f"{raw.where}, article {number}"
        try:
            yield document_from_text(part, id=f"{raw.name}#{number}", where=where)
        except InputError as error:
            report(error)
    if not parts:
        report(InputError("Holds no articles", remedy="Give a text between the marks", where=raw.where))

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


def is_joined(content: str) -> bool:
    """Whether a text joins articles as Multi-News does."""
    return _JOINT in content


def joined(content: str) -> list[list[str]]:
    """The articles of each story of a text that joins them."""
    stories = content.strip().split("\n") if _LINE in content else [content]
    parted = ([part.replace(_LINE, "\n").strip() for part in story.split(_JOINT)] for story in stories)
    return [list(filter(None, parts)) for parts in parted]


def read_story(raw: Raw, _: Report) -> Iterator[Document]:
    """The one article of a ``.story``. Raises InputError."""
    text, _highlights = without_highlights(raw.text)
    yield document_from_text(text, id=raw.name, url=raw.url, where=raw.where)


def read_joined(raw: Raw, report: Report) -> Iterator[Document]:
    """The articles of a text that joins them, named by line and place where it holds several stories; a broken one is
    reported."""
    stories = joined(raw.text)
    for line, parts in enumerate(stories, start=1):
        name, where = (f"{raw.name}#{line}", f"{raw.where}, line {line}") if len(stories) > 1 else (raw.name, raw.where)
        for number, part in enumerate(parts, start=1):
            try:
                yield document_from_text(part, id=f"{name}#{number}", where=f"{where}, article {number}")
            except InputError as error:
                report(error)
    if not any(stories):
        report(InputError("Holds no articles", remedy="Give a text between the marks", where=raw.where))

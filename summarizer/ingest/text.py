"""Plain text to a Document, and the last step of every other reader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from summarizer.errors import InputError
from summarizer.ingest.base import Raw, Report
from summarizer.ingest.clean import clean, has_sentence, headline, is_cased
from summarizer.ingest.dates import date_in_text, date_in_url
from summarizer.types import Document

MIN_STORY_WORDS = 5
"""A cleaned text with fewer words is no story."""
MIN_STORY_LETTERS = 8
"""The same for scripts that do not put blanks between words."""


def read(raw: Raw, _: Report) -> Iterator[Document]:
    """The one document of a text file. Raises InputError."""
    yield document_from_text(raw.text, id=raw.name, url=raw.url, where=raw.where)


def document_from_text(
    text: str,
    *,
    id: str,  # noqa: A002 - the field's name in Document and in JSON
    title: str | None = None,
    url: str | None = None,
    source: str | None = None,
    published: datetime | None = None,
    language: str | None = None,
    where: str | None = None,
    whole_sentences: bool = False,
) -> Document:
    """Clean ``text`` into a Document; without ``title``, a headline at its top becomes the title, and without
    ``published`` the date is that of the address or of a dateline.

    where: how to name the input in errors (``id`` by default); whole_sentences: refuse a text in which no sentence
    ends, as a page of links is. Raises InputError when the text is empty or no story is left after cleaning.
    """
    where = where or id
    if not text.strip():
        raise InputError("Empty", remedy="Give a file or text that holds an article", where=where)
    title = " ".join(title.split()) or None if title else headline(text)
    story = clean(text, title=title)
    lack = _lack(story, whole_sentences=whole_sentences)
    if lack:
        remedy = "Check that it is an article, not an error page, a list of links or navigation"
        raise InputError(f"No story found: without boilerplate {lack}", remedy=remedy, where=where)
    published = published or date_in_url(url) or date_in_text(text)
    return Document(id=id, text=story, title=title, url=url, source=source, published=published, language=language)


def _lack(story: str, *, whole_sentences: bool) -> str | None:
    """What a cleaned text lacks to be a story, or None."""
    letters = sum(char.isalpha() for char in story)
    if not letters:
        return "nothing is left"
    spaced = is_cased(story)
    if len(story.split()) < MIN_STORY_WORDS and (spaced or letters < MIN_STORY_LETTERS):
        return f"fewer than {MIN_STORY_WORDS} words are left"
    if whole_sentences and not has_sentence(story):
        return "no sentence is left"
    return None

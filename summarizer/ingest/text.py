"""Plain text to a Document, and the last step of every other reader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from summarizer.clean import clean, has_sentence, headline, is_cased
from summarizer.errors import InputError
from summarizer.ingest.base import Raw, Report
from summarizer.types import Document

MIN_STORY_WORDS = 5
"""A cleaned text with fewer words is no story."""
MIN_STORY_LETTERS = 8
"""The same for scripts that do not put blanks between words."""


def read(raw: Raw, report: Report) -> Iterator[Document]:
    """The one document of a text file."""
    try:
        yield document_from_text(raw.text, id=raw.name, url=raw.url, where=raw.where)
    except InputError as error:
        report(error)


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
    """Clean ``text`` into a Document; without ``title``, a headline at its top becomes the title.

    where: how to name the input in errors (``id`` by default); whole_sentences: refuse a text in which no line ends
    like a sentence, as a page of links is. Raises InputError when the text is empty or no story is left after cleaning.
    """
    where = where or id
    if not text.strip():
        raise InputError("Empty", remedy="Give a file or text that holds an article", where=where)
    title = " ".join(title.split()) or None if title else headline(text)
    story = clean(text, title=title)
    if not _is_story(story) or (whole_sentences and not has_sentence(story)):
        raise InputError(
            "No story found: what is left after removing boilerplate is "
            + (f"{len(story.split())} words" if story else "nothing"),
            remedy="Check that it is an article, not an error page, a list of links or navigation",
            where=where,
        )
    return Document(id=id, text=story, title=title, url=url, source=source, published=published, language=language)


def _is_story(text: str) -> bool:
    if len(text.split()) >= MIN_STORY_WORDS:
        return any(char.isalpha() for char in text)
    return not is_cased(text) and sum(char.isalpha() for char in text) >= MIN_STORY_LETTERS

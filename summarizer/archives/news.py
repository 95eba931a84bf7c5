"""One story of a digest: its summary, what is new in it, who said what in their own words, and how it ran over days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from summarizer.errors import InputError
from summarizer.language.english import REPORTING, key, quotations, unquoted, words
from summarizer.language.names import names
from summarizer.reading.segment import split_sentences
from summarizer.summarizer import Summarizer
from summarizer.types import Document, Sentence, Summary, SummaryOptions
from summarizer.update import update

MOST_QUOTATIONS = 3
_QUOTED_WORDS = 6  # a quotation of fewer is a scare quote or a term
_SPOKEN = REPORTING - {"cited", "citing", "reported", "reports", "reporting", "according"}


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Quotation(_Record):
    """A source sentence, word for word, in which ``speaker`` is quoted."""

    speaker: str
    text: str
    document: str


class Day(_Record):
    """What the first article of a day was about: its headline, or its first sentence."""

    day: str
    text: str
    document: str


class Article(_Record):
    """An article as a digest names it; its text is not kept twice."""

    id: str
    title: str
    outlet: str
    url: str | None
    published: datetime | None
    copy_of: str | None


class Story(_Record):
    """An entry of a digest. id: the same as long as the story runs; title: its newest article's; updated: when that was
    published; outlets: how many tell it, near-copies counted once; new: what came since the last digest, None when the
    story is told for the first time; quotations: of the articles that were not told before; edition, place: the end of
    the days of the digest that told it last, and where it stood there."""

    id: str
    title: str
    updated: datetime
    outlets: int
    summary: Summary
    new: Summary | None
    quotations: tuple[Quotation, ...]
    timeline: tuple[Day, ...]
    articles: tuple[Article, ...]
    edition: datetime | None = None
    place: int = 0


def tell(
    summarizer: Summarizer,
    name: str,
    documents: Sequence[Document],
    earlier: Summary | None,
    options: SummaryOptions,
) -> Story | None:
    """The entry of the story ``name``; None when its articles add nothing to ``earlier``.

    Raises InputError and GenerationError as a Summarizer does.
    """
    if earlier is None:
        summary, new = summarizer.summarize(documents, options), None
    else:
        made = update(summarizer, earlier, documents, options)
        if made.new is None:
            return None
        summary, new = made.merged, made.new
    told = [Document(**d.model_dump(exclude={"copy_of"})) for d in summary.documents if d.copy_of is None]
    known = {d.id for d in earlier.documents} if earlier else set()
    dated = sorted((d for d in told if d.published), key=lambda d: (_moment(d), d.id))
    if not dated:
        raise InputError("None of its articles has a date", remedy="Give articles with dates", where=name)
    latest = next((d for d in reversed(dated) if d.title), dated[-1])
    return Story(
        id=name,
        title=latest.title or split_sentences(latest)[0].text,
        updated=_moment(dated[-1]),
        outlets=len({outlet(d) for d in told}),
        summary=summary,
        new=new,
        quotations=tuple(spoken([d for d in told if d.id not in known])),
        timeline=tuple(timeline(dated)),
        articles=tuple(
            Article(
                id=d.id,
                title=d.title or d.id,
                outlet=outlet(d),
                url=d.url,
                published=d.published,
                copy_of=d.copy_of,
            )
            for d in summary.documents
        ),
    )


def outlet(document: Document) -> str:
    """Who published it: the name it gives, else the host of its address, else its id."""
    host = urlsplit(document.url or "").hostname or ""
    return document.source or host.removeprefix("www.") or document.id


def spoken(documents: Sequence[Document]) -> list[Quotation]:
    """Sentences that quote somebody whom they name, those first that most documents have; one a speaker at first.

    English only, as the words that tell of speaking are. Precision before recall: a sentence without a name outside its
    quotation marks, or without a verb of speaking, is left out.
    """
    flat = {d.id: " ".join(d.text.split()) for d in documents}
    found: dict[str, tuple[int, Quotation]] = {}
    for document in documents:
        if document.language not in (None, "en"):
            continue
        for sentence in split_sentences(document):
            if quoted := _quotation(sentence):
                said, speaker = quoted
                heard = sum(said in text for text in flat.values())
                shown = " ".join(sentence.text.split())
                found.setdefault(said, (heard, Quotation(speaker=speaker, text=shown, document=document.id)))
    ranked = [quotation for _, quotation in sorted(found.values(), key=lambda one: -one[0])]
    first = {quotation.speaker: quotation for quotation in reversed(ranked)}
    ordered = [q for q in ranked if first[q.speaker] is q] + [q for q in ranked if first[q.speaker] is not q]
    return ordered[:MOST_QUOTATIONS]


def _quotation(sentence: Sentence) -> tuple[str, str] | None:
    """The longest closed quotation of ``sentence``, and its one speaker by name."""
    text = sentence.text
    spans = [(s, e) for s, e in quotations(text) if text[s] in '"“' and text[e - 1] in '"”' and e - s > 2]
    said = max((" ".join(text[s + 1 : e - 1].split()).rstrip(".,;!?") for s, e in spans), key=len, default="")
    around = unquoted(text)
    if len(words(said)) < _QUOTED_WORDS or not any(key(word) in _SPOKEN for word in words(around)):
        return None
    persons = [around[name.start : name.end] for name in names(around)]
    return (said, persons[0]) if persons else None


def timeline(dated: Sequence[Document]) -> list[Day]:
    """One line a day for a story of several days: what its first article is called. ``dated``: in order of time."""
    days: dict[str, Document] = {}
    for document in dated:
        days.setdefault(_moment(document).date().isoformat(), document)
    if len(days) < 2:
        return []
    return [
        Day(day=day, text=document.title or split_sentences(document)[0].text, document=document.id)
        for day, document in days.items()
    ]


def _moment(document: Document) -> datetime:
    told = document.published
    assert told is not None  # noqa: S101
    return told if told.tzinfo else told.replace(tzinfo=UTC)

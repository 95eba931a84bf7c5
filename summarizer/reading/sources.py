"""What a summary is made from: the articles, read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.errors import InputError
from summarizer.ingest.clean import clean, is_cased, is_marked, normalize
from summarizer.interruption import interruptible
from summarizer.language.detection import detect_language
from summarizer.reading.embedding import Encode, Floats
from summarizer.reading.moments import is_live_blog, moments, order_of
from summarizer.reading.near_copies import near_copies
from summarizer.reading.segment import split_sentences
from summarizer.reading.strangers import is_list, openings, stories
from summarizer.reading.strangers import warning as strangers_warning
from summarizer.types import Document, Sentence, SourceDocument

Ints = NDArray[np.int64]

MAX_SENTENCES = 3_000
"""Sentences that are embedded at most; of longer input every document gives its opening."""


@dataclass(frozen=True)
class Sources:
    """The articles of one summary, read once.

    documents: all of them, near-copies marked; independent: those that are read; sentences: (n) theirs; vectors: (n, d)
    unit rows; voices: (n,) index into ``independent``; places: (n,) the place of each sentence in its article, newest
    entry first in a live blog; titles: (m, d) vectors of the articles' titles; total_sentences and total_words: of all
    independent documents, read or not; warnings: what was not read, and why; encode: made the vectors.
    """

    documents: tuple[SourceDocument, ...]
    independent: tuple[Document, ...]
    sentences: tuple[Sentence, ...]
    vectors: Floats
    voices: Ints
    places: Ints
    titles: Floats | None
    language: str
    total_sentences: int
    total_words: int
    warnings: tuple[str, ...]
    encode: Encode


def read_sources(documents: Sequence[Document], encode: Encode, language: str | None = None) -> Sources:
    """Collapse near-copies, split, embed, and part what is another story.

    language: ISO 639-1 code of the story where it is known. Raises InputError when there is nothing to summarise.
    """
    language, foreign = _languages(documents, language)
    told = _stories([d for d in documents if d.id not in foreign])
    read = [d for d in documents if d.id in told]
    empty = [d.id for d in documents if d.id not in told and d.id not in foreign]
    copies = _copies(read)
    independent = [d.model_copy(update={"language": d.language or language}) for d in read if d.id not in copies]
    articles, notes = _parted(_embedded(independent, told, encode), language)
    lists = [a.document.id for a in articles if is_list(a.vectors, [s.text for s in a.sentences])]
    notes += [f"a list of separate items, not one story: {', '.join(lists)}"] if lists else []
    titles = [article.title for article in articles if article.title is not None]
    sentences = tuple(s for article in articles for s in article.sentences)
    total = sum(article.length for article in articles)
    return Sources(
        documents=tuple(SourceDocument(**d.model_dump(), copy_of=copies.get(d.id)) for d in documents),
        independent=tuple(article.document for article in articles),
        sentences=sentences,
        vectors=np.vstack([article.vectors for article in articles]),
        voices=np.array([voice for voice, a in enumerate(articles) for _ in a.sentences], dtype=np.int64),
        places=np.concatenate([_places(article) for article in articles]),
        titles=np.array(titles) if titles else None,
        language=language,
        total_sentences=total,
        total_words=sum(article.words for article in articles),
        warnings=(*_warnings(foreign, empty, language, len(sentences), total), *notes),
        encode=encode,
    )


class _Article(NamedTuple):
    """One independent document as it is read. sentences: those that are embedded; vectors: (n, d) theirs; title: (d,);
    length, words: of all its sentences."""

    document: Document
    sentences: list[Sentence]
    vectors: Floats
    title: Floats | None
    length: int
    words: int


def _copies(documents: Sequence[Document]) -> dict[str, str]:
    """Of each near-copy, by id, the document that stands for it."""
    stands_for = near_copies([d.text for d in documents])
    return {documents[i].id: documents[j].id for i, j in enumerate(stands_for) if i != j}


def _embedded(documents: Sequence[Document], told: dict[str, str], encode: Encode) -> list[_Article]:
    """Split and embedded; documents without a sentence are left out. Raises InputError when all are."""
    split = [_told(split_sentences(d), told[d.id]) for d in interruptible(documents)]
    if not any(split):
        raise InputError(
            "no sentence was found in it", remedy="Give articles with running text.", where=documents[0].id
        )
    kept = _openings(split, MAX_SENTENCES)
    titles = [d.title for d in documents if d.title]
    rows = iter(encode([*(s.text for some in kept for s in some), *titles]))
    vectors = [[next(rows) for _ in some] for some in kept]
    named = [next(rows) if d.title else None for d in documents]
    return [
        _Article(d, own, np.array(found), title, len(every), sum(len(s.text.split()) for s in every))
        for d, own, found, title, every in zip(documents, kept, vectors, named, split, strict=True)
        if own
    ]


def _parted(articles: list[_Article], language: str) -> tuple[list[_Article], list[str]]:
    """The articles of the main story, and a warning that names the others. The vectors know English best: articles in
    other languages stay together."""
    if len(articles) < 2 or language != "en":
        return articles, []
    groups = stories(openings([a.vectors for a in articles], [a.title for a in articles]))
    if len(groups) == 1:
        return articles, []
    named = [[articles[i].document.id for i in group] for group in groups]
    return [articles[i] for i in groups[0]], [strangers_warning(named)]


def _places(article: _Article) -> Ints:
    """(n,) the place of each sentence in its article; in a live blog the newest entry comes first."""
    places = np.array([s.index for s in article.sentences], dtype=np.int64)
    if not is_live_blog(article.document.text):
        return places
    told = moments([article.document], article.sentences)
    order = sorted(range(len(places)), key=lambda i: (-order_of(told[i]), i))
    places[order] = np.arange(len(order))
    return places


def _languages(documents: Sequence[Document], stated: str | None) -> tuple[str, dict[str, str]]:
    """The language of most words, and the documents (by id) that are surely in another one."""
    found = {d.id: d.language or detect_language(d.text) for d in interruptible(documents)}
    words = Counter[str]()
    for document in documents:
        if code := found[document.id]:
            words[code] += len(document.text)
    main = stated or (min(words, key=lambda code: (-words[code], code)) if words else "en")
    foreign = {name: code for name, code in found.items() if code and code != main}
    return main, {} if len(foreign) == len(documents) else foreign


def _stories(documents: Sequence[Document]) -> dict[str, str]:
    """The text of each without its boilerplate, by id; what is all boilerplate is left out, unless everything is."""
    cleaned = {d.id: clean(d.text, title=d.title) for d in interruptible(documents)}
    return {name: story for name, story in cleaned.items() if story} or cleaned


def _told(sentences: list[Sentence], story: str) -> list[Sentence]:
    """Those that stand whole in ``story``, the article without its boilerplate; all of them when none does.

    The text is not cut, so that citations go on pointing into what was given.
    """
    flat = " ".join(story.split())
    told = [s for s in interruptible(sentences) if " ".join(normalize(s.text).split()) in flat] or sentences
    whole = any(is_marked(s.text) for s in told[:-1])
    return told[:-1] if whole and _is_cut_off(told[-1].text) else told


def _is_cut_off(text: str) -> bool:
    """Whether an article's last sentence stops in the middle, as in feeds that give its opening only."""
    return (is_cased(text) and not is_marked(text)) or text.count("(") > text.count(")")


def _openings(split: Sequence[list[Sentence]], limit: int) -> list[list[Sentence]]:
    """The first sentences of every document, as many from each as ``limit`` in all allows."""
    if sum(map(len, split)) <= limit:
        return list(split)
    low, high = 1, max(map(len, split))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if sum(min(len(some), middle) for some in split) <= limit else (low, middle - 1)
    return [some[:low] for some in split]


def _warnings(foreign: dict[str, str], empty: Sequence[str], language: str, kept: int, total: int) -> tuple[str, ...]:
    notes = []
    if empty:
        notes.append(f"not read, because there is no story in it: {', '.join(sorted(empty))}")
    if foreign:
        named = ", ".join(f"{name} ({code})" for name, code in sorted(foreign.items()))
        notes.append(f"not read, because most of the story is in '{language}': {named}")
    if kept < total:
        notes.append(f"only the opening of each article was weighed: {kept:,} of {total:,} sentences")
    return tuple(notes)

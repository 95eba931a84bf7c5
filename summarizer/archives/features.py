"""What tells of an article which event it is about: its words, and the numbers, days and names among them."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.language.detection import detect_language
from summarizer.language.english import WEEKDAYS
from summarizer.language.names import is_headline, names
from summarizer.language.words import UNSPACED, Token, is_content, stem, tokens

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

BUCKETS = 1 << 20
"""Hashed terms (Weinberger et al. 2009), so that the vocabulary has a fixed size."""

_MAX_CHARS = 6_000  # of an article that are read: news tells what happened first
_NAMING_CHARS = 1_500  # in which it names whom it is about
_OPENING = 60  # words in which it names the year
_BACKGROUND = 30  # articles that every term is taken to be rare in, so that the first articles are not all alike
_BRIEF = 45  # words of an article that has too few to share some
_SATURATION = 1.2  # BM25's k1, as it usually is
_YEAR = re.compile(r"(?:19|20)\d\d")


class Article(NamedTuple):
    """What grouping looks at. number: any integer, different for each; name: its id, for the caller."""

    number: int
    name: str
    text: str
    published: datetime | None = None
    language: str | None = None
    title: str | None = None

    @property
    def whole(self) -> str:
        """Title and text."""
        return f"{self.title}\n\n{self.text}" if self.title else self.text


class Vector(NamedTuple):
    """Hashed terms, ascending, and their weights; of an article it has length 1, of a story it is their sum."""

    terms: Ints
    weights: Floats

    def plus(self, other: Vector) -> Vector:
        """The sum."""
        terms, at = np.unique(np.concatenate((self.terms, other.terms)), return_inverse=True)
        weights = np.bincount(at, np.concatenate((self.weights, other.weights)))
        return Vector(terms, weights.astype(np.float32))

    def holds(self, terms: Iterable[int]) -> bool:
        """Whether any of ``terms`` is in it."""
        return bool(np.isin(list(terms), self.terms).any())


class Features(NamedTuple):
    """Of an article: stems of its content words in order; hashed numbers, and names as they are written; the days of
    the week that it names; the years in its opening and its date; hashed stems of the names in its title; its language;
    whether it is a brief."""

    words: list[str]
    numbers: frozenset[int]
    names: frozenset[int]
    days: frozenset[str]
    years: frozenset[str]
    headline: frozenset[int]
    language: str
    brief: bool


def features(article: Article) -> Features:
    """All that is compared."""
    text = article.whole[:_MAX_CHARS]
    language = article.language or detect_language(text) or "en"
    found = tokens(text)
    numbers = [token.norm for token in found if token.norm[0].isdigit()]
    title = article.title if article.title and not is_headline(article.title) else ""
    years = {token.norm for token in found[:_OPENING] if _YEAR.fullmatch(token.norm)}
    if article.published:
        years.add(str(article.published.year))
    return Features(
        words=content_terms(found, language),
        numbers=frozenset(map(hashed, numbers)),
        names=frozenset(map(hashed, _named(text[:_NAMING_CHARS]))),
        days=frozenset(token.norm for token in found) & WEEKDAYS,
        years=frozenset(years),
        headline=frozenset(hashed(stem(word, language)) for word in _named(title)),
        language=language,
        brief=len(article.text.split()) <= _BRIEF,
    )


def _named(text: str) -> set[str]:
    return {word for name in names(text) for word in name.words if len(word) > 2}


def content_terms(found: Sequence[Token], language: str) -> list[str]:
    """Stems of the content words in order; of scripts without blanks between words, pairs of characters."""
    words: list[str] = []
    for token in found:
        if UNSPACED.match(token.norm):
            words += ("".join(pair) for pair in pairwise(token.norm))
        elif is_content(token.norm):
            words.append(stem(token.norm, language))
    return words


def hashed(word: str) -> int:
    """A term's number."""
    return zlib.crc32(word.encode()) % BUCKETS


class Weights:
    """BM25's weights of terms (Robertson & Walker 1994), without its correction for length, with the document
    frequencies of the articles so far."""

    def __init__(self) -> None:
        self._frequency = np.zeros(BUCKETS, dtype=np.int32)
        self._seen = 0

    def __call__(self, words: Sequence[str]) -> Vector:
        """The unit vector of an article, which counts from now on."""
        counts = Counter(map(hashed, words))
        terms = np.array(sorted(counts), dtype=np.int64)
        times = np.array([counts[term] for term in terms.tolist()], dtype=np.float32)
        self._frequency[terms] += 1
        self._seen += 1
        rarity = np.log((self._seen + _BACKGROUND) / self._frequency[terms])
        weights = (times / (times + _SATURATION) * rarity).astype(np.float32)
        return Vector(terms, weights / max(float(np.linalg.norm(weights)), 1e-9))

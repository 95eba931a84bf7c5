"""Which articles of an archive tell one story: single-pass clustering in the order of dates, with bounded memory.

Topic detection as Allan, Papka & Lavrenko (1998) framed it: each article joins the story whose articles it resembles
most, by the mean TF-IDF cosine to them, or opens a new one. A decision depends on earlier articles only, so that a
story keeps its id when later articles arrive. Near-copies (MinHash, Broder 1997) join their original's story unasked
and add nothing to it: they count once.

Two things bound the memory: an article takes part for ``window`` days after its date, and terms are hashed (Weinberger
et al. 2009), so that the vocabulary has a fixed size. Articles without a date are a stream of their own, in archive
order, of which the last ``max_active`` take part.
"""

from __future__ import annotations

import zlib
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.errors import ModelError
from summarizer.language.words import UNSPACED, is_content, stem, tokens

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

THRESHOLD = 0.23
"""Mean cosine at which an article belongs to a story; tuned by ``benchmarks/stories.py``."""
WINDOW_DAYS = 7.0
MAX_ACTIVE = 200_000

_MAX_CHARS = 6_000  # of an article that are read: news tells what happened first
_BUCKETS = 1 << 20  # hashed terms
_BACKGROUND = 1_000  # articles that every term is taken to be rare in, so that the first articles are not all alike
_RARE_TERMS = 24  # of an article, by which its neighbours are looked up
_POSTINGS = 400  # latest articles that are looked at for one term
_CANDIDATES = 24  # stories that are compared in full
_COPY_JACCARD = 0.5  # of three-word shingles
_PERMUTATIONS, _BANDS = 128, 32


class Article(NamedTuple):
    """What grouping looks at. number: any integer, different for each; name: its id, for the caller."""

    number: int
    name: str
    text: str
    published: datetime | None = None
    language: str | None = None


class Place(NamedTuple):
    """Where an article belongs. story: number of the story's first article; copy_of: number of its original."""

    number: int
    name: str
    story: int
    copy_of: int | None


class _Vector(NamedTuple):
    """Hashed terms, ascending, and their weights; of an article it has length 1, of a story it is their sum."""

    terms: Ints
    weights: Floats

    def plus(self, other: _Vector) -> _Vector:
        terms, at = np.unique(np.concatenate((self.terms, other.terms)), return_inverse=True)
        weights = np.bincount(at, np.concatenate((self.weights, other.weights)))
        return _Vector(terms, weights.astype(np.float32))


class _Story:
    """Of a story the sum of its articles' vectors, how many that are, and how many articles still take part."""

    __slots__ = ("active", "size", "total")

    def __init__(self, vector: _Vector) -> None:
        self.total, self.size, self.active = vector, 1, 0


class _Postings:
    """The latest articles that one term is rare in, oldest first: their numbers and their stories' numbers."""

    __slots__ = ("numbers", "stories")

    def __init__(self) -> None:
        self.numbers, self.stories = array("q"), array("q")

    def add(self, number: int, story: int) -> None:
        self.numbers.append(number)
        self.stories.append(story)
        if len(self.numbers) == 2 * _POSTINGS:  # now and then, because it copies what it keeps
            del self.numbers[:_POSTINGS], self.stories[:_POSTINGS]

    def remove(self, number: int) -> None:
        """Forget the oldest article, if that is it; else it was forgotten before."""
        if self.numbers and self.numbers[0] == number:
            del self.numbers[0], self.stories[0]

    def latest(self) -> Ints:
        """Stories of the latest articles, (at most _POSTINGS,)."""
        return np.array(self.stories[-_POSTINGS:], dtype=np.int64)


class _Active(NamedTuple):
    number: int
    published: datetime | None
    story: int
    posted: list[int]


class Stories:
    """Places one article after the other; dated ones must come in the order of their dates.

    threshold: mean cosine in 0..1; window: how long an article takes part, ``None`` for as long as ``max_active``
    allows. Raises ModelError when the package rensa is not installed.
    """

    def __init__(
        self,
        *,
        threshold: float = THRESHOLD,
        window: timedelta | None = timedelta(days=WINDOW_DAYS),
        max_active: int = MAX_ACTIVE,
    ) -> None:
        self._threshold, self._window, self._max_active = threshold, window, max_active
        self._weigh = _Weights()
        self._copies = _Copies()
        self._query = np.zeros(_BUCKETS, dtype=np.float32)
        self._postings: defaultdict[int, _Postings] = defaultdict(_Postings)
        self._stories: dict[int, _Story] = {}
        self._active: deque[_Active] = deque()
        self._story_of: dict[int, int] = {}

    def add(self, article: Article) -> Place:
        """Where ``article`` belongs, given all that came before."""
        self._retire(article.published)
        words = content_terms(article)
        original = self._copies.find_or_add(article.number, words)
        if original is not None:
            story, posted = self._story_of[original], []
        else:
            vector = self._weigh(words)
            posted = vector.terms[np.argsort(-vector.weights, kind="stable")[:_RARE_TERMS]].tolist()
            story = self._join(article.number, vector, posted)
        self._stories[story].active += 1
        self._story_of[article.number] = story
        self._active.append(_Active(article.number, article.published, story, posted))
        return Place(article.number, article.name, story, original)

    def _join(self, article: int, vector: _Vector, posted: Sequence[int]) -> int:
        story = self._nearest(vector, posted)
        if story is None:
            story = article
            self._stories[story] = _Story(vector)
        else:
            found = self._stories[story]
            found.total, found.size = found.total.plus(vector), found.size + 1
        for term in posted:
            self._postings[term].add(article, story)
        return story

    def _nearest(self, vector: _Vector, posted: Sequence[int]) -> int | None:
        """The story with the highest mean cosine of those that share rare terms, if it is high enough."""
        known = [term for term in posted if term in self._postings]
        if not known:
            return None
        latest = [self._postings[term].latest() for term in known]
        weights = vector.weights[np.searchsorted(vector.terms, known)] ** 2
        stories, at = np.unique(np.concatenate(latest), return_inverse=True)
        shared = np.bincount(at, np.repeat(weights, [len(some) for some in latest]))
        self._query[vector.terms] = vector.weights
        best, story = self._threshold, None
        for candidate in stories[np.argsort(-shared, kind="stable")[:_CANDIDATES]].tolist():
            found = self._stories[candidate]
            mean = float(self._query[found.total.terms] @ found.total.weights) / found.size
            if mean >= best:
                best, story = mean, candidate
        self._query[vector.terms] = 0.0
        return story

    def _retire(self, now: datetime | None) -> None:
        """Let go of the articles that have left the window."""
        while self._active and (len(self._active) >= self._max_active or self._is_past(self._active[0].published, now)):
            gone = self._active.popleft()
            del self._story_of[gone.number]
            self._copies.remove(gone.number)
            for term in gone.posted:
                postings = self._postings[term]
                postings.remove(gone.number)
                if not postings.numbers:
                    del self._postings[term]
            self._stories[gone.story].active -= 1
            if not self._stories[gone.story].active:
                del self._stories[gone.story]

    def _is_past(self, published: datetime | None, now: datetime | None) -> bool:
        return bool(self._window and published and now and now - published > self._window)


class _Weights:
    """TF-IDF with the document frequencies of the articles so far."""

    def __init__(self) -> None:
        self._frequency = np.zeros(_BUCKETS, dtype=np.int32)
        self._seen = 0

    def __call__(self, words: Sequence[str]) -> _Vector:
        counts = Counter(zlib.crc32(word.encode()) % _BUCKETS for word in words)
        terms = np.array(sorted(counts), dtype=np.int64)
        times = np.array([counts[term] for term in terms.tolist()], dtype=np.float32)
        self._frequency[terms] += 1
        self._seen += 1
        rarity = np.log((self._seen + _BACKGROUND) / self._frequency[terms])
        weights = ((1.0 + np.log(times)) * rarity).astype(np.float32)
        return _Vector(terms, weights / max(float(np.linalg.norm(weights)), 1e-9))


class _Copies:
    """MinHash signatures of the articles that take part, in an LSH index."""

    def __init__(self) -> None:
        try:
            import rensa
        except ImportError as error:
            raise ModelError(
                "rensa is not installed", remedy="Run: pip install 'summarizer[archives]'", where="stories"
            ) from error
        self._rensa: Any = rensa
        self._index = rensa.RMinHashLSH(threshold=_COPY_JACCARD, num_perm=_PERMUTATIONS, num_bands=_BANDS)
        self._signatures: dict[int, Any] = {}

    def find_or_add(self, number: int, words: Sequence[str]) -> int | None:
        """The likest article that this one is a copy of; without one, it may itself be copied from now on."""
        signature = self._rensa.RMinHash(num_perm=_PERMUTATIONS, seed=0)
        signature.update([" ".join(some) for some in zip(words, words[1:], words[2:], strict=False)] or list(words))
        near: list[int] = self._index.query(signature)
        likeness = {other: float(self._signatures[other].jaccard(signature)) for other in near}
        best = min(likeness, key=lambda other: (-likeness[other], other), default=None)
        if best is not None and likeness[best] >= _COPY_JACCARD:
            return best
        self._index.insert(number, signature)
        self._signatures[number] = signature
        return None

    def remove(self, number: int) -> None:
        """Forget an article that no longer takes part; copies were never in the index."""
        if self._signatures.pop(number, None) is not None:
            self._index.remove(number)


def content_terms(article: Article) -> list[str]:
    """Stems of the content words in order; of scripts without blanks between words, pairs of characters."""
    words: list[str] = []
    for token in tokens(article.text[:_MAX_CHARS]):
        if UNSPACED.match(token.norm):
            words += ("".join(pair) for pair in pairwise(token.norm))
        elif is_content(token.norm):
            words.append(stem(token.norm, article.language or "en"))
    return words


def group_articles(articles: Iterable[Article], window_days: float = WINDOW_DAYS) -> Iterator[Place]:
    """Places of ``articles`` in their order: those with a date, ascending, and those without, by themselves."""
    dated, undated = Stories(window=timedelta(days=window_days)), Stories()
    for article in articles:
        yield (undated if article.published is None else dated).add(article)

"""Which articles of an archive tell one story: single-pass clustering in the order of dates, with bounded memory.

Topic detection as Allan, Papka & Lavrenko (1998) framed it: each article joins the story whose articles it resembles
most, by the mean cosine to them, or opens a new one. A decision depends on earlier articles only, so that a
story keeps its id when later articles arrive. Near-copies (MinHash, Broder 1997) join their original's story unasked
and add nothing to it: they count once.

A resemblance does not count where other stories resemble the article nearly as much, as all reports on one subject do
(the idea of cross-domain similarity local scaling, Conneau et al. 2018), and for less or nothing where days, numbers
and names speak against it (``told.py``). Briefs have too few words to share some: their sentence vectors decide. An
article in another language joins by the names and numbers that it shares.
"""

from __future__ import annotations

from array import array
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

import numpy as np

from summarizer.archives.copies import Copies
from summarizer.archives.features import BUCKETS, Article, Features, Floats, Ints, Vector, Weights, features
from summarizer.archives.told import Told
from summarizer.reading.embedding import Encode
from summarizer.reading.strangers import SAME_STORY

THRESHOLD = 0.2
"""Mean cosine from which an article may belong to a story; tuned by ``benchmarks/stories.py``."""
WINDOW_DAYS = 7.0
MAX_ACTIVE = 200_000

_RARE_TERMS = 24  # of an article, by which its neighbours are looked up
_POSTINGS = 400  # latest articles that are looked at for one term
_CANDIDATES = 24  # stories that are compared in full
_SAME_WORDS = 0.1  # mean cosine from which a brief is told in a story's own words
_RIVALS, _MARGIN = 4, 0.1  # how many of them show how common the subject is, and by how much a story beats their mean


class Place(NamedTuple):
    """Where an article belongs. story: number of the story's first article; copy_of: number of its original."""

    number: int
    name: str
    story: int
    copy_of: int | None


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
    """Places one article after the other: those with a date, ascending, then those without.

    threshold: see THRESHOLD; window: how long a story waits for a dated article after its last one; max_active: how
    many articles take part; undated: whether articles without a date will come, before which no story may be let go;
    encode: for briefs. Raises ModelError when the package rensa is not installed.
    """

    def __init__(
        self,
        *,
        threshold: float = THRESHOLD,
        window: timedelta = timedelta(days=WINDOW_DAYS),
        max_active: int = MAX_ACTIVE,
        undated: bool = False,
        encode: Encode | None = None,
    ) -> None:
        self._threshold, self._window, self._max_active = threshold, window, max_active
        self._undated, self._encode = undated, encode
        self._weigh = Weights()
        self._copies = Copies()
        self._query = np.zeros(BUCKETS, dtype=np.float32)
        self._postings: defaultdict[int, _Postings] = defaultdict(_Postings)
        self._stories: dict[int, Told] = {}
        self._active: deque[_Active] = deque()
        self._story_of: dict[int, int] = {}

    def add(self, article: Article) -> Place:
        """Where ``article`` belongs, given all that came before."""
        self._retire(article.published)
        found = features(article)

        def may_be_copied(other: int) -> bool:
            story = self._stories[self._story_of[other]]
            return not self._is_past(story.last, article.published) and not story.is_another_time(found)

        original = self._copies.find_or_add(article.number, found.words, may_be_copied)
        if original is None:
            vector = self._weigh(found.words)
            posted = vector.terms[np.argsort(-vector.weights, kind="stable")[:_RARE_TERMS]].tolist()
            number = self._join(article, found, vector, posted)
        else:
            number, posted = self._story_of[original], []
        story = self._stories[number]
        story.active, story.last = story.active + 1, article.published or story.last
        self._story_of[article.number] = number
        self._active.append(_Active(article.number, article.published, number, posted))
        return Place(article.number, article.name, number, original)

    def _join(self, article: Article, found: Features, vector: Vector, posted: Sequence[int]) -> int:
        brief = self._encode([article.whole])[0] if self._encode and found.brief else None
        candidates = self._candidates(vector, posted, article.published)
        means = self._means(candidates, vector)
        number = self._nearest(means, found, vector)
        if number is None:
            number = self._retold(means, found, vector, brief)
        if number is None:
            number = article.number
            self._stories[number] = Told()
        self._stories[number].add(found, vector, brief)
        for term in posted:
            self._postings[term].add(article.number, number)
        return number

    def _candidates(self, vector: Vector, posted: Sequence[int], now: datetime | None) -> list[int]:
        """Stories that share rare terms, those first that share most."""
        known = [term for term in posted if term in self._postings]
        if not known:
            return []
        latest = [self._postings[term].latest() for term in known]
        weights = vector.weights[np.searchsorted(vector.terms, known)] ** 2
        stories, at = np.unique(np.concatenate(latest), return_inverse=True)
        shared = np.bincount(at, np.repeat(weights, [len(some) for some in latest]))
        order = stories[np.argsort(-shared, kind="stable")].tolist()
        return list(islice((n for n in order if not self._is_past(self._stories[n].last, now)), _CANDIDATES))

    def _means(self, candidates: Sequence[int], vector: Vector) -> dict[int, float]:
        """The mean cosine of an article with those of each story."""
        self._query[vector.terms] = vector.weights
        stories = {number: self._stories[number] for number in candidates}
        means = {
            n: float(self._query[told.total.terms] @ told.total.weights) / told.size for n, told in stories.items()
        }
        self._query[vector.terms] = 0.0
        return means

    def _nearest(self, means: Mapping[int, float], found: Features, vector: Vector) -> int | None:
        """The story that is resembled most, if that is enough, in itself and beside its rivals."""
        worth = {number: mean * self._stories[number].agreement(found, vector) for number, mean in means.items()}
        best = max(worth, key=lambda number: worth[number], default=None)
        if best is None:
            return None
        rivals = sorted((mean for number, mean in means.items() if number != best), reverse=True)[:_RIVALS]
        stands_out = worth[best] >= sum(rivals) / _RIVALS + _MARGIN
        return best if stands_out and means[best] >= self._threshold else None

    def _retold(self, means: Mapping[int, float], found: Features, vector: Vector, brief: Floats | None) -> int | None:
        """The story that an article tells in another language, or a brief in other words; briefs in the same words that
        disagree are of one form and about something else."""
        best, number = 0.0, None
        for candidate, mean in means.items():
            story = self._stories[candidate]
            likeness = 0.0
            if found.language not in story.languages:
                likeness = story.shared_names(found)
            elif brief is not None and story.briefs and not story.is_another_time(found):
                worth = story.agreement(found, vector) if mean >= _SAME_WORDS else 1.0
                likeness = worth * float(brief @ story.brief) / story.briefs
                likeness = likeness if likeness >= SAME_STORY else 0.0
            if likeness > best:
                best, number = likeness, candidate
        return number

    def _retire(self, now: datetime | None) -> None:
        """Let go of the articles that no longer take part."""
        while self._active and (
            len(self._active) >= self._max_active
            or (not self._undated and self._is_past(self._active[0].published, now))
        ):
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
        return bool(published and now and now - published > self._window)


def group_articles(
    articles: Iterable[Article],
    window_days: float = WINDOW_DAYS,
    *,
    undated: bool = True,
    encode: Encode | None = None,
) -> Iterator[Place]:
    """Places of ``articles`` in their order: those with a date, ascending, then those without.

    undated: whether there may be any without, which costs the memory of all stories; encode: for briefs.
    """
    stories = Stories(window=timedelta(days=window_days), undated=undated, encode=encode)
    yield from map(stories.add, articles)

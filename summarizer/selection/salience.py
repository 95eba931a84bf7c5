"""Which sentences matter: named features of every sentence, and one transparent weighted sum of them.

``sentence_features`` is the only place where features are computed and ``salience`` the only place where they are
weighed, so that a learned scorer can take the second's place without touching the first. ``voices`` are independent
documents throughout: near-copies (``dedup.near_copies``) carry the same number and so have one vote.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from summarizer.interruption import interruptible
from summarizer.language.lexicon import words_of
from summarizer.language.words import tokens
from summarizer.selection.vocabulary import phrase_share, shared_phrases, word_weight

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

# Found by coordinate ascent, and a few blends of its steps, on training clusters (benchmarks/salience.py of 0d763b6).
WEIGHTS: dict[str, float] = {
    "agreement": 1.0,
    "centrality": 0.5,
    "lead": 1.0,
    "words": 1.0,
    "phrases": 0.75,
    "title": 0.75,
    "query": 4.0,
    "length": 0.25,
    "third_person": 0.25,
    "finished": 0.5,
}
"""Of the columns of ``sentence_features``, in their order."""

_SAME = 0.5  # cosine at which two sentences are as likely as not to say the same
_SOFTNESS = 0.1
_ROWS = 1024  # rows compared at a time; bounds memory on hundreds of documents
_FULL, _LONG = 40, 60  # words
_FIRST_PERSON = words_of("first_person")
_ENDS = tuple(".!?…。！？।॥؟۔\"'”’»)」』")


def salience(features: Floats) -> Floats:
    """Sum of the columns by their ``WEIGHTS``, scaled to 0..1 over these sentences.

    features: (n, len(WEIGHTS)). Returns (n,) float32.
    """
    total: Floats = features @ np.array(list(WEIGHTS.values()), dtype=np.float32)
    if not total.size:
        return total
    low, high = float(total.min()), float(total.max())
    return np.asarray((total - low) / (high - low), dtype=np.float32) if high > low else np.ones_like(total)


def sentence_features(
    texts: Sequence[str],
    vectors: Floats,
    voices: Ints,
    places: Ints,
    *,
    titles: Floats | None = None,
    query: Floats | None = None,
    language: str = "en",
) -> Floats:
    """One row a sentence, one column a name in ``WEIGHTS``, each in 0..1: (n, 10) float32.

    texts: the n sentences; vectors: (n, d) unit rows; voices: (n,) independent document of each; places: (n,) index
    of each in its own document; titles: (t, d) unit rows of the documents' titles; query: (d,) unit vector. A column
    whose input is absent is zero.
    """
    words = [[token.norm for token in tokens(text)] for text in interruptible(texts)]
    columns = [
        agreement(vectors, voices),
        centrality(vectors, voices),
        lead(places),
        word_weight(texts, voices, language),
        phrase_share(shared_phrases(texts, voices, language)),
        np.zeros(len(texts)) if titles is None or not len(titles) else similarity(vectors, titles),
        np.zeros(len(texts)) if query is None else similarity(vectors, query[None, :]),
        length([len(some) for some in words]),
        np.array([_FIRST_PERSON.isdisjoint(some) for some in words]),
        np.array([text.endswith(_ENDS) for text in texts]),
    ]
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def agreement(vectors: Floats, voices: Ints) -> Floats:
    """Share of the other voices that say the same: (n,) in 0..1; zeros when there is one voice.

    A voice's vote is the logistic of its nearest sentence's cosine around ``_SAME``.
    """
    names, groups = np.unique(voices, return_inverse=True)
    votes = np.zeros(len(vectors), dtype=np.float32)
    if len(names) < 2:
        return votes
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(len(names)))
    across = vectors[order].T
    for begin in interruptible(range(0, len(vectors), _ROWS)):
        rows = slice(begin, begin + _ROWS)
        nearest = np.maximum.reduceat(vectors[rows] @ across, starts, axis=1)
        vote = 1.0 / (1.0 + np.exp((_SAME - nearest) / _SOFTNESS))
        vote[np.arange(len(vote)), groups[rows]] = 0.0
        votes[rows] = vote.sum(axis=1) / (len(names) - 1)
    return votes


def centrality(vectors: Floats, voices: Ints) -> Floats:
    """Cosine to the mean of the voices' mean vectors, so that a long document counts no more than a short one.

    This is degree centrality of the cosine graph (Erkan & Radev 2004, where it does as well as LexRank) without its
    n x n matrix. Returns (n,) in 0..1, the highest 1.
    """
    if not len(vectors):
        return np.zeros(0, dtype=np.float32)
    names, groups = np.unique(voices, return_inverse=True)
    means = np.zeros((len(names), vectors.shape[1]), dtype=np.float32)
    np.add.at(means, groups, vectors)
    means /= np.bincount(groups)[:, None]
    degree = np.clip(vectors @ means.mean(axis=0), 0.0, None)
    return _scaled(degree)


def lead(places: Ints) -> Floats:
    """1 for the first sentence of a document, then falling with the square root: news tells the main thing first."""
    return np.asarray(1.0 / np.sqrt(1.0 + places), dtype=np.float32)


def similarity(vectors: Floats, others: Floats) -> Floats:
    """Highest cosine of each row to any of ``others``, negative ones as 0: (n,)."""
    return np.asarray(np.clip((vectors @ others.T).max(axis=1), 0.0, None), dtype=np.float32)


def length(words: Sequence[int]) -> Floats:
    """Rises with the logarithm of a sentence's number of words up to 1 at forty, and falls again beyond sixty: (n,)."""
    count = np.asarray(words, dtype=np.float32)
    return np.asarray(
        np.minimum(1.0, np.log1p(count) / np.log(_FULL)) * np.minimum(1.0, _LONG / np.maximum(1.0, count))
    )


def _scaled(values: Floats) -> Floats:
    top = float(values.max(initial=0.0))
    return np.asarray(values / top if top > 0 else values, dtype=np.float32)

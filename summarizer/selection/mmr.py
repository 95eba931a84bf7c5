"""What is read and what is kept: choosing sentences by relevance and novelty under a budget.

Vectors are passed rather than a similarity matrix: memory stays linear, and thousands of sentences are no problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.interruption import interruptible, look
from summarizer.selection.vocabulary import Phrases, phrase_share

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


_DIVERSITY = 0.3  # what likeness to the chosen weighs against relevance
_COVERAGE = 0.3  # what a sentence gains by the shared phrases that it adds
_REPEATED = 0.73  # cosine to a chosen sentence from which one is never added


class Selected(NamedTuple):
    """rows: chosen sentences in the order chosen; unheard: documents of which no sentence fitted."""

    rows: list[int]
    unheard: list[int]


def mmr(vectors: Floats, relevance: Floats, lengths: Ints, budget: int, chosen: Sequence[int] = ()) -> list[int]:
    """Choose rows by maximal marginal relevance (Carbonell & Goldstein 1998) until nothing more fits.

    vectors: (n, d) unit rows; relevance: (n,) in 0..1; lengths: (n,) in the unit of ``budget``; chosen: rows taken
    before, within the budget. Returns the further rows in the order chosen; their lengths and those of ``chosen`` add
    up to at most ``budget``.
    """
    closest = np.full(len(relevance), -1.0, dtype=np.float32)
    free = np.ones(len(relevance), dtype=bool)
    left = budget
    for row in chosen:
        free[row] = False
        left -= int(lengths[row])
        np.maximum(closest, vectors @ vectors[row], out=closest)
    picked: list[int] = []
    while True:
        look()
        fits = free & (lengths <= left)
        if not fits.any():
            return picked
        score = (1.0 - _DIVERSITY) * relevance - _DIVERSITY * np.clip(closest, 0.0, None)
        row = int(np.argmax(np.where(fits, score, -np.inf)))
        picked.append(row)
        free[row] = False
        left -= int(lengths[row])
        np.maximum(closest, vectors @ vectors[row], out=closest)


def select(vectors: Floats, relevance: Floats, lengths: Ints, documents: Ints, budget: int) -> Selected:
    """What the generator reads: first the best sentence of every document, then the best of all by MMR.

    documents: (n,) independent document of each sentence; lengths: (n,) tokens; budget: tokens. Documents are heard
    in the order of their best sentence; when that is longer than an equal share of what is left, the document's best
    that is not, else its shortest. Those that do not fit even so are ``unheard``.
    """
    heard: list[int] = []
    unheard: list[int] = []
    left = budget
    rows_of = {int(d): np.flatnonzero(documents == d) for d in np.unique(documents)}
    order = sorted(rows_of, key=lambda d: (-float(relevance[rows_of[d]].max()), d))
    for rank, document in interruptible(enumerate(order)):
        row = _best_within(rows_of[document], relevance, lengths, left // (len(order) - rank))
        if lengths[row] > left:
            unheard.append(document)
            continue
        heard.append(row)
        left -= int(lengths[row])
    return Selected(heard + mmr(vectors, relevance, lengths, budget, heard), unheard)


def _best_within(rows: Ints, relevance: Floats, lengths: Ints, share: int) -> int:
    short = rows[lengths[rows] <= share]
    if len(short):
        return int(short[np.argmax(relevance[short])])
    return int(rows[np.argmin(lengths[rows])])


def extract(
    vectors: Floats, relevance: Floats, words: Ints, budget_words: int, phrases: Phrases | None = None
) -> list[int]:
    """An extractive summary: whole sentences of at most ``budget_words`` together, none repeating another.

    words: (n,) words of each sentence; phrases: of these n sentences, so that a sentence gains by what it adds of the
    phrases that several documents share. The budget is filled as far as whole sentences can. When no sentence fits at
    all, the shortest comes back alone, for the caller to cut. Rows in the order chosen.
    """
    rows: list[int] = []
    left = budget_words
    closest = np.full(len(relevance), -1.0, dtype=np.float32)
    uncovered = np.ones(len(phrases.weight) if phrases else 0, dtype=bool)
    while True:
        look()
        fits = (words <= left) & (closest < _REPEATED)
        fits[rows] = False
        if not fits.any():
            return rows or ([int(np.argmin(words))] if len(words) else [])
        score = (1.0 - _DIVERSITY) * relevance - _DIVERSITY * np.clip(closest, 0.0, None)
        if phrases:
            score = score + _COVERAGE * phrase_share(phrases, uncovered)
        row = int(np.argmax(np.where(fits, score, -np.inf)))
        rows.append(row)
        left -= int(words[row])
        np.maximum(closest, vectors @ vectors[row], out=closest)
        if phrases:
            uncovered[phrases.of[row]] = False

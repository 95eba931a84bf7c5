"""Articles of one request that tell of something else than the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SAME_STORY = 0.3
"""Cosine of two articles' openings below which they tell of different things. Of the articles of fifty AllSides
clusters one in a hundred is further from all others; of articles of different clusters half are nearer than 0.27, but
those that share nothing are near 0.1. What it parted in thirty Multi-News clusters were pages of other matters."""

_LEAST_LINES, _NOTHING_SHARED = 3, 0.2

OPENING = 6
"""Sentences of an article that tell what it is about."""


def stories(openings: Floats) -> list[list[int]]:
    """Groups of articles, the one to be summarised first: of most articles, else the one that begins first.

    openings: (n, d) unit rows, one an article. Two articles are of one group when a chain of near ones joins them.
    """
    near = openings @ openings.T >= SAME_STORY
    group = np.arange(len(openings))
    for row in range(len(openings)):
        group[np.isin(group, group[near[row]])] = group[near[row]].min()
    found = [np.flatnonzero(group == name).tolist() for name in np.unique(group)]
    return sorted(found, key=lambda members: (-len(members), members[0]))


def openings(articles: Sequence[Floats], titles: Sequence[Floats | None]) -> Floats:
    """(n, d) the unit mean of each article's first sentences and its title. articles: (sentences, d) each."""
    rows = []
    for vectors, title in zip(articles, titles, strict=True):
        first = vectors[:OPENING]
        mean = np.vstack([first, title[None, :]] if title is not None else [first]).mean(axis=0)
        rows.append(mean / max(float(np.linalg.norm(mean)), 1e-9))
    return np.array(rows, dtype=np.float32)


def is_list(vectors: Floats, texts: Sequence[str]) -> bool:
    """Whether an article is a list of headlines or minutes: lines without full stops, each on its own matter."""
    if len(texts) < _LEAST_LINES or any(text.rstrip()[-1:] in ".!?。！？" for text in texts):
        return False
    others = (vectors @ vectors.T)[~np.eye(len(vectors), dtype=bool)]
    return float(others.mean()) < _NOTHING_SHARED


def warning(groups: Sequence[Sequence[str]]) -> str:
    """What the reader is told. groups: ids of articles, those that are summarised first."""
    others = "; ".join(", ".join(group) for group in groups[1:])
    return f"not one story: {', '.join(groups[0])} is summarised; by itself stands {others}"

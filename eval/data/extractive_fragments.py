"""Extractive fragments (Grusky, Naaman and Artzi 2018): how much of a summary is copied, and in how long runs."""

from __future__ import annotations

from collections.abc import Sequence

from eval.data.tokenization import ngrams


def fragments(summary: Sequence[str], source: Sequence[str]) -> list[int]:
    """Lengths of the greedy, left-to-right longest runs of ``summary`` that stand in ``source``.

    The same as the paper's Figure 2, but only places where the source holds the run's first word are tried.
    """
    places: dict[str, list[int]] = {}
    for place, word in enumerate(source):
        places.setdefault(word, []).append(place)
    found = []
    at = 0
    while at < len(summary):
        longest = 0
        for place in places.get(summary[at], ()):
            # A run that is no longer than the best one cannot hold at its last place.
            if longest and not _equal_at(summary, at + longest, source, place + longest):
                continue
            run = 0
            while _equal_at(summary, at + run, source, place + run):
                run += 1
            longest = max(longest, run)
        if longest:
            found.append(longest)
        at += max(1, longest)
    return found


def _equal_at(a: Sequence[str], i: int, b: Sequence[str], j: int) -> bool:
    return i < len(a) and j < len(b) and a[i] == b[j]


def coverage_density(summary: Sequence[str], source: Sequence[str]) -> tuple[float, float]:
    """Share of summary words inside fragments, and mean length of the fragment that a summary word is in."""
    if not summary:
        return 0.0, 0.0
    runs = fragments(summary, source)
    return sum(runs) / len(summary), sum(run * run for run in runs) / len(summary)


def novel_share(summary: Sequence[str], source: Sequence[str], size: int) -> float | None:
    """Share of the summary's n-grams (by occurrence) that the source does not hold; None when it has none."""
    grams = ngrams(summary, size)
    if not grams:
        return None
    held = set(ngrams(source, size))
    return sum(gram not in held for gram in grams) / len(grams)

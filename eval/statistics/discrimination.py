"""How well scores tell faithful rows from others: AUC, balanced accuracy, recall at a precision, calibration."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]
Rows = NDArray[np.int_]
Bounded = tuple[float, float, float]
"""A figure with the ends of its 95% interval."""

BINS = 10


def bounded(statistic: Callable[[Rows], float], groups: Rows, seed: int, resamples: int) -> Bounded:
    """A statistic of all rows with its percentile interval, whole ``groups`` (n,) being drawn."""
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    drawn = [
        statistic(np.concatenate([members[i] for i in rng.integers(0, len(members), len(members))]))
        for _ in range(resamples)
    ]
    found = np.array(drawn, dtype=np.float64)
    low, high = np.nanquantile(found, (0.025, 0.975)) if not np.isnan(found).all() else (float("nan"), float("nan"))
    return statistic(np.arange(len(groups))), float(low), float(high)


def auc(scores: Floats, labels: Labels) -> float:
    """Area under the ROC curve: the chance that a faithful row scores above an unfaithful one, ties half; NaN when a
    class is missing."""
    good, bad = scores[labels], np.sort(scores[~labels])
    if not len(good) or not len(bad):
        return float("nan")
    below, upto = np.searchsorted(bad, good, "left"), np.searchsorted(bad, good, "right")
    return float((below + upto).sum() / 2 / (len(good) * len(bad)))


def balanced_accuracy(found: Labels, labels: Labels) -> float:
    """Mean of the recalls of both classes; NaN when one is missing."""
    if labels.all() or not labels.any():
        return float("nan")
    return float((found[labels].mean() + (~found[~labels]).mean()) / 2)


def best_threshold(scores: Floats, labels: Labels) -> float:
    """The score from which on rows count as faithful, for the best balanced accuracy; the lowest of equals.

    scores: (n,); labels: (n,), both classes present.
    """
    order = np.argsort(scores, kind="stable")
    sorted_scores, faithful = scores[order], labels[order]
    # Cutting before row i: faithful rows from i on are right, unfaithful ones before i are.
    right = faithful[::-1].cumsum()[::-1] / faithful.sum()
    rejected = np.concatenate([[0], (~faithful).cumsum()[:-1]]) / (~faithful).sum()
    # A cut between equal scores is none.
    first = np.concatenate([[True], sorted_scores[1:] != sorted_scores[:-1]])
    return float(sorted_scores[int(np.argmax(np.where(first, right + rejected, -1.0)))])


def recall_at(scores: Floats, labels: Labels, precision: float) -> float:
    """The largest share of the faithful rows above a threshold over which ``precision`` of the rows are faithful; 0
    when there is none, NaN without faithful rows."""
    if not labels.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    faithful, ranked = labels[order].cumsum(), scores[order]
    last = np.concatenate([ranked[1:] != ranked[:-1], [True]])
    precise = last & (faithful / np.arange(1, len(ranked) + 1) >= precision)
    return float(faithful[precise].max(initial=0) / labels.sum())


def calibration(scores: Floats, labels: Labels) -> list[tuple[float, float, int]]:
    """(mean score, share faithful, rows) of each tenth of the range 0..1 that holds any."""
    bins = np.clip((scores * BINS).astype(int), 0, BINS - 1)
    return [
        (float(scores[bins == b].mean()), float(labels[bins == b].mean()), int((bins == b).sum()))
        for b in range(BINS)
        if (bins == b).any()
    ]


def calibration_error(scores: Floats, labels: Labels) -> float:
    """Expected calibration error (Naeini et al. 2015): how far scores are from shares faithful, by rows, over bins."""
    return sum(rows * abs(said - true) for said, true, rows in calibration(scores, labels)) / max(1, len(scores))

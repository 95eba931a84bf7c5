"""Uncertainty and significance of mean scores, vectorised over resamples.

Scores of a measure are (n,) float arrays, one figure an example. Every function takes a seed and gives the same answer
for it; the defaults are 10,000 resamples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RESAMPLES = 10_000
_CHUNK = 4_000_000  # draws held in memory at once


@dataclass(frozen=True)
class Interval:
    """A mean over ``n`` examples with its bootstrap interval."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Comparison:
    """System minus baseline over the ``n`` examples that both have.

    difference: mean, with its interval; p_bootstrap, p_randomisation: two-sided; effect: Cohen's d_z (mean over
    standard deviation of the differences), 0 when nothing differs; wins: share of examples where it is higher, ties
    counting half.
    """

    difference: Interval
    p_bootstrap: float
    p_randomisation: float
    effect: float
    wins: float


def resampled_means(scores: Floats, resamples: int, seed: int) -> Floats:
    """Means of resamples of ``scores`` (n,) with replacement; returns (resamples,)."""
    n = len(scores)
    return np.concatenate([counts @ scores / n for counts in _bootstrap_counts(n, resamples, seed)])


def _bootstrap_counts(n: int, resamples: int, seed: int) -> Iterator[Floats]:
    """Blocks of (b, n): how often each example was drawn in each of b resamples."""
    rng = np.random.default_rng(seed)
    block = max(1, _CHUNK // n)
    for start in range(0, resamples, block):
        size = min(block, resamples - start)
        drawn = rng.integers(0, n, size=(size, n), dtype=np.int32)
        drawn += np.arange(size, dtype=np.int32)[:, None] * n
        yield np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n).astype(np.float64)


def interval(scores: Floats, *, seed: int, resamples: int = RESAMPLES) -> Interval:
    """95% interval of the mean of ``scores`` (n,) by BCa bootstrap (Efron 1987). ValueError when n is 0."""
    if len(scores) == 0:
        raise ValueError("no scores to take an interval of")
    return _bca(scores, resampled_means(scores, resamples, seed))


def _bca(scores: Floats, means: Floats) -> Interval:
    mean = float(scores.mean())
    if np.ptp(scores) == 0:
        return Interval(mean, mean, mean, len(scores))
    low, high = np.quantile(means, _bca_tails(scores, means))
    return Interval(mean, float(low), float(high), len(scores))


def _bca_tails(scores: Floats, means: Floats) -> tuple[float, float]:
    """Quantiles corrected for bias and skewness; for a mean, the jackknife's skewness is that of the scores."""
    normal = NormalDist()
    share = (np.sum(means < scores.mean()) + 0.5 * np.sum(means == scores.mean())) / len(means)
    share = min(max(float(share), 0.5 / len(means)), 1 - 0.5 / len(means))
    bias = normal.inv_cdf(share)
    centred = scores - scores.mean()
    acceleration = float(np.sum(centred**3) / (6 * np.sum(centred**2) ** 1.5))
    ends = []
    for z in (normal.inv_cdf(0.025), normal.inv_cdf(0.975)):
        shifted = bias + z
        ends.append(normal.cdf(bias + shifted / (1 - acceleration * shifted)))
    return ends[0], ends[1]


def compare(system: Floats, baseline: Floats, *, seed: int, resamples: int = RESAMPLES) -> Comparison:
    """Paired comparison of two systems' scores (n,) on the same examples.

    p_bootstrap shifts the resampled differences to zero mean and counts those at least as far out as the one observed
    (Koehn 2004, in its two-sided form); p_randomisation flips signs at random (Noreen 1989). Both add one to count and
    resamples, so that no p is 0.
    """
    if len(system) != len(baseline):
        raise ValueError(f"{len(system)} scores against {len(baseline)}")
    difference = system - baseline
    means = resampled_means(difference, resamples, seed)
    observed = float(difference.mean())
    spread = float(difference.std(ddof=1)) if len(difference) > 1 else 0.0
    return Comparison(
        difference=_bca(difference, means),
        p_bootstrap=_p_value(means - observed, observed),
        p_randomisation=_p_value(_randomised_means(difference, resamples, seed), observed),
        effect=observed / spread if spread else 0.0,
        wins=float(np.mean((difference > 0) + 0.5 * (difference == 0))),
    )


def _randomised_means(difference: Floats, resamples: int, seed: int) -> Floats:
    n = len(difference)
    rng = np.random.default_rng(seed)
    block = max(1, _CHUNK // n)
    rows = []
    for start in range(0, resamples, block):
        bits = rng.integers(0, 2, size=(min(block, resamples - start), n), dtype=np.int8)
        rows.append((2.0 * bits - 1.0) @ difference / n)
    return np.concatenate(rows)


def _p_value(null: Floats, observed: float) -> float:
    # A hair of tolerance: the same sum in another order is not less extreme.
    extreme = np.sum(np.abs(null) >= abs(observed) - 1e-12)
    return float((extreme + 1) / (len(null) + 1))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's (1979) step-down adjustment; compare the results with the level itself."""
    adjusted = [0.0] * len(p_values)
    running = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        running = max(running, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = running
    return adjusted


def paired(a: Mapping[str, float], b: Mapping[str, float]) -> tuple[list[str], Floats, Floats]:
    """Ids that both have, in ``a``'s order, and their scores as arrays."""
    ids = [key for key in a if key in b]
    return ids, np.array([a[key] for key in ids]), np.array([b[key] for key in ids])

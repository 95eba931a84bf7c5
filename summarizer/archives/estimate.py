"""How long a run would take here: a few of its batches are summarised, and the rest follows from their tokens."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from summarizer.archives.batch import Plan, grouped
from summarizer.archives.ledger import Ledger
from summarizer.archives.pool import Died, Workers
from summarizer.archives.worker import Job
from summarizer.errors import GenerationError
from summarizer.progress import Say

SAMPLE = 16
"""Batches that are measured; of more workers as many as there are, so that each is as busy as it will be."""
Floats = NDArray[np.float64]


class Estimate(NamedTuple):
    """Seconds that the whole run takes with ``model``, reading and loading included, and between which two they should
    lie, 19 times of 20. failures: of the groups that were tried, as lines of the side file."""

    model: str
    seconds: float
    low: float
    high: float
    failures: list[str]


def rehearse(job: Job, plan: Plan, teams: Mapping[str, Workers], say: Say) -> tuple[dict[str, int], list[Estimate]]:
    """Read and group as ``run`` would, measure the workers of each model, and keep nothing; the counts and estimates.

    Raises GenerationError when every measured batch ended its worker.
    """
    begun = time.monotonic()
    reader = next(iter(teams.values()))
    with TemporaryDirectory() as folder, grouped(Path(folder, "ledger"), job, plan, reader, say) as ledger:
        read = time.monotonic() - begun
        estimates = []
        for model, workers in teams.items():
            estimates.append(_estimate(model, workers, ledger, say, read))
            workers.close()
        return ledger.counts(), estimates


def _estimate(model: str, workers: Workers, ledger: Ledger, say: Say, read: float) -> Estimate:
    tokens = np.array(ledger.batch_tokens(), dtype=np.float64)
    if not len(tokens):
        return Estimate(model, read, read, read, [])
    places = spread(tokens, max(SAMPLE, workers.count))
    measured: dict[int, float] = {}
    loading, failures = 0.0, list[str]()
    for index, timed in workers.run("timed", [ledger.batch(place) for place in places]):
        if not isinstance(timed, Died):
            measured[places[index]] = timed.seconds
            loading = max(loading, timed.loading)
            failures += timed.failures
        say(f"Measuring {model}", len(measured), len(places))
    if not measured:
        raise GenerationError("Every worker died that was measured", remedy="Give them more memory", where=model)
    busy = min(workers.count, len(tokens))
    seconds, error = extrapolated(tokens[list(measured)], np.array(list(measured.values())), tokens)
    low, high = (read + loading + max(0.0, seconds + 2 * off) / busy for off in (-error, error))
    return Estimate(model, read + loading + seconds / busy, low, high, failures)


def spread(tokens: Floats, most: int) -> list[int]:
    """Places of about ``most`` batches: half of them at even steps of the batches, half at even steps of the tokens,
    for a few long ones may be most of the work."""
    steps = (np.arange(max(1, most // 2)) + 0.5) / max(1, most // 2)
    by_tokens = np.searchsorted(np.cumsum(tokens), steps * tokens.sum())
    return sorted({*(steps * len(tokens)).astype(int).tolist(), *by_tokens.tolist()})


def extrapolated(tokens: Floats, seconds: Floats, all_tokens: Floats) -> tuple[float, float]:
    """Seconds that batches of ``all_tokens`` take after those measured, and the standard error (jackknife: Efron,
    1982). So many seconds a batch and so many a token, by least squares, neither below nought."""
    total = _line(tokens, seconds, all_tokens)
    count = len(tokens)
    if count < 2:
        return total, total / 2
    without = np.array([_line(np.delete(tokens, n), np.delete(seconds, n), all_tokens) for n in range(count)])
    unseen = max(0.0, 1 - count / len(all_tokens))
    return total, float(np.sqrt(unseen * (count - 1) * without.var()))


def _line(tokens: Floats, seconds: Floats, all_tokens: Floats) -> float:
    away = tokens - tokens.mean()
    slope = float(away @ seconds / (away @ away)) if away.any() else 0.0
    slope = min(max(slope, 0.0), float(seconds.mean() / tokens.mean()))
    return float(len(all_tokens) * seconds.mean() + slope * (all_tokens.sum() - len(all_tokens) * tokens.mean()))

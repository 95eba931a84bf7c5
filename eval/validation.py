"""How far the faithfulness metric agrees with people: human-labelled summaries, our metric beside simple detectors.

Rows are JSON Lines of ``{id, document, summary, label}``, label 1 when every claim is supported by the document.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rouge_score_rs import rouge_scorer

from eval.evidence import encode
from eval.metrics.base import MetricOptions
from eval.metrics.faithfulness import Faithfulness
from eval.progress import Progress
from eval.sentences import output_sentences, word_count
from eval.types import Example, Output
from summarizer.errors import InputError
from summarizer.types import Document

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]

DETECTORS = {
    "grounding": "support of the weakest sentence, by summarizer.grounding: the metric 'weakest'",
    "grounding-mean": "mean support of the sentences: the metric 'support'",
    "rouge2-precision": "ROUGE-2 precision of the summary against the document",
    "similarity": "mean over summary sentences of the highest MiniLM cosine with a document sentence",
    "shortness": "fewer words",
}


@dataclass(frozen=True)
class Claim:
    """A labelled summary. ``group`` is a digest of its document: rows that share one are never split or drawn apart."""

    document: str
    summary: str
    label: bool
    group: str


@dataclass(frozen=True)
class Figure:
    """AUC over all rows; balanced accuracy on the half that the threshold was not tuned on; each with a 95% interval
    (percentile bootstrap over documents)."""

    auc: tuple[float, float, float]
    balanced: tuple[float, float, float]
    threshold: float


@dataclass(frozen=True)
class Verdicts:
    """The check as it ships, without tuning: share that passes, how many of those are faithful, how many of the
    faithful pass, and balanced accuracy."""

    passed: float
    precision: float
    recall: float
    balanced: float


@dataclass(frozen=True)
class Report:
    """One set: rows, share labelled faithful, a Figure a detector."""

    name: str
    rows: int
    faithful: float
    figures: dict[str, Figure]
    verdicts: Verdicts


def read(path: Path) -> list[Claim]:
    """Labelled rows, those of one document together. Raises InputError."""
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
        rows = [json.loads(line) for line in text.split("\n") if line.strip()]
        claims = [Claim(r["document"], r["summary"], bool(int(r["label"])), _group(r["document"])) for r in rows]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        problem = f"not labelled rows ({type(error).__name__}: {error})"
        raise InputError(problem, remedy="Each line is {id, document, summary, label}.", where=str(path)) from error
    if len({claim.label for claim in claims}) < 2:
        raise InputError("it needs faithful and unfaithful rows", remedy="Give both labels.", where=str(path))
    return sorted(claims, key=lambda claim: claim.group)


def _group(document: str) -> str:
    return hashlib.sha256(document.encode("utf-8", errors="surrogatepass")).hexdigest()


def validate(name: str, claims: Sequence[Claim], *, seed: int, resamples: int = 2_000) -> Report:
    """Score every row with every detector, and hold the scores against the labels."""
    scorer: Any = rouge_scorer.RougeScorer
    rouge = scorer(["rouge2"], use_stemmer=True)
    metric = Faithfulness(MetricOptions())
    progress = Progress(name, len(claims))
    columns: dict[str, list[float]] = {detector: [] for detector in DETECTORS}
    passed = []
    for claim in claims:
        example = Example(id=claim.group, documents=(Document(id="d1", text=claim.document, language="en"),))
        (scores,) = metric.score([example], [Output(text=claim.summary)])
        columns["grounding"].append(scores.get("weakest", 0.0))
        columns["grounding-mean"].append(scores.get("support", 0.0))
        columns["rouge2-precision"].append(rouge.score(claim.document, claim.summary)["rouge2"].precision)
        columns["similarity"].append(_similarity(claim.summary, metric.shelf.of(example).vectors))
        columns["shortness"].append(-float(word_count(claim.summary)))
        passed.append(scores.get("all_supported", 0.0) == 1.0)
        progress.step()
    labels = np.array([claim.label for claim in claims])
    groups = np.unique([claim.group for claim in claims], return_inverse=True)[1]
    # The first hex digit of a digest is as good as a coin, and the same everywhere.
    tuning = np.array([int(claim.group[0], 16) % 2 == 0 for claim in claims])
    figures = {
        detector: _figure(np.array(values), labels, groups, tuning, seed, resamples)
        for detector, values in columns.items()
    }
    return Report(name, len(claims), float(labels.mean()), figures, _verdicts(np.array(passed), labels))


def _similarity(summary: str, source: NDArray[np.float32]) -> float:
    sentences = output_sentences(summary, "en")
    if not sentences or not len(source):
        return 0.0
    return float((encode(sentences) @ source.T).max(axis=1).mean())


def _verdicts(passed: Labels, labels: Labels) -> Verdicts:
    precision = float(labels[passed].mean()) if passed.any() else 0.0
    return Verdicts(float(passed.mean()), precision, float(passed[labels].mean()), balanced_accuracy(passed, labels))


def _figure(
    scores: Floats, labels: Labels, groups: NDArray[np.int_], tuning: Labels, seed: int, resamples: int
) -> Figure:
    threshold = best_threshold(scores[tuning], labels[tuning])
    held = ~tuning
    over = scores >= threshold
    return Figure(
        _bounded(lambda rows: auc(scores[rows], labels[rows]), np.arange(len(scores)), groups, seed, resamples),
        _bounded(
            lambda rows: balanced_accuracy(over[rows], labels[rows]), np.flatnonzero(held), groups, seed, resamples
        ),
        threshold,
    )


def _bounded(
    statistic: Callable[[NDArray[np.int_]], float],
    rows: NDArray[np.int_],
    groups: NDArray[np.int_],
    seed: int,
    resamples: int,
) -> tuple[float, float, float]:
    """A statistic of ``rows`` with its percentile interval, whole groups being drawn."""
    rng = np.random.default_rng(seed)
    present = np.unique(groups[rows])
    members = {int(group): rows[groups[rows] == group] for group in present}
    drawn = [
        statistic(np.concatenate([members[int(group)] for group in rng.choice(present, len(present))]))
        for _ in range(resamples)
    ]
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return statistic(rows), float(low), float(high)


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


def lines(report: Report) -> list[list[str]]:
    """A table with one row a detector."""
    table = [[report.name, "AUC", "BA on the other half", "threshold"]]
    for name, figure in report.figures.items():
        cells = (f"{100 * m:.1f} [{100 * low:.1f}, {100 * high:.1f}]" for m, low, high in (figure.auc, figure.balanced))
        table.append([name, *cells, f"{figure.threshold:.3f}"])
    return table

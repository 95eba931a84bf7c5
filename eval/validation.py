"""How far the verifier agrees with people: human-labelled claims, the verifier beside simple detectors.

Rows are JSON Lines of ``{document, summary, label}``, ``{evidence, claim, label}``, or ``{cluster, claim, label}``
about clusters of a data set; label 1 when the articles state every claim. Every sentence is checked, and the weakest
counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rouge_score_rs import rouge_scorer

from eval.data.text_files import broken_row, read_rows
from eval.data.tokenization import output_sentences, word_count
from eval.metrics.base import MetricOptions
from eval.metrics.evidence import EvidenceShelf, check, encode, verifier_of
from eval.statistics.discrimination import (
    Bounded,
    Floats,
    Labels,
    Rows,
    auc,
    balanced_accuracy,
    best_threshold,
    bounded,
    calibration,
    calibration_error,
    recall_at,
)
from eval.types import Example
from summarizer.errors import InputError
from summarizer.progress import steps_bar
from summarizer.types import Document

Half = Literal["odd", "even", "all"]

DETECTORS = {
    "verifier": "support of the weakest sentence, by summarizer.verification",
    "hard-checks": "whether the hard checks pass every sentence",
    "rouge2-precision": "ROUGE-2 precision of the summary against its articles",
    "similarity": "mean over summary sentences of the highest MiniLM cosine with a source sentence",
    "shortness": "fewer words",
}
PRECISION = 0.95
_FORM = "{document, summary, label}, {evidence, claim, label}, or, with --clusters, {cluster, claim, label}"


@dataclass(frozen=True)
class Claim:
    """A labelled summary or sentence. ``group`` is a digest of its articles: rows that share one are never drawn apart;
    kinds: of its faults, as far as the row says; peers: scores of other people's metrics, recorded in the data."""

    documents: tuple[Document, ...]
    summary: str
    label: bool
    group: str
    kinds: tuple[str, ...]
    peers: Mapping[str, float]


@dataclass(frozen=True)
class Figure:
    """What a detector tells, each with a 95% interval (percentile bootstrap over documents): AUC; balanced accuracy on
    one half of the documents at the threshold that is best on the other; recall at 95% precision."""

    auc: Bounded
    balanced: Bounded
    recall: Bounded


@dataclass(frozen=True)
class Verdicts:
    """The verifier as it ships: share that passes, how many of those are faithful, how many of the faithful pass;
    balanced accuracy and expected calibration error with intervals."""

    passed: float
    precision: float
    recall: float
    balanced: Bounded
    error: Bounded


@dataclass(frozen=True)
class Report:
    """One set: rows, share labelled faithful, a Figure a detector; bins: (mean support, share faithful, rows); kinds:
    of each kind of row, where it is told, (rows, share that passes), by label."""

    name: str
    verifier: str
    rows: int
    faithful: float
    figures: dict[str, Figure]
    verdicts: Verdicts
    bins: list[tuple[float, float, int]]
    kinds: dict[tuple[bool, str], tuple[int, float]]


def read(path: Path, clusters: Mapping[str, Example] | None = None, half: Half = "all") -> list[Claim]:
    """Labelled rows, those of one document together. Raises InputError.

    clusters: by id, for rows that name one; half: of the documents, by the first hexadecimal digit of the SHA-256 of
    their text, for the embedded judge was trained on the even half of some sets. Clusters are never halved.
    """
    claims = []
    for number, row in read_rows(path, _FORM):
        try:
            claims.append(_claim(row, clusters or {}))
        except (ValueError, KeyError, TypeError) as error:
            raise broken_row(path, number, f"no labelled row ({type(error).__name__}: {error})", _FORM) from error
    kept = [
        claim
        for claim in claims
        if half == "all" or len(claim.documents) > 1 or int(claim.group[0], 16) % 2 == (half == "odd")
    ]
    if len({claim.label for claim in kept}) < 2:
        raise InputError("it needs faithful and unfaithful rows", remedy="Give both labels.", where=str(path))
    return sorted(kept, key=lambda claim: claim.group)


def _claim(row: dict[str, Any], clusters: Mapping[str, Example]) -> Claim:
    if "cluster" in row:
        documents, summary = clusters[row["cluster"]].documents, row["claim"]
    else:
        text, summary = (row["evidence"], row["claim"]) if "claim" in row else (row["document"], row["summary"])
        documents = (Document(id="d1", text=text, language="en"),)
    digest = hashlib.sha256("\n".join(d.text for d in documents).encode("utf-8", errors="surrogatepass")).hexdigest()
    peers = {name: float(score) for name, score in (row.get("peers") or {}).items() if score is not None}
    return Claim(documents, summary, bool(int(row["label"])), digest, _kinds(row), peers)


def _kinds(row: Mapping[str, Any]) -> tuple[str, ...]:
    said = row.get("kind") or row.get("error_type") or row.get("edit_types") or ()
    return (said,) if isinstance(said, str) else tuple(said)


def validate(
    name: str, claims: Sequence[Claim], *, seed: int, resamples: int = 2_000, verifier: str | None = None
) -> Report:
    """Score every row with every detector, and hold the scores against the labels."""
    asked = verifier_of(MetricOptions(verifier=verifier))
    columns, passed = _scores(name, claims, asked["verifier"])
    labels = np.array([claim.label for claim in claims])
    groups = np.unique([claim.group for claim in claims], return_inverse=True)[1]
    # The second hex digit of a digest is as good as a coin, the same everywhere, and no half of the first one's.
    tuning = np.array([int(claim.group[1], 16) % 2 == 0 for claim in claims])
    figures = {
        detector: _figure(scores, labels, groups, tuning, seed, resamples) for detector, scores in columns.items()
    }
    support = columns["verifier"]
    verdicts = Verdicts(
        float(passed.mean()),
        float(labels[passed].mean()) if passed.any() else 0.0,
        float(passed[labels].mean()),
        bounded(lambda rows: balanced_accuracy(passed[rows], labels[rows]), groups, seed, resamples),
        bounded(lambda rows: calibration_error(support[rows], labels[rows]), groups, seed, resamples),
    )
    kinds: dict[tuple[bool, str], list[bool]] = {}
    for claim, was in zip(claims, passed.tolist(), strict=True):
        for kind in claim.kinds:
            kinds.setdefault((claim.label, kind), []).append(was)
    return Report(
        name,
        asked["verifier"],
        len(claims),
        float(labels.mean()),
        figures,
        verdicts,
        calibration(support, labels),
        {key: (len(was), sum(was) / len(was)) for key, was in sorted(kinds.items())},
    )


def _scores(name: str, claims: Sequence[Claim], verifier: str) -> tuple[dict[str, Floats], Labels]:
    """Each detector's score of each row, higher for more faithful, and the verifier's verdicts."""
    scorer: Any = rouge_scorer.RougeScorer
    rouge = scorer(["rouge2"], use_stemmer=True)
    shelf = EvidenceShelf("en")
    columns: dict[str, list[float]] = {detector: [] for detector in DETECTORS}
    passed = []
    with steps_bar() as say:
        for count, claim in enumerate(claims, start=1):
            evidence = shelf.of(Example(id=claim.group, documents=claim.documents))
            sentences = output_sentences(claim.summary, "en")
            found = check(sentences, evidence, verifier)
            hard = [reason for one in found for reason in one.reasons if ":" in reason]
            columns["verifier"].append(min((one.sentence.support for one in found), default=0.0))
            columns["hard-checks"].append(float(not hard))
            source = "\n".join(document.text for document in claim.documents)
            columns["rouge2-precision"].append(rouge.score(source, claim.summary)["rouge2"].precision)
            columns["similarity"].append(_similarity(sentences, evidence.vectors))
            columns["shortness"].append(-float(word_count(claim.summary)))
            passed.append(bool(found) and all(one.sentence.supported for one in found))
            say(name, count, len(claims))
    recorded = set.intersection(*(set(claim.peers) for claim in claims))
    for peer in sorted(recorded):
        columns[f"recorded:{peer}"] = [claim.peers[peer] for claim in claims]
    return {detector: np.array(scores) for detector, scores in columns.items()}, np.array(passed)


def _similarity(sentences: Sequence[str], source: NDArray[np.float32]) -> float:
    if not sentences or not len(source):
        return 0.0
    return float((encode(sentences) @ source.T).max(axis=1).mean())


def _figure(scores: Floats, labels: Labels, groups: Rows, tuning: Labels, seed: int, resamples: int) -> Figure:
    both = len(set(labels[tuning].tolist())) == 2
    over = scores >= (best_threshold(scores[tuning], labels[tuning]) if both else float("nan"))
    held, kept = ~tuning, np.flatnonzero(~tuning)
    return Figure(
        bounded(lambda rows: auc(scores[rows], labels[rows]), groups, seed, resamples),
        bounded(lambda rows: balanced_accuracy(over[kept[rows]], labels[kept[rows]]), groups[held], seed, resamples),
        bounded(lambda rows: recall_at(scores[rows], labels[rows], PRECISION), groups, seed, resamples),
    )


def lines(report: Report) -> list[list[str]]:
    """A table with one row a detector."""
    table = [[report.name, "AUC", "BA on the other half", "recall at 95% precision"]]
    for name, figure in report.figures.items():
        table.append([name, *(percent(cell) for cell in (figure.auc, figure.balanced, figure.recall))])
    return table


def kinds(report: Report) -> list[list[str]]:
    """A table with one row a kind of fault; empty where the rows tell none."""
    rows = [
        ["true" if label else "false", kind, str(count), f"{share:.0%}"]
        for (label, kind), (count, share) in report.kinds.items()
    ]
    return [["label", "kind", "rows", "pass"], *rows] if rows else []


def percent(figure: Bounded) -> str:
    """``71.5 [68.0, 75.2]``."""
    middle, low, high = (100 * value for value in figure)
    return f"{middle:.1f} [{low:.1f}, {high:.1f}]"

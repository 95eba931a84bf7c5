"""Grounding against human labels of faithfulness, beside simple detectors.

    python benchmarks/grounding.py [--sets qags_cnndm,rank19] [--limit 100]

For each set: ROC-AUC of each detector's score, and balanced accuracy (BA) on one half of the articles with the
threshold tuned on the other. For ours also the verdict as shipped, with no tuning: how many sentences pass, how many of
those are truly faithful (precision), and how many of the faithful ones pass (recall). Reads the shared data folder from
SUMMARIZER_SHARED_DATA, else ../shared/data.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from summarizer.segment import split_sentences
from summarizer.settings import Settings
from summarizer.types import Document
from summarizer.verification import Evidence, ground
from summarizer.words import tokens

Row = dict[str, Any]
Floats = NDArray[np.float64]
Encode = Callable[[Sequence[str]], NDArray[np.float32]]
SETS = ("qags_cnndm", "summedits", "summedits:news", "goyal21", "rank19", "wice_dev")
DETECTORS = ("ours", "rouge2", "cosine", "shortness")


def main() -> None:
    """Print one line a set and detector."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sets", default=",".join(SETS))
    arguments.add_argument("--limit", type=int, default=None, help="rows of each set at most")
    options = arguments.parse_args()
    from summarizer.embedding import SentenceEncoder

    encoder = SentenceEncoder(Settings())
    print(f"{'set':16} {'detector':10} {'n':>5} {'AUC':>6} {'BA':>6}   verdict: passed, precision, recall; seconds")
    for name in options.sets.split(","):
        rows = read(shared_data() / "faithfulness", name)[: options.limit]
        report(name, rows, encoder.encode)


def shared_data() -> Path:
    """Folder of the shared development data."""
    return Path(os.environ.get("SUMMARIZER_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


def read(folder: Path, name: str) -> list[Row]:
    """Rows of ``name``, or of one domain of it ("summedits:news")."""
    file, _, domain = name.partition(":")
    with gzip.open(folder / f"{file}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows: list[Row] = [json.loads(line) for line in lines]
    return [row for row in rows if not domain or row.get("domain") == domain]


def report(name: str, rows: Sequence[Row], encode: Encode) -> None:
    """Score ``rows`` with every detector and print the figures."""
    started = time.perf_counter()
    scored = [score(row, encode) for row in rows]
    seconds = time.perf_counter() - started
    labels = np.array([int(row["label"]) for row in rows])
    # one article never stands on both sides
    tuning = np.array([int(hashlib.sha256(row["document"].encode()).hexdigest(), 16) % 2 == 0 for row in rows])
    passed = np.array([verdict for _, verdict in scored])
    for detector in DETECTORS:
        values = np.array([scores[detector] for scores, _ in scored])
        threshold = best_threshold(values[tuning], labels[tuning])
        accuracy = balanced_accuracy(values[~tuning] >= threshold, labels[~tuning])
        line = f"{name:16} {detector:10} {len(rows):5} {100 * auc(values, labels):6.1f} {100 * accuracy:6.1f}"
        if detector == "ours":
            precision = labels[passed].mean() if passed.any() else float("nan")
            line += f"   {passed.mean():.1%}, {precision:.1%}, {passed[labels == 1].mean():.1%}; {seconds:.0f} s"
        print(line, flush=True)


def score(row: Row, encode: Encode) -> tuple[dict[str, float], bool]:
    """Each detector's score of the row's summary (higher is more faithful), and our verdict on all its sentences."""
    document = Document(id="source", text=row["document"])
    sentences = split_sentences(document)
    vectors = encode([sentence.text for sentence in sentences])
    claims = [s.text for s in split_sentences(Document(id="summary", text=row["summary"]))] or [row["summary"]]
    grounded = ground(claims, Evidence([document], sentences, vectors), encode)
    whole = encode([row["summary"]])[0]
    scores = {
        "ours": min(result.sentence.support for result in grounded),
        "rouge2": rouge2_precision(row["summary"], row["document"]),
        "cosine": float((vectors @ whole).max()),
        "shortness": -float(len(tokens(row["summary"]))),
    }
    return scores, all(result.sentence.supported for result in grounded)


def rouge2_precision(summary: str, source: str) -> float:
    """Share of the summary's word pairs that the source holds, clipped (ROUGE-2 precision, Lin 2004), unstemmed."""
    mine, theirs = (Counter(pairwise(words)) for words in map(_words, (summary, source)))
    return sum((mine & theirs).values()) / max(1, sum(mine.values()))


def _words(text: str) -> list[str]:
    return [token.norm for token in tokens(text)]


def auc(scores: Floats, labels: NDArray[np.int_]) -> float:
    """Area under the ROC curve: the chance that a faithful row scores above an unfaithful one, ties half."""
    good, bad = scores[labels == 1], np.sort(scores[labels == 0])
    below, upto = np.searchsorted(bad, good, "left"), np.searchsorted(bad, good, "right")
    return float((below + upto).sum() / 2 / max(1, len(good) * len(bad)))


def best_threshold(scores: Floats, labels: NDArray[np.int_]) -> float:
    """The score from which on rows count as faithful, for the best balanced accuracy; the lowest of equals."""
    return float(max(np.unique(scores), key=lambda cut: (balanced_accuracy(scores >= cut, labels), -cut)))


def balanced_accuracy(found: NDArray[np.bool_], labels: NDArray[np.int_]) -> float:
    """Mean of the recalls of both classes."""
    return float((found[labels == 1].mean() + (~found[labels == 0]).mean()) / 2)


if __name__ == "__main__":
    main()

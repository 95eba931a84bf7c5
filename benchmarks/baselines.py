"""Baselines and recorded outputs as this harness scores them, beside figures measured elsewhere.

    python -m eval run --data dev.jsonl.gz --systems lead,lexrank,textrank,oracle -o runs/dev     # once a data set
    python benchmarks/baselines.py runs/dev runs/cased ...

Prints one Markdown row a figure: theirs, ours with its 95% interval, and whether theirs lies inside. Where theirs was
measured on other clusters, both are samples, and theirs may also lie further off by its own sampling error: the last
column is 95% for the difference of two such means, with the spread of our scores for both. Theirs: rouge-score 0.1.2
with stemmer, a line break before each sentence, a budget of the mean reference length; rounded to one decimal.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np

from eval.store import RunFolder
from eval.summary import scores_of

MEASURES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
LABELS = ("R-1", "R-2", "R-L", "R-Lsum")


@dataclass(frozen=True)
class Theirs:
    """F1 x 100 of a system, in the order of MEASURES; n: clusters; where: "" when on the very clusters of our run."""

    data: str
    system: str
    figures: tuple[float, ...]
    n: int
    where: str = ""


MEASURED = (
    Theirs("multinews-dev", "lead", (42.9, 14.1, 19.9, 38.7), 100, "Multi-News+ test"),
    Theirs("multinews-dev", "lexrank", (43.5, 14.4, 20.1, 39.4), 100, "Multi-News+ test"),
    Theirs("multinews-dev", "textrank", (42.4, 13.6, 19.8, 38.0), 100, "Multi-News+ test"),
    Theirs("multinews-dev", "oracle", (52.6, 22.1, 25.4, 47.8), 100, "Multi-News+ test"),
    Theirs("multinews-cased", "lead", (45.0, 13.3, 19.0, 40.9), 25, "25 cased clusters"),
    Theirs("multinews-cased", "lexrank", (44.5, 14.2, 20.2, 40.6), 100, "100 cased clusters"),
    Theirs("multinews-cased", "oracle", (62.2, 32.8, 31.0), 100, "100 cased clusters"),
    Theirs("allsides-dev", "lead", (37.8, 16.9, 24.7, 31.5), 60, "60 of dev"),
    Theirs("allsides-dev", "lead", (41.8, 19.3, 28.0, 35.4), 100, "AllSides test"),
    Theirs("allsides-dev", "lexrank", (41.1, 18.0, 27.0), 100, "AllSides test"),
    Theirs("cnndm-realsumm", "lead", (39.5, 15.5, 25.1, 35.3), 100),
    Theirs("cnndm-realsumm", "oracle", (57.7, 33.3, 40.8), 100),
    Theirs("cnndm-realsumm", "recorded:ptr_generator_out_pointer_gen_cov.txt", (39.3, 16.3, 26.7), 100),
    Theirs("cnndm-realsumm", "recorded:t5_out_base.txt", (43.7, 20.2, 31.2), 100),
    Theirs("cnndm-realsumm", "recorded:matchsumm_out.txt", (46.0, 21.8, 30.5), 100),
    Theirs("cnndm-realsumm", "recorded:bart_out.txt", (47.2, 23.1, 33.0), 100),
    Theirs("opinosis", "lexrank", (37.6, 12.4, 29.3), 51),
)


def main() -> None:
    """Print the table for the runs that are given, in the order of MEASURED."""
    if len(sys.argv) == 1:
        sys.exit(__doc__)
    print("| data (n) | system | measured elsewhere on | " + " | ".join(LABELS) + " |")
    print("|---|---|---|" + "---|" * len(LABELS))
    for path in map(Path, sys.argv[1:]):
        run = RunFolder(path)
        metrics = run.metrics()
        rows = {row["system"]: row["measures"] for row in metrics["systems"]}
        for theirs in MEASURED:
            if theirs.data == metrics["card"]["name"] and theirs.system in rows:
                scores = scores_of(run, theirs.system, ["rouge"])
                ours = rows[theirs.system]
                cells = [
                    compared(figure, ours[measure], np.array(list(scores[measure].values())), theirs)
                    for figure, measure in zip(theirs.figures, MEASURES, strict=False)
                ]
                cells += ["" for _ in MEASURES[len(cells) :]]
                head = f"{theirs.data} ({ours['rouge1']['n']})", theirs.system, theirs.where or "the same"
                print("| " + " | ".join((*head, *cells)) + " |")


def compared(theirs: float, ours: dict[str, float], scores: np.ndarray, of: Theirs) -> str:
    """``theirs / ours [interval] verdict`` of one figure. scores: (n,) of ours, in 0..1."""
    mean, low, high = (100 * ours[key] for key in ("mean", "low", "high"))
    if low - 0.05 <= theirs <= high + 0.05:  # theirs is rounded
        verdict = "inside"
    elif not of.where:
        verdict = "**outside**"
    else:
        reach = 196 * scores.std(ddof=1) * sqrt(1 / len(scores) + 1 / of.n)
        verdict = (
            f"outside; {theirs - mean:+.1f} of ±{reach:.1f}"
            if abs(theirs - mean) <= reach
            else (f"**outside; {theirs - mean:+.1f} of ±{reach:.1f}**")
        )
    return f"{theirs:.1f} / {mean:.1f} [{low:.1f}, {high:.1f}] {verdict}"


if __name__ == "__main__":
    main()

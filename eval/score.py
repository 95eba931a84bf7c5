"""Outputs of any origin against references, line by line: ROUGE with intervals, and how it was made in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.metrics.base import MetricOptions
from eval.metrics.rouge import TYPES, Rouge
from eval.run.signature import environment, signature
from eval.statistics.significance import RESAMPLES, Interval, interval
from eval.types import Example, Output, Record
from summarizer.errors import InputError


@dataclass(frozen=True)
class Score:
    """F1 of each kind of ROUGE, times 100: the mean over lines with its 95% interval. ``left_out``: lines without any
    reference, which no figure counts."""

    figures: dict[str, Interval]
    n: int
    left_out: int
    signature: str

    def line(self, digits: int) -> str:
        """Every figure and the signature."""
        cells = (
            f"{name} {one.mean:.{digits}f} [{one.low:.{digits}f}, {one.high:.{digits}f}]"
            for name, one in self.figures.items()
        )
        return f"{'  '.join(cells)}  {self.signature}"

    def record(self) -> Record:
        """The same as one JSON object, figures to four digits."""
        figures = {
            name: {"f1": round(one.mean, 4), "low": round(one.low, 4), "high": round(one.high, 4)}
            for name, one in self.figures.items()
        }
        return {**figures, "n": self.n, "left_out": self.left_out, "signature": self.signature}


def score(
    texts: Sequence[tuple[str, tuple[str, ...]]],
    names: Sequence[str] = TYPES,
    options: MetricOptions | None = None,
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> Score:
    """Score (output, its references), one a line, by the same code as a run does. Raises InputError."""
    if not names or not set(names) <= set(TYPES):
        raise InputError("no such metric", remedy=f"Choose from: {', '.join(TYPES)}.", where=", ".join(names))
    options = options or MetricOptions()
    rouge = Rouge(options)
    kept = [(output, references) for output, references in texts if references]
    if not kept:
        raise InputError("no line has a reference", remedy="Give at least one.", where="references")
    examples = [Example(id=str(n), documents=(), references=found) for n, (_, found) in enumerate(kept, 1)]
    rows = rouge.score(examples, [Output(text=output) for output, _ in kept])
    figures = {
        name: interval(np.array([100 * row[name] for row in rows]), seed=seed, resamples=resamples) for name in names
    }
    counts = sorted({len(references) for _, references in kept})
    made = signature(
        {"n": len(kept), "of": len(texts), "nrefs": "-".join(map(str, sorted({counts[0], counts[-1]})))},
        {f"rouge.{key}": value for key, value in rouge.options.items()},
        {"lang": options.language, "seed": seed, "ci": f"bca95/{resamples}"},
        environment(),
    )
    return Score(figures, len(kept), len(texts) - len(kept), made)

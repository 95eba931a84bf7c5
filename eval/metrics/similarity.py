"""Similarity of meaning by the local encoder. It matches sentences; BERTScore, which it is not, matches tokens."""

from __future__ import annotations

import numpy as np

from eval.data.tokenization import output_sentences
from eval.metrics.base import EachOutput, MetricOptions, Scores
from eval.metrics.evidence import OPTIONS, Floats, encode
from eval.types import Example, Measure, Output

_DIGITS = 5


class Similarity(EachOutput):
    """Greedy matching of sentences by cosine of all-MiniLM-L6-v2 vectors, combined as BERTScore combines tokens.

    Precision: mean over output sentences of the highest cosine with a reference sentence; recall the other way round.
    """

    name = "similarity"
    measures = (
        Measure(
            name="minilm_f1",
            label="MiniLM F1",
            better="higher",
            scale=100,
            about="Greedy sentence matching by MiniLM cosine; not BERTScore",
        ),
    )

    def __init__(self, options: MetricOptions) -> None:
        super().__init__(options)
        self._references = options.references
        self._vectors: dict[str, Floats] = {}
        self.options = {**OPTIONS, "unit": "sentence", "refs": options.references}

    def score_one(self, example: Example, output: Output) -> Scores:
        """Three figures in -1..1 an output; 0 for an empty one, none without references."""
        if not example.references:
            return {}
        sentences = output_sentences(output.text, self._language)
        if not sentences:
            return {"minilm_f1": 0.0, "minilm_precision": 0.0, "minilm_recall": 0.0}
        written = encode(sentences)
        figures = [_match(written, self._reference(text)) for text in example.references]
        if self._references == "max":
            best = max(figures, key=lambda figure: figure[2])
        else:
            best = tuple(np.mean(figures, axis=0))
        names = ("minilm_precision", "minilm_recall", "minilm_f1")
        return {name: round(float(figure), _DIGITS) for name, figure in zip(names, best, strict=True)}

    def _reference(self, text: str) -> Floats:
        if text not in self._vectors:
            self._vectors[text] = encode(output_sentences(text, self._language))
        return self._vectors[text]


def _match(written: Floats, reference: Floats) -> tuple[float, ...]:
    cosines = written @ reference.T
    precision, recall = float(cosines.max(axis=1).mean()), float(cosines.max(axis=0).mean())
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both > 0 else 0.0

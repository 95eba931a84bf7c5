"""Redundancy: how much a summary says twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

from eval.data.tokenization import ngrams, output_sentences, words
from eval.metrics.base import MetricOptions, Scores
from eval.types import Example, Measure, Output


class Redundancy:
    """Repeated trigrams, and the highest word overlap of any two sentences (Jaccard over word sets)."""

    name = "redundancy"
    measures = (
        Measure(name="repeated3", label="rep. 3-g", better="lower", scale=100, about="Percent of trigrams said before"),
        Measure(
            name="twins", label="twins", better="lower", digits=2, about="Highest Jaccard overlap of two sentences"
        ),
    )

    def __init__(self, options: MetricOptions) -> None:
        self._language = options.language
        self.options: Mapping[str, str] = {}

    def score(self, examples: Sequence[Example], outputs: Sequence[Output]) -> list[Scores]:  # noqa: ARG002
        """Two figures an output; none for an empty one."""
        return [self._one(output) for output in outputs]

    def _one(self, output: Output) -> Scores:
        sentences = [set(words(sentence)) for sentence in output_sentences(output.text, self._language)]
        if not sentences:
            return {}
        trigrams = Counter(ngrams(words(output.text), 3))
        repeated = sum(count - 1 for count in trigrams.values()) / max(1, trigrams.total())
        twins = max((len(a & b) / max(1, len(a | b)) for a, b in combinations(sentences, 2)), default=0.0)
        return {"repeated3": repeated, "twins": twins}

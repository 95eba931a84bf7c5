"""Redundancy: how much a summary says twice."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from eval.data.tokenization import ngrams, output_sentences, words
from eval.metrics.base import EachOutput, Scores
from eval.types import Example, Measure, Output


class Redundancy(EachOutput):
    """Repeated trigrams, and the highest word overlap of any two sentences (Jaccard over word sets)."""

    name = "redundancy"
    measures = (
        Measure(name="repeated3", label="rep. 3-g", better="lower", scale=100, about="Percent of trigrams said before"),
        Measure(
            name="twins", label="twins", better="lower", digits=2, about="Highest Jaccard overlap of two sentences"
        ),
    )

    def score_one(self, example: Example, output: Output) -> Scores:  # noqa: ARG002
        """Two figures an output; none for an empty one."""
        sentences = [set(words(sentence)) for sentence in output_sentences(output.text, self._language)]
        if not sentences:
            return {}
        trigrams = Counter(ngrams(words(output.text), 3))
        repeated = sum(count - 1 for count in trigrams.values()) / max(1, trigrams.total())
        twins = max((len(a & b) / max(1, len(a | b)) for a, b in combinations(sentences, 2)), default=0.0)
        return {"repeated3": repeated, "twins": twins}

"""Length of outputs, beside the references."""

from __future__ import annotations

from eval.data.tokenization import output_sentences, word_count
from eval.metrics.base import EachOutput, Scores
from eval.types import Example, Measure, Output


class Length(EachOutput):
    """Words, sentences, and words over those of the mean reference."""

    name = "length"
    measures = (
        Measure(name="words", label="words", digits=0, about="Words a summary"),
        Measure(name="sentences", label="sent.", about="Sentences a summary"),
        Measure(name="length_ratio", label="len/ref", digits=2, about="Words over the mean reference's"),
    )

    def score_one(self, example: Example, output: Output) -> Scores:
        """Three figures an output; no ratio where there is no reference."""
        words = word_count(output.text)
        scores: Scores = {"words": words, "sentences": len(output_sentences(output.text, self._language))}
        if example.references:
            mean = sum(map(word_count, example.references)) / len(example.references)
            scores["length_ratio"] = words / mean
        return scores

"""ROUGE-1/2/L/Lsum (Lin 2004) with the numbers of Google's rouge-score, computed by rouge-score-rs.

The two agree to the last bit (tests/eval/metrics/test_rouge.py); the second is about a hundred times as fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from rouge_score_rs import rouge_scorer, tokenizers

from eval.data.tokenization import split_lines
from eval.metrics.base import MetricOptions, Scores
from eval.types import Example, Measure, Output
from summarizer.errors import InputError

TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_LABELS = ("R-1", "R-2", "R-L", "R-Lsum")
_PARTS = ("precision", "recall", "fmeasure")


class Rouge:
    """F1 under the plain name, with ``_precision`` and ``_recall`` beside it.

    A line break before each sentence is what Lsum is defined on; ours come from the project's segmenter. Several
    references: ``max`` keeps, for each type, the reference with the highest F1, as rouge-score does; ``mean`` averages.
    """

    name = "rouge"

    def __init__(self, options: MetricOptions) -> None:
        chosen = {"default": None, "unicode": tokenizers.UnicodeTokenizer, "character": tokenizers.CharacterTokenizer}
        tokenizer = chosen[options.tokenizer]
        stemmer = options.stemmer and tokenizer is None and options.language == "en"
        if options.language != "en" and tokenizer is None:
            remedy = "Add --tokenizer unicode (or character, for Chinese and Japanese)."
            raise InputError("rouge-score's own tokenizer keeps only a-z and digits", remedy=remedy, where="rouge")
        self._options = options
        scorer: Any = rouge_scorer.RougeScorer
        self._scorer = scorer(list(TYPES), use_stemmer=stemmer, tokenizer=tokenizer() if tokenizer else None)
        self.options = {
            "rouge-score-rs": version("rouge-score-rs"),
            "tok": options.tokenizer,
            "stem": "porter" if stemmer else "no",
            "split": "summarizer",
            "refs": options.references,
        }
        self.measures = tuple(
            Measure(name=kind, label=label, better="higher", scale=100, about="F1 of ROUGE, multiplied by 100")
            for kind, label in zip(TYPES, _LABELS, strict=True)
        )

    def score(self, examples: Sequence[Example], outputs: Sequence[Output]) -> list[Scores]:
        """Twelve figures in 0..1 an output; none for an example without references."""
        pairs = [(index, reference) for index, example in enumerate(examples) for reference in example.references]
        scored = self._scorer.score_batch(
            [split_lines(reference, self._options.language) for _, reference in pairs],
            [split_lines(outputs[index].text, self._options.language) for index, _ in pairs],
        )
        against: list[list[dict[str, Sequence[float]]]] = [[] for _ in examples]
        for (index, _), scores in zip(pairs, scored, strict=True):
            against[index].append(scores)
        return [self._combine(scores) for scores in against]

    def _combine(self, scores: list[dict[str, Sequence[float]]]) -> Scores:
        combined: Scores = {}
        if not scores:
            return combined
        for kind in TYPES:
            if self._options.references == "max":
                figures = max((one[kind] for one in scores), key=lambda figure: figure[2])
            else:
                figures = [sum(part) / len(scores) for part in zip(*(one[kind] for one in scores), strict=True)]
            combined[kind] = figures[2]
            combined |= {f"{kind}_{part}": figure for part, figure in zip(_PARTS[:2], figures[:2], strict=True)}
        return combined

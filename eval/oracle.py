"""The greedy extractive oracle (Nallapati et al. 2017; Liu & Lapata 2019): an upper bound for extraction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from eval.sentences import sentences_of, word_count
from eval.systems import extracted, fill
from eval.types import Example, Output

_WORD = re.compile(r"[^\W_]+")
Grams = Counter[tuple[str, ...]]


class Oracle:
    """Adds, one at a time, the sentence that most raises ROUGE-1 F + ROUGE-2 F against the best reference.

    Stops when none raises it, or when the budget is reached. Words are lower-cased and not stemmed.
    """

    name = "oracle"

    def __init__(self, language: str) -> None:
        del language
        self.options: Mapping[str, str] = {"fill": "cut", "objective": "R1+R2"}

    def summarize(self, example: Example, budget: int) -> Output:
        """The greedy choice, in document order; empty when there is no reference."""
        sentences = [s for document in example.documents for s in sentences_of(document)]
        grams = [(_grams(s, 1), _grams(s, 2)) for s in sentences]
        references = [(_grams(r, 1), _grams(r, 2)) for r in example.references]
        options = [_greedy(sentences, grams, reference, budget) for reference in references]
        if not options:
            return Output(text="")
        _, chosen = max(options, key=lambda option: option[0])
        return extracted(fill((sentences[index] for index in sorted(chosen)), budget))


def _grams(text: str, size: int) -> Grams:
    words = _WORD.findall(text.lower())
    return Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def _greedy(
    sentences: Sequence[str], grams: Sequence[tuple[Grams, ...]], reference: tuple[Grams, ...], budget: int
) -> tuple[float, list[int]]:
    chosen: list[int] = []
    best, words = 0.0, 0
    # What a sentence can still add of the reference's n-grams; only those count towards the overlap.
    left = [Counter(gram) for gram in reference]
    overlap, length = [0, 0], [0, 0]
    totals = [gram.total() for gram in reference]
    sizes = [[gram.total() for gram in pair] for pair in grams]
    relevant = [[{g: c for g, c in pair[k].items() if g in reference[k]} for k in (0, 1)] for pair in grams]
    while words < budget:
        top, pick = best, -1
        for index in range(len(sentences)):
            if index in chosen:
                continue
            score = 0.0
            for k in (0, 1):
                gain = sum(min(count, left[k][gram]) for gram, count in relevant[index][k].items())
                score += _f1(overlap[k] + gain, length[k] + sizes[index][k], totals[k])
            if score > top:
                top, pick = score, index
        if pick < 0:
            break
        for k in (0, 1):
            for gram, count in relevant[pick][k].items():
                used = min(count, left[k][gram])
                overlap[k] += used
                left[k][gram] -= used
            length[k] += sizes[pick][k]
        chosen.append(pick)
        best, words = top, words + word_count(sentences[pick])
    return best, chosen


def _f1(overlap: int, predicted: int, wanted: int) -> float:
    return 2 * overlap / (predicted + wanted) if overlap else 0.0

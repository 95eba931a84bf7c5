"""The greedy extractive oracle (Nallapati et al. 2017; Liu & Lapata 2019): an upper bound for extraction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from rouge_score_rs import tokenizers

from eval.data.tokenization import ngrams, sentences_of
from eval.systems.extractive_baselines import extracted
from eval.types import Example, Output

Grams = Counter[tuple[str, ...]]
Pair = tuple[Grams, Grams]


class Oracle:
    """Adds, one at a time, the sentence that most raises ROUGE-1 F + ROUGE-2 F against the best reference.

    Stops when none raises it; there is no budget, since an upper bound needs none. Words are those of ROUGE, stemmed
    for English, so that the objective is the one that is measured.
    """

    name = "oracle"

    def __init__(self, language: str) -> None:
        english = language == "en"
        kind: Any = tokenizers.DefaultTokenizer if english else tokenizers.UnicodeTokenizer
        self._tokenizer = kind(True) if english else kind()
        self.options: Mapping[str, str] = {"fill": "free", "objective": "R1+R2", "stem": "porter" if english else "no"}

    def summarize(self, example: Example, budget: int) -> Output:  # noqa: ARG002
        """The greedy choice, in document order; empty when there is no reference."""
        sentences = [s for document in example.documents for s in sentences_of(document)]
        grams = [self._grams(sentence) for sentence in sentences]
        options = [_greedy(grams, self._grams(reference)) for reference in example.references]
        if not options:
            return Output(text="")
        _, chosen = max(options, key=lambda option: option[0])
        return extracted([sentences[index] for index in sorted(chosen)])

    def _grams(self, text: str) -> Pair:
        words = self._tokenizer.tokenize(text)
        return Counter(ngrams(words, 1)), Counter(ngrams(words, 2))


class _Overlap:
    """Overlap with a reference as sentences are added, for one size of n-gram."""

    def __init__(self, reference: Grams) -> None:
        self._left = Counter(reference)
        self._wanted = reference.total()
        self._common = self._length = 0

    def f1_with(self, sentence: Grams, size: int) -> float:
        common = self._common + self._gain(sentence)
        return 2 * common / (self._length + size + self._wanted) if common else 0.0

    def add(self, sentence: Grams, size: int) -> None:
        self._common += self._gain(sentence)
        self._length += size
        self._left -= sentence

    def _gain(self, sentence: Grams) -> int:
        return sum(min(count, self._left[gram]) for gram, count in sentence.items())


def _greedy(sentences: Sequence[Pair], reference: Pair) -> tuple[float, list[int]]:
    """(objective, indices in the order chosen)."""
    overlaps = [_Overlap(grams) for grams in reference]
    sizes = [(one.total(), two.total()) for one, two in sentences]
    # Only n-grams of the reference can count towards the overlap.
    kept = [
        tuple(Counter({g: c for g, c in grams.items() if g in reference[k]}) for k, grams in enumerate(pair))
        for pair in sentences
    ]
    chosen: list[int] = []
    best = 0.0
    while True:
        pick = -1
        for index in range(len(sentences)):
            if index in chosen:
                continue
            score = sum(
                o.f1_with(grams, size) for o, grams, size in zip(overlaps, kept[index], sizes[index], strict=True)
            )
            if score > best:
                best, pick = score, index
        if pick < 0:
            return best, chosen
        for overlap, grams, size in zip(overlaps, kept[pick], sizes[pick], strict=True):
            overlap.add(grams, size)
        chosen.append(pick)

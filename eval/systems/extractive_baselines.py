"""Extractive baselines that need no package: lead and random.

One rule holds for all extractive systems: whole sentences are taken in the order of the system until the budget is
reached, and the last one is cut there, so that none gains by its length.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, zip_longest

from eval.data.tokenization import sentences_of
from eval.types import Example, Output


def fill(sentences: Iterable[str], budget: int) -> list[str]:
    """The first of ``sentences``, until together they have ``budget`` words; the last one is cut there."""
    taken: list[str] = []
    left = budget
    for sentence in sentences:
        if left <= 0:
            break
        words = sentence.split()[:left]
        taken.append(" ".join(words))
        left -= len(words)
    return taken


def extracted(sentences: Sequence[str]) -> Output:
    """An output of whole source sentences."""
    return Output(text=" ".join(" ".join(sentence.split()) for sentence in sentences))


class Lead:
    """The opening sentences, round robin over the documents or one document after the other."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.options: Mapping[str, str] = {"fill": "cut"}

    def summarize(self, example: Example, budget: int) -> Output:
        """Openings up to the budget."""
        texts = [sentences_of(document) for document in example.documents]
        rounds = texts if self.name == "lead-concat" else zip_longest(*texts)
        return extracted(fill((s for s in chain.from_iterable(rounds) if s is not None), budget))


class LeadK:
    """The first K sentences of each document (Lead-3 of See et al. 2017, First-3 of Fabbri et al. 2019)."""

    def __init__(self, sentences: int) -> None:
        self.name = f"lead-{sentences}"
        self.options: Mapping[str, str] = {"fill": f"{sentences} sentences a document"}
        self._sentences = sentences

    def summarize(self, example: Example, budget: int) -> Output:  # noqa: ARG002
        """The first K of each, whatever the budget."""
        return extracted([s for document in example.documents for s in sentences_of(document)[: self._sentences]])


class Random:
    """Sentences in an order drawn from the seed and the example's id, so that no other example changes it."""

    name = "random"

    def __init__(self, seed: int) -> None:
        self.options: Mapping[str, str] = {"fill": "cut"}
        self._seed = seed

    def summarize(self, example: Example, budget: int) -> Output:
        """A random choice up to the budget."""
        sentences = [s for document in example.documents for s in sentences_of(document)]
        random.Random(f"{self._seed}:{example.id}").shuffle(sentences)  # noqa: S311
        return extracted(fill(sentences, budget))

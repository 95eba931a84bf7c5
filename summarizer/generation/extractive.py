"""``extractive``: no model. The most salient sentences, unchanged, in reading order; the baseline and the fallback."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from summarizer.generation.base import Candidate, Limits, Prompt, Unit

_SAME_CONTENT = 0.5


class _Choice(NamedTuple):
    place: int
    text: str
    salience: float


class ExtractiveGenerator:
    """Chooses rather than writes. Its token is a word, and no input is too long for it."""

    name = "extractive"
    window = 10_000_000
    languages: frozenset[str] | None = None
    unit: Unit = "sentence"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words of each text."""
        return [len(text.split()) for text in texts]

    def overhead(self, prompt: Prompt) -> int:
        """Words of the answer: nothing else is added to the sentences."""
        return prompt.max_words

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """The first candidate takes sentences by salience; further ones draw them by salience, without replacement."""
        return [_candidates(prompt, limits) for prompt in prompts]


def _candidates(prompt: Prompt, limits: Limits) -> list[Candidate]:
    choices = [
        _Choice(place, text, salience)
        for place, (text, salience) in enumerate(
            pair
            for passage in prompt.passages
            for pair in zip(passage.sentences, passage.salience, strict=True)
            if pair[0].strip()
        )
    ]
    read = sum(len(choice.text.split()) for choice in choices)
    orders = [sorted(choices, key=lambda choice: (-choice.salience, choice.place))]
    orders += [_drawn(choices, limits.temperature, f"{limits.seed}:{k}") for k in range(1, limits.candidates)]
    return [_written(order, prompt.max_words, read) for order in orders]


def _drawn(choices: list[_Choice], temperature: float, seed: str) -> list[_Choice]:
    """Weighted sampling without replacement by exponential races (Efraimidis & Spirakis 2006); weight = s^(1/T)."""
    if temperature == 0.0:
        return sorted(choices, key=lambda choice: (-choice.salience, choice.place))
    dice = random.Random(seed)  # noqa: S311
    weight = {choice.place: max(choice.salience, 1e-6) ** (1.0 / temperature) for choice in choices}
    finish = {choice.place: dice.expovariate(1.0) / max(weight[choice.place], 1e-300) for choice in choices}
    return sorted(choices, key=lambda choice: (finish[choice.place], choice.place))


def _written(order: list[_Choice], max_words: int, read: int) -> Candidate:
    taken: list[_Choice] = []
    vocabularies: list[frozenset[str]] = []
    left = max_words
    for choice in order:
        vocabulary = frozenset(choice.text.lower().split())
        if len(choice.text.split()) > left or any(_overlap(vocabulary, said) > _SAME_CONTENT for said in vocabularies):
            continue
        taken.append(choice)
        vocabularies.append(vocabulary)
        left -= len(choice.text.split())
    if taken or not order:
        text = " ".join(choice.text for choice in sorted(taken))
        return Candidate(text=text, prompt_tokens=read, completion_tokens=len(text.split()))
    # No whole sentence is short enough: the words that fit of the best one, marked as unfinished.
    words = order[0].text.split()[:max_words]
    return Candidate(text=" ".join(words), prompt_tokens=read, completion_tokens=len(words), finished=False)


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """Jaccard similarity of two bags of words, 0..1."""
    return len(a & b) / max(1, len(a | b))

"""``extractive``: no model. The most salient sentences, unchanged, in reading order; the baseline and the fallback."""

from __future__ import annotations

from collections.abc import Sequence

from summarizer.generation.base import Candidate, Limits, Prompt, Unit


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
        """Of each prompt the most salient sentences that fit, in their order; every candidate is the same."""
        return [[_written(prompt)] * limits.candidates for prompt in prompts]


def _written(prompt: Prompt) -> Candidate:
    told = [pair for passage in prompt.passages for pair in zip(passage.sentences, passage.salience, strict=True)]
    lengths = [len(text.split()) for text, _ in told]
    taken: list[int] = []
    for place in sorted(range(len(told)), key=lambda place: -told[place][1]):
        if sum(lengths[other] for other in taken) + lengths[place] <= prompt.max_words:
            taken.append(place)
    text = " ".join(told[place][0] for place in sorted(taken))
    return Candidate(text=text, prompt_tokens=sum(lengths), completion_tokens=len(text.split()))

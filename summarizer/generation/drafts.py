"""Whole drafts of a model that streams: for whoever wants all of an answer at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from summarizer.generation.answers import answer
from summarizer.generation.base import Candidate, Limits, Prompt, Streaming
from summarizer.generation.lengths import output_tokens, within

_APART = 1_000_003  # seeds of two drafts of one prompt


class StreamedDrafts:
    """``generate`` by ``stream``: one draft after the other; and what a chat prompt takes beside its sentences."""

    def generate(self: Streaming, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """Drafts for each prompt. Raises GenerationError; ValueError when a prompt does not fit the window."""
        return [[_draft(self, prompt, limits, place) for place in range(limits.candidates)] for prompt in prompts]

    def overhead(self: Any, prompt: Prompt) -> int:
        """Tokens of the chat template, instructions, fences, numbers, of what is written already, and of the answer."""
        counts = self.count_tokens(prompt.sentences)
        return int(max(0, len(self.encode(prompt)) - sum(counts)) + len(counts) + output_tokens(prompt, counts).most)


def _draft(generator: Streaming, prompt: Prompt, limits: Limits, place: int) -> Candidate:
    """The first may be greedy, the others are sampled, each with a seed of its own."""
    changes = {
        "candidates": 1,
        "sampled": limits.sampled or place > 0,
        "seed": limits.seed + place * _APART,
    }
    text = "".join(generator.stream(prompt, limits.model_copy(update=changes)))
    read = generator.count_tokens(prompt.sentences)
    [written] = generator.count_tokens([text])
    finished = written < output_tokens(prompt, read).most
    candidate = Candidate(text=answer(text), prompt_tokens=sum(read), completion_tokens=written, finished=finished)
    return within(candidate, prompt)

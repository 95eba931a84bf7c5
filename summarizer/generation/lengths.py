"""From words, which the caller counts, to tokens, which a model counts; and back to whole sentences of the answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from summarizer.generation.base import Candidate, Prompt
from summarizer.reading.segment import split_sentences
from summarizer.types import Document

WORDS_OF_A_POINT = 18
"""Words that a key point has at most."""

_HEADROOM = 1.25  # a model that is cut at its very last word leaves no whole sentence to keep
_SPARE = 8
_MIN_SHARE = 0.3
_USUAL_FERTILITY = 1.5


class OutputTokens(NamedTuple):
    """How many tokens a model may and must write."""

    least: int
    most: int


def output_tokens(prompt: Prompt, counts: Sequence[int], limit: int | None = None) -> OutputTokens:
    """Token limits for what ``prompt`` asks for.

    counts: tokens of each sentence of the prompt, whose ratio to words is the tokenizer's fertility on this very text;
    it is rounded up to a quarter, so that prompts of one language share one limit and can share a batch.
    limit: most tokens that the decoder can write.
    """
    words = sum(len(sentence.split()) for sentence in prompt.sentences)
    fertility = math.ceil(4 * sum(counts) / words) / 4 if words else _USUAL_FERTILITY
    most = math.ceil(_words(prompt) * max(1.0, fertility) * _HEADROOM) + _SPARE
    if limit is not None:
        most = min(most, limit)
    # A summary is no stub, but neither longer than half of what it summarises.
    least = 0 if prompt.task != "summary" else min(int(prompt.max_words * _MIN_SHARE), sum(counts) // 2)
    return OutputTokens(min(least, most // 2), most)


def _words(prompt: Prompt) -> int:
    """How many words the answer to ``prompt`` may have."""
    if prompt.task == "key_points":
        return prompt.points * WORDS_OF_A_POINT
    return len(prompt.sentence.split()) if prompt.task == "shortening" else prompt.max_words


def trim(text: str, max_words: int, language: str = "en") -> tuple[str, bool]:
    """The whole sentences of ``text`` that fit ``max_words``, and whether they end as sentences.

    When not even the first fits, its first words are kept and the answer is False.
    """
    text = " ".join(text.split())
    if len(text.split()) <= max_words:
        return text, True
    kept = 0
    for sentence in split_sentences(Document(id="draft", text=text, language=language)):
        if len(text[: sentence.end].split()) > max_words:
            break
        kept = sentence.end
    return (text[:kept], True) if kept else (" ".join(text.split()[:max_words]), False)


def within(candidate: Candidate, prompt: Prompt) -> Candidate:
    """The candidate cut to whole sentences of at most ``prompt.max_words`` words together."""
    kept, whole = trim(candidate.text, prompt.max_words, prompt.language)
    shorter = len(kept.split()) < len(candidate.text.split())
    return candidate.model_copy(update={"text": kept, "finished": whole and (candidate.finished or shorter)})

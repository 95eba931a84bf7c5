"""Very long archives of one story: sub-stories are summarised first, and the summary is written from their summaries.

The first pass reads everything, a window at a time. Only sentences that the sources support go on to the second pass,
so that a summary of summaries still cites source sentences and cannot build on an invention of the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from summarizer.generation.base import Candidate, Generator, Limits, Passage, Prompt
from summarizer.grounding import Evidence, ground
from summarizer.segment import split_sentences
from summarizer.sources import Encode, Sources
from summarizer.types import Document, SummaryOptions
from summarizer.words import count_words

_LEVELS = 4
_FEWEST_WORDS = 25


class Item(NamedTuple):
    """A sentence that a pass reads: a source sentence, or one of an earlier pass; ``voice`` orders and groups them."""

    text: str
    voice: int
    salience: float


class Reduced(NamedTuple):
    """prompt: the last pass, which fits the window; drawn: candidates of the passes before it, a list a prompt;
    passes: how many; rows of ``Sources`` are all read."""

    prompt: Prompt
    drawn: list[list[Candidate]]
    passes: int


def map_reduce(
    sources: Sources, evidence: Evidence, generator: Generator, options: SummaryOptions, encode: Encode
) -> Reduced:
    """The prompt for the final summary of a story that is longer than the generator's window.

    Generate from ``Reduced.prompt`` and ground the result as any other: ``evidence`` is still the source sentences.
    Raises GenerationError of the generator; ValueError when a single sentence is longer than its window.
    """
    items = [
        Item(sentence.text, int(voice), float(weight))
        for sentence, voice, weight in zip(sources.sentences, sources.voices, sources.relevance, strict=True)
    ]
    drawn: list[list[Candidate]] = []
    for level in range(_LEVELS):
        groups = substories(items, generator, options, sources.language)
        if len(groups) == 1:
            return Reduced(_prompt(items, options, options.max_words, sources.language), drawn, level)
        items = _summaries(groups, sources, evidence, generator, options, encode, drawn)
    # Summaries that do not get shorter: the most salient of them that fit.
    while len(substories(items, generator, options, sources.language)) > 1:
        items.remove(min(items, key=lambda item: item.salience))
    return Reduced(_prompt(items, options, options.max_words, sources.language), drawn, _LEVELS)


def substories(
    items: Sequence[Item], generator: Generator, options: SummaryOptions, language: str = "en"
) -> list[list[Item]]:
    """``items`` in runs that each fit the window: halved, at the document boundary nearest the middle if there is one,
    until they do. Order is kept and nothing is left out."""
    prompt = _prompt(items, options, options.max_words, language)
    tokens = generator.overhead(prompt) + sum(generator.count_tokens([item.text for item in items]))
    if tokens <= generator.window:
        return [list(items)]
    if len(items) < 2:
        raise ValueError(
            f"a single sentence needs {tokens} tokens; the window of {generator.name} is {generator.window}"
        )
    middle = _middle(items)
    return [
        group for half in (items[:middle], items[middle:]) for group in substories(half, generator, options, language)
    ]


def _middle(items: Sequence[Item]) -> int:
    words = np.cumsum([count_words(item.text) for item in items])
    half = words[-1] / 2
    boundaries = [i for i in range(1, len(items)) if items[i].voice != items[i - 1].voice]
    near = [i for i in boundaries if words[-1] / 4 <= words[i - 1] <= 3 * words[-1] / 4]
    return min(near or range(1, len(items)), key=lambda i: (abs(float(words[i - 1]) - half), i))


def _summaries(
    groups: Sequence[Sequence[Item]],
    sources: Sources,
    evidence: Evidence,
    generator: Generator,
    options: SummaryOptions,
    encode: Encode,
    drawn: list[list[Candidate]],
) -> list[Item]:
    """The supported sentences of one summary a group; a group without any gives its most salient sentence."""
    words = max(_FEWEST_WORDS, options.max_words)
    prompts = [_prompt(group, options, words, sources.language) for group in groups]
    found = generator.generate(prompts, Limits(seed=options.seed))
    drawn += found
    written = [
        [s.text for s in split_sentences(Document(id="draft", text=candidates[0].text, language=sources.language))]
        for candidates in found
    ]
    checked = iter(ground([text for texts in written for text in texts], evidence, encode))
    items = []
    for voice, (group, texts) in enumerate(zip(groups, written, strict=True)):
        kept = [
            Item(c.sentence.text, voice, c.sentence.support) for c in [next(checked) for _ in texts] if not c.reasons
        ]
        items += kept or [max(group, key=lambda item: item.salience)._replace(voice=voice)]
    return items


def _prompt(items: Sequence[Item], options: SummaryOptions, max_words: int, language: str) -> Prompt:
    passages = []
    for voice in dict.fromkeys(item.voice for item in items):
        own = [item for item in items if item.voice == voice]
        passages.append(
            Passage(
                document=str(voice),
                sentences=tuple(item.text for item in own),
                salience=tuple(min(1.0, max(0.0, item.salience)) for item in own),
            )
        )
    return Prompt(passages=tuple(passages), max_words=max_words, query=options.query, language=language)

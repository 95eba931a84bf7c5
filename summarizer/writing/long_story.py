"""Very long archives of one story: sub-stories are summarised first, and the summary is written from their summaries.

The first pass reads everything, a window at a time. Only sentences that the sources support go on to the second pass,
so that a summary of summaries still cites source sentences and cannot build on an invention of the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from summarizer.generation.base import Candidate, Generator, Limits, Passage, Prompt
from summarizer.interruption import interruptible
from summarizer.language.words import count_words
from summarizer.reading.segment import split_sentences
from summarizer.types import Document, SummaryOptions
from summarizer.writing.story import Story

_PASSES = 4
_FEWEST_WORDS = 25
_CERTAIN = 4  # a sentence of a quarter of the window in bytes leaves room for any wording


class Item(NamedTuple):
    """A sentence that a pass reads: a source sentence, or one of an earlier pass; ``voice`` orders and groups them."""

    text: str
    voice: int
    salience: float


class Reduced(NamedTuple):
    """prompt: of the last pass, which fits the window; drawn: candidates of the passes before it, a list a prompt;
    rows: of the ``Story`` that were read, all but sentences longer than the window."""

    prompt: Prompt
    drawn: list[list[Candidate]]
    rows: list[int]


def map_reduce(story: Story, generator: Generator, options: SummaryOptions) -> Reduced:
    """The prompt for the final summary of a story that is longer than the generator's window.

    Generate from ``Reduced.prompt`` and ground the result as any other: the evidence is still the source sentences.
    Raises GenerationError of the generator.
    """
    rows = [
        row for row in interruptible(range(len(story.sentences))) if _fits(_item(story, row), generator, options, story)
    ]
    items = [_item(story, row) for row in rows]
    drawn: list[list[Candidate]] = []
    passes = 0
    while len(groups := substories(items, generator, options, story.language)) > 1:
        if passes == _PASSES:
            # Summaries that do not get shorter: the least salient give way.
            items.remove(min(items, key=lambda item: item.salience))
            continue
        items = _summaries(groups, story, generator, options, drawn)
        passes += 1
    return Reduced(_prompt(items, options, options.max_words, story.language), drawn, rows)


def _item(story: Story, row: int) -> Item:
    return Item(story.sentences[row].text, int(story.voices[row]), float(story.relevance[row]))


def _fits(item: Item, generator: Generator, options: SummaryOptions, story: Story) -> bool:
    # A token is at least a byte, so that only very long sentences need counting.
    if len(item.text.encode()) * _CERTAIN < generator.window:
        return True
    prompt = _prompt([item], options, _words(options), story.language)
    return generator.overhead(prompt) + generator.count_tokens([item.text])[0] <= generator.window


def _words(options: SummaryOptions) -> int:
    """Words of a sub-story's summary."""
    return max(_FEWEST_WORDS, options.max_words)


def substories(
    items: Sequence[Item], generator: Generator, options: SummaryOptions, language: str = "en"
) -> list[list[Item]]:
    """``items`` in runs that each fit the window: halved, at the document boundary nearest the middle if there is one,
    until they do. Order is kept and nothing is left out."""
    prompt = _prompt(items, options, _words(options), language)
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
    story: Story,
    generator: Generator,
    options: SummaryOptions,
    drawn: list[list[Candidate]],
) -> list[Item]:
    """The supported sentences of one summary a group; a group without any gives its most salient sentence."""
    prompts = [_prompt(group, options, _words(options), story.language) for group in groups]
    found = generator.generate(prompts, Limits(seed=options.seed))
    drawn += found
    written = [
        [s.text for s in split_sentences(Document(id="draft", text=candidates[0].text, language=story.language))]
        for candidates in found
    ]
    checked = iter(story.ground([text for texts in written for text in texts]))
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

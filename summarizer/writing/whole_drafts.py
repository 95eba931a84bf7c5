"""Summaries by models that write a whole text and nothing else (seq2seq): drafts, of which what is supported stays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from summarizer.generation.base import Candidate, Generator, Limits, Passage, Prompt
from summarizer.language.words import count_words
from summarizer.reading.segment import split_sentences
from summarizer.selection.cohesion import opens_dangling
from summarizer.selection.mmr import select
from summarizer.types import Document, SummaryOptions, SummarySentence
from summarizer.verification.grounding import Grounded
from summarizer.writing.draft import Draft, tidy
from summarizer.writing.extracts import assemble
from summarizer.writing.gate import fits, says_again
from summarizer.writing.long_story import map_reduce
from summarizer.writing.story import Story

LONG_STORY_SHARE = 0.25
"""Share of the story that fits the window, below which sub-stories are summarised first."""

_REDRAWS = Limits(candidates=4, temperature=0.7)
_FITTINGS = 4  # attempts at a prompt that fits the window


def whole(story: Story, generator: Generator, options: SummaryOptions, made: Draft) -> list[SummarySentence]:
    """The sentences of the best draft; what is unsupported in it gives way to supported ones of the other drafts, and
    where none is, to the articles' own."""
    prompt = _prompt(story, generator, options, made)
    if _share_read(story, made.rows) < LONG_STORY_SHARE:
        reduced = map_reduce(story, generator, options)
        prompt, made.rows = reduced.prompt, reduced.rows
        made.count(reduced.drawn)
    drawn = generator.generate([prompt], Limits(seed=options.seed))
    made.count(drawn)
    drafts = _checked(drawn[0], story)
    if not all(found.sentence.supported for found in drafts[0]):
        again = generator.generate([prompt], _REDRAWS.model_copy(update={"seed": options.seed}))
        made.count(again)
        drafts += _checked(again[0], story)
    drafts.sort(key=_share_supported, reverse=True)
    kept: list[SummarySentence] = []
    for found in chain(*drafts):
        told = [sentence.text for sentence in kept]
        new = found.sentence.supported and fits(found.sentence.text, told, options.max_words)
        if new and not says_again(found.sentence.text, told) and (kept or not opens_dangling(found.sentence.text)):
            kept.append(found.sentence)
    return kept or assemble([], story, options.max_words)


def _share_read(story: Story, rows: Sequence[int]) -> float:
    words = [count_words(sentence.text) for sentence in story.sentences]
    return sum(words[row] for row in rows) / max(1, sum(words))


def _prompt(story: Story, generator: Generator, options: SummaryOptions, made: Draft) -> Prompt:
    """The prompt that fits the window: every document heard first, then the most salient sentences by MMR."""
    lengths = np.array(generator.count_tokens([s.text for s in story.sentences]), dtype=np.int64)
    budget = generator.window
    for _ in range(_FITTINGS):
        made.rows, made.unheard = select(story.vectors, story.relevance, lengths, story.voices, budget)
        prompt = _story_prompt(story, made.rows, options)
        over = generator.overhead(prompt) + int(lengths[made.rows].sum()) - generator.window
        if over <= 0:
            break
        budget = int(lengths[made.rows].sum()) - over
    return prompt


def _story_prompt(story: Story, rows: Sequence[int], options: SummaryOptions) -> Prompt:
    passages = []
    for voice, document in enumerate(story.independent):
        own = sorted(row for row in rows if story.voices[row] == voice)
        if own:
            passages.append(
                Passage(
                    document=document.id,
                    title=document.title,
                    sentences=tuple(story.sentences[row].text for row in own),
                    salience=tuple(float(story.relevance[row]) for row in own),
                )
            )
    return Prompt(passages=tuple(passages), max_words=options.max_words, query=options.query, language=story.language)


def _checked(candidates: Sequence[Candidate], story: Story) -> list[list[Grounded]]:
    """Each candidate's sentences, grounded; a last sentence that the length limit cut is left out."""
    texts = []
    for candidate in candidates:
        found = split_sentences(Document(id="draft", text=candidate.text, language=story.language))
        whole = [tidy(s.text) for s in found]
        texts.append(whole if candidate.finished or not whole else whole[:-1])
    checked = iter(story.ground([text for some in texts for text in some]))
    return [[next(checked) for _ in some] for some in texts]


def _share_supported(draft: Sequence[Grounded]) -> float:
    words = sum(count_words(found.sentence.text) for found in draft)
    return sum(count_words(f.sentence.text) for f in draft if f.sentence.supported) / max(1, words)

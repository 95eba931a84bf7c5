"""One story written: its sentences as they are ready, then its key points, by whatever kind of generator there is."""

from __future__ import annotations

from collections.abc import Generator as Stopping
from collections.abc import Iterator

from summarizer.generation.base import Generator, Streaming
from summarizer.types import KeyPoint, SummaryOptions, SummarySentence
from summarizer.writing.brief import brief
from summarizer.writing.chosen_points import chosen_points
from summarizer.writing.draft import Draft, verbatim
from summarizer.writing.extracts import extracts
from summarizer.writing.facts import further_facts, written_points
from summarizer.writing.plan import Plan, plan
from summarizer.writing.story import Story
from summarizer.writing.whole_drafts import whole

NOTICE = 2
"""Sentences of a notice, which is told as it is."""


class Writing:
    """Chat models write a brief sentence by sentence, seq2seq models whole drafts; without a model the articles' own
    sentences are taken. ``made`` keeps what was written and what it cost."""

    def __init__(self, story: Story, generator: Generator, options: SummaryOptions, made: Draft) -> None:
        self._story, self._generator, self._options, self._made = story, generator, options, made
        self._plan: Plan | None = None
        self._facts: Stopping[SummarySentence, None, None] | None = None

    def sentences(self) -> Iterator[SummarySentence]:
        """The summary, each sentence as soon as it is ready. Raises GenerationError."""
        story, made = self._story, self._made
        if self._is_notice():
            made.rows = list(range(len(story.sentences)))
            made.sentences = [piece.checked for piece in verbatim(made.rows, story).values()]
        elif isinstance(self._generator, Streaming):
            self._plan = plan(story, self._generator, self._options)
            made.rows, made.unheard = sorted({*self._plan.rows, *self._plan.around}), self._plan.unheard
            self._facts = further_facts(self._plan, story, self._generator, self._options, made)
            yield from brief(self._plan, story, self._generator, self._options, made, self._facts)
            if made.sentences:
                return
            made.sentences = extracts(story, self._options, made)
        elif self._generator.unit == "story":
            made.sentences = whole(story, self._generator, self._options, made)
        else:
            made.sentences = extracts(story, self._options, made)
        yield from made.sentences

    def points(self) -> list[KeyPoint]:
        """The story's further facts; asked for after the sentences. Raises GenerationError."""
        if self._is_notice() or not self._made.sentences:
            return []
        if self._plan is not None and self._facts is not None and isinstance(self._generator, Streaming):
            return written_points(self._facts, self._plan, self._story, self._generator, self._options, self._made)
        told = [sentence.text for sentence in self._made.sentences]
        return chosen_points(self._story, self._options.key_points, told=told)

    def close(self) -> None:
        """Stop a model that is still listing facts."""
        if self._facts is not None:
            self._facts.close()

    def _is_notice(self) -> bool:
        sentences = self._story.sentences
        words = sum(len(s.text.split()) for s in sentences)
        alone = len(self._story.independent) == 1
        return alone and len(sentences) <= NOTICE and words <= self._options.max_words

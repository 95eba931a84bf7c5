"""The articles as a writer needs them: weighed, with what may be told of them, and a check of what is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from summarizer.cached import cached_property
from summarizer.reading.embedding import Floats
from summarizer.reading.moments import Moment, is_live_blog, moments
from summarizer.reading.sources import Sources
from summarizer.selection.mentions import Mentions
from summarizer.selection.moving_facts import Moving, moving_facts, passed_rows
from summarizer.selection.quotable import quotable
from summarizer.selection.salience import salience, sentence_features
from summarizer.selection.vocabulary import Phrases, shared_phrases
from summarizer.types import SummaryOptions
from summarizer.verification.evidence import Evidence
from summarizer.verification.grounding import Grounded, ground
from summarizer.verification.judge import FREE, Judge


@dataclass(frozen=True)
class Story(Sources):
    """Sources, weighed for one summary.

    relevance: (n,) salience in 0..1; phrases: those of each sentence, weighed by how many documents share them; judge:
    reads what is written about them, None for the hard checks alone; threshold: the support that a sentence needs, the
    judge's own when None.
    """

    relevance: Floats
    phrases: Phrases
    judge: Judge | None
    threshold: float | None

    def ground(self, texts: Sequence[str]) -> list[Grounded]:
        """Check each sentence of ``texts`` against the articles; same order."""
        return ground(texts, self._evidence, self.encode, self.judge, self.threshold)

    @cached_property
    def quotable(self) -> NDArray[np.bool_]:
        """(n,) whether a summary may take a sentence: it reports, and is no talk, caption or piece of a quotation."""
        return quotable(self.sentences, {d.id: d.text for d in self.independent}, self.language)

    @cached_property
    def mentions(self) -> Mentions:
        """What the articles tell before each sentence, and of whom."""
        return Mentions(self.independent, self.sentences, self.language)

    @cached_property
    def moments(self) -> list[Moment | None]:
        """(n,) when each sentence was told."""
        return moments(self.independent, self.sentences)

    @cached_property
    def moving(self) -> list[Moving]:
        """Facts that later sentences tell anew."""
        return moving_facts(self.sentences, self.vectors, self.moments)

    @cached_property
    def passed(self) -> frozenset[int]:
        """Rows that tell a state of things which a later sentence has replaced; of a live blog the whole entry."""
        rows = passed_rows(self.moving, self.moments)
        entries = {self._entry(row) for row in rows if self.sentences[row].document in self.live}
        return rows | {row for row in range(len(self.sentences)) if entries and self._entry(row) in entries}

    def _entry(self, row: int) -> tuple[str, Moment | None]:
        return self.sentences[row].document, self.moments[row]

    @cached_property
    def live(self) -> frozenset[str]:
        """Ids of the documents that are live blogs."""
        return frozenset(d.id for d in self.independent if is_live_blog(d.text))

    @cached_property
    def writers(self) -> dict[str, str]:
        """Who wrote a letter, by the ids of those documents that are one: its text says so first."""
        return {d.id: d.source for d in self.independent if d.source and d.text.startswith(f"{d.source} wrote: ")}

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self.independent, self.sentences, self.vectors, self.language)


def weigh(sources: Sources, options: SummaryOptions, judge: Judge | None = None) -> Story:
    """How much each sentence of ``sources`` matters, to the question of ``options`` where it has one."""
    texts = [s.text for s in sources.sentences]
    features = sentence_features(
        texts,
        sources.vectors,
        sources.voices,
        sources.places,
        titles=sources.titles,
        query=sources.encode([options.query])[0] if options.query else None,
        language=sources.language,
    )
    return Story(
        **vars(sources),
        relevance=salience(features),
        phrases=shared_phrases(texts, sources.voices, sources.language),
        judge=judge,
        threshold=FREE * judge.threshold if judge and options.wording == "free" else None,
    )

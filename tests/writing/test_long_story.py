"""A story longer than the window: everything is read, in sub-stories, and what comes out is still the sources' own."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hashed_encoder import hashed

from summarizer.generation.base import Limits
from summarizer.generation.extractive import ExtractiveGenerator
from summarizer.reading.segment import split_sentences
from summarizer.reading.sources import read_sources
from summarizer.types import Document, SummaryOptions
from summarizer.writing.long_story import Item, map_reduce, substories
from summarizer.writing.story import weigh

PLACES = ("Aarhus", "Bergen", "Cork", "Delft", "Espoo", "Faro", "Ghent", "Halle", "Ivrea", "Jena", "Kiel", "Lille")


def story():
    return [
        Document(
            id=place,
            text=f"The mayor of {place} closed {number} bridges on Monday after a storm. "
            f"Engineers in {place} will inspect {number + 20} pillars before summer. "
            f"Ferries carried {number}00 passengers across the river at {place} on Tuesday.",
        )
        for number, place in enumerate(PLACES, start=2)
    ]


class Narrow(ExtractiveGenerator):
    """The extractive generator with a small window: a real one, not a double."""

    window = 160


def test_substories_fit_keep_order_and_end_at_documents_where_they_can():
    items = [Item(s.text, voice, 0.5) for voice, d in enumerate(story()) for s in split_sentences(d)]
    generator, options = Narrow(), SummaryOptions(max_words=30)
    groups = substories(items, generator, options)
    assert [item for group in groups for item in group] == items
    assert len(groups) > 2
    for group in groups:
        assert sum(generator.count_tokens([item.text for item in group])) + 30 <= generator.window
    for before, after in pairwise(groups):
        assert before[-1].voice != after[0].voice


def test_a_story_that_fits_is_one_pass():
    options = SummaryOptions(max_words=30)
    sources = weigh(read_sources(story()[:2], hashed), options)
    reduced = map_reduce(sources, Narrow(), options)
    assert reduced.drawn == []
    assert sum(len(passage.sentences) for passage in reduced.prompt.passages) == len(sources.sentences)


def test_a_long_story_is_read_whole_and_its_summary_cites_the_sources():
    options = SummaryOptions(max_words=40)
    sources = weigh(read_sources(story(), hashed), options)
    generator = Narrow()
    reduced = map_reduce(sources, generator, options)
    assert reduced.drawn
    assert reduced.rows == list(range(len(sources.sentences)))
    read = sum(candidates[0].prompt_tokens for candidates in reduced.drawn)
    assert read >= sum(len(s.text.split()) for s in sources.sentences)
    [[draft]] = generator.generate([reduced.prompt], Limits())
    sentences = [s.text for s in split_sentences(Document(id="draft", text=draft.text))]
    assert sentences
    for found in sources.ground(sentences):
        assert found.sentence.supported
        cited = {citation.document for citation in found.sentence.citations}
        assert cited <= set(PLACES)


def test_a_sentence_longer_than_the_window_is_refused():
    with pytest.raises(ValueError, match="single sentence"):
        substories([Item("word " * 200, 0, 1.0)], Narrow(), SummaryOptions())

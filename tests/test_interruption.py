"""Work that nobody waits for any more ends soon, wherever it is."""

import pytest
from hashed_encoder import hashed
from hostile import SHAPES
from looks import watched

from summarizer import Document, SummaryOptions
from summarizer.generation.extractive import ExtractiveGenerator
from summarizer.interruption import interrupt, interruptible
from summarizer.sources import read_sources
from summarizer.writing.draft import Draft
from summarizer.writing.newest import told_differently
from summarizer.writing.writing import Writing

LONGEST = 0.3
"""Seconds of the processor between two looks; below 0.05 on the machine that this was written on."""


def summarize(text):
    """All the steps of a summary but the models'."""
    options = SummaryOptions(max_words=60)
    sources = read_sources([Document(id="1", text=text)], options, hashed)
    writing = Writing(sources, ExtractiveGenerator(), options, Draft())
    list(writing.sentences())
    writing.points()
    told_differently(sources)


@pytest.mark.parametrize("shape", ["table", "quotation marks", "questions", "clauses", "blank lines", "times"])
def test_every_step_looks_often_whether_anybody_still_waits(shape):
    summarize(SHAPES[shape](500))  # what is loaded once
    with watched() as looks:
        summarize(SHAPES[shape](24_000))
    assert looks.longest < LONGEST, looks.between


def collect(items, met):
    for one in items:
        met.append(one)


def test_what_interrupt_raises_ends_a_loop_before_its_next_item():
    met = []

    def leave():
        if len(met) == 2:
            raise TimeoutError

    token = interrupt.set(leave)
    try:
        with pytest.raises(TimeoutError):
            collect(interruptible("abcd"), met)
    finally:
        interrupt.reset(token)
    assert met == ["a", "b"]

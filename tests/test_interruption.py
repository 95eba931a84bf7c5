"""Work that nobody waits for any more ends soon, wherever it is."""

import pytest
from hostile import SHAPES
from looks import watched
from steps import summarize

from summarizer.interruption import interrupt, interruptible

LONGEST = 0.6
"""Seconds of the processor between two looks; below 0.05 on the machine that this was written on."""


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

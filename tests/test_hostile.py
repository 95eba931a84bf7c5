"""Time grows with the length of a text, whatever it is: no step may be worse than n log n, in a sentence either."""

import time
from contextlib import suppress

import pytest
from hostile import REPORTED, SHAPES
from steps import summarize

from summarizer.errors import InputError
from summarizer.reading.segment import LONGEST

SMALL, TIMES = 2_000, 8
TRIED = ["abbreviations", "names", "quotation marks", "clauses", "tiny sentences", "lower case", "Chinese", "table"]
"""benchmarks/hostile.py tries them all."""


def seconds(summarizer, text):
    """Processor time of a summary of ``text``, or of finding that it has none."""
    begun = time.process_time()
    with suppress(InputError):
        summary = summarizer.summarize(text, max_words=60)
        assert len(summary.text.split()) <= 60 or any("60 were asked for" in warning for warning in summary.warnings)
    return time.process_time() - begun


@pytest.mark.slow
@pytest.mark.parametrize("shape", TRIED)
def test_eight_times_the_text_takes_nowhere_near_sixty_four_times_the_time(summarizer, shape):
    seconds(summarizer, SHAPES[shape](500))  # what is loaded once
    small = max(0.1, seconds(summarizer, SHAPES[shape](SMALL)))
    assert seconds(summarizer, SHAPES[shape](SMALL * TIMES)) < 24 * small


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTED)
def test_the_texts_that_stopped_a_server_take_no_worse_than_in_proportion(name):
    text = REPORTED[name]

    def took(part):
        begun = time.thread_time()
        with suppress(InputError):
            for sentence in summarize(part):
                assert all(citation.end - citation.start <= 4 * LONGEST for citation in sentence.citations)
        return time.thread_time() - begun

    took(text[:500])  # what is loaded once
    small = max(0.1, took(text[: len(text) // 8]))
    assert took(text) < 20 * small

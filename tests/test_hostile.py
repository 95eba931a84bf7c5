"""Time grows with the length of a text, whatever it is: no step may be worse than n log n, in a sentence either."""

import time

import pytest
from hostile import SHAPES

from summarizer.errors import InputError

SMALL, TIMES = 4_000, 8


def seconds(summarizer, text):
    """Processor time of a summary of ``text``, or of finding that it has none; the better of two."""
    took = []
    for _ in range(2):
        begun = time.process_time()
        try:
            summary = summarizer.summarize(text, max_words=60)
            assert len(summary.text.split()) <= 60 or summary.warnings
        except InputError:
            pass
        took.append(time.process_time() - begun)
    return min(took)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_eight_times_the_text_takes_nowhere_near_sixty_four_times_the_time(summarizer, shape):
    seconds(summarizer, SHAPES[shape](500))  # what is loaded once
    small = max(0.2, seconds(summarizer, SHAPES[shape](SMALL)))
    assert seconds(summarizer, SHAPES[shape](SMALL * TIMES)) < 24 * small

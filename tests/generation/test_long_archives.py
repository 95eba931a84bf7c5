"""More articles about one story than a seq2seq model's window holds, through the whole pipeline: what was read is said.

Chat models write from a plan of a few sentences, whatever their window.
"""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from tiny_models import NEWS, save_seq2seq

from summarizer import Document, Summarizer
from summarizer.generation.base import Passage, Prompt
from summarizer.settings import Settings
from summarizer.summarizer import LOW_READ_SHARE

pytestmark = [pytest.mark.torch, pytest.mark.slow]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A summarizer with a tiny seq2seq model, and a real sentence encoder."""
    folder = save_seq2seq(folder=tmp_path_factory.mktemp("bart"), family="bart")
    return Summarizer(f"hf:{folder}", settings=Settings(threads=1, verifier="rules"))


def archive(generator, share):
    """Three articles of which the model can read about ``share``."""
    empty, full = (
        generator.overhead(
            Prompt(passages=(Passage(document="1", sentences=some, salience=(1.0,) * len(some)),), max_words=30)
        )
        for some in ((), NEWS)
    )
    cost = (full - empty + sum(generator.count_tokens(NEWS))) / len(NEWS)
    parts = (NEWS[:4], NEWS[4:7], NEWS[7:])
    each = round((generator.window - empty) / share / cost / len(parts))
    return [
        Document(id=str(k), text=" ".join(f"{part[n % len(part)][:-1]} in week {n}." for n in range(each)))
        for k, part in enumerate(parts, start=1)
    ]


def check(summary):
    assert summary.sentences
    assert all(sentence.supported and sentence.citations for sentence in summary.sentences)
    assert len(summary.text.split()) <= 30


def test_a_share_below_the_stated_one_is_warned_of(tiny):
    summary = tiny.summarize(archive(tiny.generator(), 0.4), max_words=30, key_points=0)
    check(summary)
    assert 0.25 < summary.usage.read_share < LOW_READ_SHARE
    assert 1 < summary.usage.sentences_read < summary.usage.sentences
    assert [w for w in summary.warnings if f"read {summary.usage.read_share:.0%} of the articles" in w]


def test_a_story_of_many_windows_is_read_whole(tiny):
    summary = tiny.summarize(archive(tiny.generator(), 0.18), max_words=30, key_points=0)
    check(summary)
    assert summary.usage.read_share == 1.0
    assert summary.usage.sentences_read == summary.usage.sentences
    assert summary.usage.candidates > 4  # the sub-stories' drafts and the last
    assert not summary.warnings


def test_a_story_that_fits_is_read_whole_in_one_pass(tiny):
    summary = tiny.summarize(archive(tiny.generator(), 2.0), max_words=30, key_points=0)
    check(summary)
    assert summary.usage.read_share == 1.0
    assert not [warning for warning in summary.warnings if "of the articles" in warning]

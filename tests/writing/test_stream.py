"""Sentences and lines of a text that is still being written."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from summarizer.writing.stream import written_lines, written_sentences


def pieces(text: str, taken: list[str] | None = None) -> Iterator[str]:
    """``text`` as a model gives it, a few letters at a time."""
    for piece in re.findall(r"\s?\S{1,3}|\s", text):
        if taken is not None:
            taken.append(piece)
        yield piece


def test_a_sentence_is_given_out_as_soon_as_the_next_begins() -> None:
    taken: list[str] = []
    drawn = written_sentences(pieces("The lock is shut. Boats wait below it. Nobody is hurt.", taken), "en")
    assert next(drawn) == "The lock is shut."
    assert "".join(taken) in {"The lock is shut. Boa", "The lock is shut. Bo"}


def test_closing_it_stops_the_model() -> None:
    stopped = []

    def model() -> Iterator[str]:
        try:
            yield from pieces("The lock is shut. Boats wait below it. Nobody is hurt.")
        finally:
            stopped.append(True)

    drawn = written_sentences(model(), "en")
    next(drawn)
    drawn.close()
    assert stopped


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It fell at 3 a.m. on Sunday. The U.S. Senate met.", ["It fell at 3 a.m. on Sunday.", "The U.S. Senate met."]),
        ("**News brief:**\n\n- The lock is shut.\n- Boats wait.", ["The lock is shut.", "Boats wait."]),
        ("# Heading\nThe lock is shut. Boats wai", ["The lock is shut."]),
        ("<think>Who shut it?</think>The lock is shut [1].", ["The lock is shut."]),
        ("Here is the brief:\nThe lock is shut.", ["The lock is shut."]),
    ],
)
def test_what_is_no_sentence_is_left_out(text: str, sentences: list[str]) -> None:
    assert list(written_sentences(pieces(text), "en")) == sentences


def test_chinese_has_no_blanks_between_sentences() -> None:
    assert list(written_sentences(pieces("船闸关闭。船只在下游等候。"), "zh")) == ["船闸关闭。", "船只在下游等候。"]


def test_lines_come_without_their_marks() -> None:
    assert list(written_lines(pieces("1. The lock is shut.\n2) Boats wait.\n\n* Nobody is hurt."))) == [
        "The lock is shut.",
        "Boats wait.",
        "Nobody is hurt.",
    ]


def test_a_last_line_that_was_cut_is_not_given_out() -> None:
    assert list(written_lines(pieces("- The lock is shut\n- Boats wait at the mouth of"))) == ["The lock is shut"]


def test_what_small_models_tear_apart_is_joined() -> None:
    text = "The U. S. pays $2. 1 billion for it in Washington, D. C. At 4 p. m. it cost $11. 25 last year."
    assert list(written_sentences(pieces(text), "en")) == [
        "The U.S. pays $2.1 billion for it in Washington, D.C.",
        "At 4 p.m. it cost $11.25 last year.",
    ]
    text = 'She calls the mayor "vain, " "a cancer of the party. ". He left. "I am" was all.'
    assert list(written_sentences(pieces(text), "en")) == [
        'She calls the mayor "vain," "a cancer of the party."',
        "He left.",
        '"I am" was all.',
    ]

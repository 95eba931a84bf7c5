"""The generator without a model: whole source sentences, most salient first, printed in reading order."""

from __future__ import annotations

import pytest

from summarizer.generation.base import Generator, Limits, Passage, Prompt
from summarizer.generation.extractive import ExtractiveGenerator

FIRST = ("The council closed the bridge on Monday.", "A kitten slept.", "Repairs will cost two million euros.")
SECOND = ("The council closed the bridge on Monday evening.", "Ferries carry commuters until the bridge reopens.")


def prompt(max_words: int = 40, **changes: object) -> Prompt:
    passages = (
        Passage(document="a", sentences=FIRST, salience=(0.9, 0.1, 0.7)),
        Passage(document="b", sentences=SECOND, salience=(0.8, 0.6)),
    )
    return Prompt(passages=passages, max_words=max_words, **changes)


def texts(given: Prompt, limits: Limits | None = None) -> list[str]:
    return [candidate.text for candidate in ExtractiveGenerator().generate([given], limits or Limits())[0]]


def test_is_a_generator():
    assert isinstance(ExtractiveGenerator(), Generator)


def test_takes_the_most_salient_that_fit_in_reading_order_and_says_nothing_twice():
    assert texts(prompt(max_words=20)) == [f"{FIRST[0]} {FIRST[2]} {SECOND[1]}"]


@pytest.mark.parametrize("max_words", [1, 3, 6, 7, 13, 14, 40])
def test_max_words_holds_and_only_a_cut_sentence_is_unfinished(max_words):
    [[candidate]] = ExtractiveGenerator().generate([prompt(max_words)], Limits())
    assert 0 < len(candidate.text.split()) <= max_words
    assert candidate.finished == (candidate.text[-1] == ".")
    assert candidate.completion_tokens == len(candidate.text.split())


def test_further_candidates_differ_and_repeat_with_the_seed():
    limits = Limits(candidates=6, seed=3)
    drawn = texts(prompt(max_words=14), limits)
    assert drawn[0] == texts(prompt(max_words=14))[0]
    assert len(set(drawn)) > 1
    assert drawn == texts(prompt(max_words=14), limits)


def test_without_temperature_every_candidate_is_the_first():
    assert len(set(texts(prompt(), Limits(candidates=3, temperature=0.0)))) == 1


def test_nothing_in_nothing_out():
    empty = Prompt(passages=(Passage(document="a", sentences=(), salience=()),), max_words=10)
    assert texts(empty) == [""]

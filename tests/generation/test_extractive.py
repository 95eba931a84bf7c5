"""The generator without a model: whole source sentences, most salient first, printed in reading order."""

from __future__ import annotations

from summarizer.generation.base import Generator, Limits, Passage, Prompt
from summarizer.generation.extractive import ExtractiveGenerator

FIRST = ("The council closed the bridge on Monday.", "A kitten slept.", "Repairs will cost two million euros.")
SECOND = ("The council closed the bridge on Monday evening.", "Ferries carry commuters until the bridge reopens.")


def texts(given: Prompt) -> list[str]:
    return [candidate.text for candidate in ExtractiveGenerator().generate([given], Limits())[0]]


def test_is_a_generator():
    assert isinstance(ExtractiveGenerator(), Generator)


def test_takes_the_most_salient_that_fit_in_reading_order():
    passages = (
        Passage(document="a", sentences=FIRST, salience=(0.9, 0.1, 0.7)),
        Passage(document="b", sentences=SECOND, salience=(0.8, 0.6)),
    )
    assert texts(Prompt(passages=passages, max_words=22)) == [f"{FIRST[0]} {FIRST[2]} {SECOND[0]}"]


def test_nothing_in_nothing_out():
    empty = Prompt(passages=(Passage(document="a", sentences=(), salience=()),), max_words=10)
    assert texts(empty) == [""]

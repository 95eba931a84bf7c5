"""Disagreements on pairs of sentences that we wrote.

Both sentences of a pair get the same vector, so that only the rules decide; the slow test puts real vectors in.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from summarizer.reading.embedding import SentenceEncoder
from summarizer.settings import Settings
from summarizer.types import Disagreement, Sentence
from summarizer.verification.disagreement import disagreements

TOLD_DIFFERENTLY = [
    (
        "The drawdown cut the number of US troops in each country to 2,500 by January.",
        "Under the drawdown the number of US troops in each country fell to 3,000 by January.",
        {"2,500", "3,000"},
    ),
    ("The blast killed 12 people at the market.", "The blast at the market left 14 people dead.", {"12", "14"}),
    ("Twelve people were killed in the market blast.", "A market blast killed 14 people.", {"Twelve", "14"}),
    (
        "Police arrested 35 protesters outside parliament.",
        "Outside parliament, police arrested 50 protesters.",
        {"35", "50"},
    ),
    ("The quake injured 200 people in Arlen.", "In Arlen the quake left 260 people injured.", {"200", "260"}),
    (
        "The $13 billion aid package will rebuild the grid.",
        "An $11.6 billion aid package is to rebuild the grid.",
        {"$13 billion", "$11.6 billion"},
    ),
    (
        "Turnout in the election was 61% of voters.",
        "Some 48 percent of voters turned out in the election.",
        {"61%", "48 percent"},
    ),
    ("The ferry carried 450 passengers when it sank.", "The ferry sank with 380 passengers aboard.", {"450", "380"}),
    (
        "The court sentenced Poe to three years in prison.",
        "The court sentenced Poe to five years in prison.",
        {"three", "five"},
    ),
    (
        "The firm will cut 4,000 jobs at its plant in Leeds.",
        "The firm plans to cut 6,000 jobs at its Leeds plant.",
        None,
    ),
    (
        "The storm left 90,000 homes without power.",
        "The storm left 120,000 homes without power.",
        {"90,000", "120,000"},
    ),
    ("At least 30 miners were killed in the collapse.", "The collapse killed 22 miners.", {"30", "22"}),
    ("The general left the capital on Monday.", "The general left the capital on Tuesday.", {"Monday", "Tuesday"}),
    ("The factory in Leeds closed on May 3.", "The factory in Leeds closed on May 13.", {"May 3", "May 13"}),
    ("The council approved the flood wall.", "The council rejected the flood wall.", {"approved", "rejected"}),
    ("A jury convicted Ann Low of fraud.", "A jury acquitted Ann Low of fraud.", {"convicted", "acquitted"}),
    (
        "The appeals court upheld the ban on plastic bags.",
        "The appeals court overturned the ban on plastic bags.",
        {"upheld", "overturned"},
    ),
    ("The fire destroyed 40 houses in the valley.", "The fire destroyed 65 houses in the valley.", {"40", "65"}),
]

COMPATIBLE = [
    ("More than 2,500 troops left the base.", "Some 2,600 troops left the base."),
    ("About 2,500 troops left the base.", "In all, 2,512 troops left the base."),
    ("The base lost 2,500 troops.", "The base lost 2,512 troops."),
    ("At least 12 people were killed in the blast.", "The blast killed 14 people."),
    ("Up to 50 people were killed in the blast.", "The blast killed 41 people."),
    ("Nearly 500 homes burned in the valley.", "In the valley 489 homes burned."),
    ("The blast killed 12 people.", "The blast injured 14 people."),
    ("The blast killed 12 soldiers.", "The blast killed 14 civilians."),
    ("The US has 2,500 troops in Iraq.", "The US has 8,600 troops in Afghanistan."),
    ("Two US soldiers were killed in the raid.", "Ten Afghan soldiers were killed in the raid."),
    ("In 2014, the force had 5,200 troops.", "In 2019, the force had 2,500 troops."),
    ("The storm killed 12 people last year.", "The storm killed 30 people this year."),
    ("The quake killed 12 people in Arlen.", "The quake killed 40 people in Corby."),
    ("Another three people were killed in the blast.", "The blast killed 12 people."),
    ("Three of the 12 people in the bus were killed.", "Twelve people in the bus were killed."),
    ("The death toll rose from 12 to 14 people.", "The blast killed 12 people."),
    ("Ann Low, 34, won the race.", "Ann Low, 36 points ahead, won the race."),
    ("The 12-year-old boy was found in the park.", "The 14-year-old boy was found in the park with two others."),
    ("The council approved the flood wall.", "The council rejected the new bridge."),
    ("The council may reject the flood wall.", "The council approved the flood wall."),
    ("The council had rejected the flood wall.", "The council approved the flood wall."),
    ("Police said on Monday the general left the capital.", "Police said on Tuesday the general left the capital."),
    ("The general left the capital on Monday.", "The general left the hospital on Tuesday."),
    ("The summit opened on Monday.", "The summit closed on Wednesday."),
    ("Profits rose 3 percent in the first quarter.", "Profits rose 5 percent in the second quarter."),
    ("The firm employs 400 workers in Leeds.", "The firm employs 4,000 workers overall."),
    ("An average of 37 children die each year in hot cars.", "In all, 749 children died in hot cars."),
    ("Some 20 to 30 houses burned in the valley.", "Forty houses burned in the valley."),
    ("The plan would cost $3 million.", "The plan would cost $3,000,000."),
    ("Half a million people fled the city.", "Some 500,000 people fled the city."),
    ("The Senate passed the bill 52-48.", "The Senate passed the bill 52-47."),
    ("Some 10 million people watched the rally.", "Fewer than 6,200 people attended the rally."),
    ("About 14,000 votes separate the two.", "She leads by 1,579 votes."),
    ("The first blast killed 12 people.", "The second blast killed three people."),
]


def row(document: str, text: str, index: int = 0) -> Sentence:
    return Sentence(document=document, index=index, start=0, end=len(text), text=text)


def alike(count: int) -> NDArray[np.float32]:
    """So many sentences with the same vector."""
    return np.eye(1, 384, dtype=np.float32).repeat(count, axis=0)


def found(first: str, second: str) -> list[Disagreement]:
    return disagreements([row("a", first), row("b", second)], alike(2))


@pytest.mark.parametrize(("first", "second", "values"), TOLD_DIFFERENTLY)
def test_told_differently(first: str, second: str, values: set[str] | None) -> None:
    [only] = found(first, second)
    assert {c.citation.document for c in only.claims} == {"a", "b"}
    assert only.subject
    if values is not None:
        assert {c.value for c in only.claims} == values


@pytest.mark.parametrize(("first", "second"), COMPATIBLE)
def test_compatible(first: str, second: str) -> None:
    assert found(first, second) == []
    assert found(second, first) == []


def test_a_document_that_gives_both_values_reconciles_them() -> None:
    texts = [
        "The blast killed 12 people.",
        "The blast killed 14 people.",
        "Officials first said the blast killed 12 people.",
    ]
    sentences = [row("a", texts[0]), row("b", texts[1]), row("b", texts[2], 1)]
    assert disagreements(sentences, alike(3)) == []


def test_subject_is_readable_and_three_values_make_one_disagreement() -> None:
    texts = [f"The drawdown left {n} troops in each country." for n in ("2,500", "3,000", "4,200")]
    [only] = disagreements([row(d, t) for d, t in zip("abc", texts, strict=True)], alike(3))
    assert only.subject == "troops in each country"
    assert [c.value for c in only.claims] == ["2,500", "3,000", "4,200"]


def test_unlike_sentences_are_never_compared() -> None:
    vectors = np.eye(2, 384, dtype=np.float32)
    sentences = [row("a", "The blast killed 12 people."), row("b", "The blast killed 14 people.")]
    assert disagreements(sentences, vectors) == []


@pytest.mark.slow
def test_real_vectors_let_the_pairs_through() -> None:
    encoder = SentenceEncoder(Settings())
    try:
        found = 0
        for first, second, _ in TOLD_DIFFERENTLY:
            sentences = [row("a", first), row("b", second)]
            found += bool(disagreements(sentences, encoder.encode([first, second])))
        assert found >= len(TOLD_DIFFERENTLY) - 3
    finally:
        encoder.close()

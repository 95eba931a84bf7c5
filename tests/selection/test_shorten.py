"""Shortening: what may go, what must stay, and properties over real news sentences."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

from summarizer.language.english import is_protected, words
from summarizer.selection.shorten import is_well_formed, shorten

ALWAYS = [
    ("WASHINGTON (AP) — The Senate passed the bill.", "The Senate passed the bill."),
    ("(CNN)Two officers were hurt in the blast.", "Two officers were hurt in the blast."),
    ("(CNN) The pilot landed the plane safely.", "The pilot landed the plane safely."),
    ("PRETORIA/KHARTOUM, The general left the country on Monday.", "The general left the country on Monday."),
    ("KABUL, Afghanistan — Gunmen stormed the ministry.", "Gunmen stormed the ministry."),
    ("BEIJING, Aug. 3 (Xinhua) -- The river flooded three towns.", "The river flooded three towns."),
    ("But Biden has looked for ways to end the war.", "Biden has looked for ways to end the war."),
    ("However, the court rejected the appeal.", "The court rejected the appeal."),
    ("And because the pump failed, the plant closed.", "Because the pump failed, the plant closed."),
    ("Senator Ann Low (R-Ky.) opposes the treaty.", "Senator Ann Low opposes the treaty."),
]

WHEN_LONG = [
    ("The storm tore down the bridge, cutting off two villages.", "The storm tore down the bridge."),
    (
        "The storm tore down the bridge, leaving two villages in the dark, police said.",
        "The storm tore down the bridge, police said.",
    ),
    ("Crews reached the village, which lies on the coast, police said.", "Crews reached the village, police said."),
    ("The council voted for the plan, as protesters gathered outside.", "The council voted for the plan."),
    (
        "The mayor asked him to stay away from Kenosha, Wis., which saw unrest.",
        "The mayor asked him to stay away from Kenosha, Wis.",
    ),
]

UNTOUCHED = [
    "UNICEF, Oxfam and Save the Children said the camp was full.",
    "So far, nobody has claimed the prize.",
    "Yet another train was late on the northern line.",
    "The vote is on Tuesday.",
    "Talks between Monday and Friday brought no result.",
    "The man, who was not armed, died at the scene.",
    "The driver, who may have been drunk, hit the wall.",
    "The firm will pay the fine, unless the court rules otherwise.",
    "All the ministers resigned, excluding the prime minister.",
    "The police said the man had fled.",
    "It was almost certainly the most deadly storm ever.",
    "It came from the accounts of very few survivors.",
    "The figures come from findings released on Tuesday.",
    "The threats sent Thursday were meant as a joke.",
    "Anyone who saw the boy should call (213) 486-6890.",
    "Karp says the fact that the tower is not anchored in bedrock — well, that's a problem.",
    "The law not only bans guns but also limits knives.",
    "“We are, however, ready (and able) to go,” Ann Low said.",
    "Before the vote, he spoke to his party.",
    "According to a Reuters poll, the party leads.",
]


@pytest.mark.parametrize(("sentence", "shorter"), ALWAYS)
def test_safe_cuts_are_always_made(sentence: str, shorter: str) -> None:
    assert shorten(sentence) == shorter


@pytest.mark.parametrize(("sentence", "shorter"), WHEN_LONG)
def test_further_cuts_only_when_too_long(sentence: str, shorter: str) -> None:
    assert shorten(sentence) == sentence
    assert shorten(sentence, 100) == sentence
    assert shorten(sentence, 0) == shorter


@pytest.mark.parametrize("sentence", UNTOUCHED)
def test_what_would_change_the_claim_stays(sentence: str) -> None:
    assert shorten(sentence, 0) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "So wird alles, was der Rat beschlossen hat, von der Stadt und dem Land nicht bezahlt.",
        "Le maire, qui a voté contre le projet, dit que les digues ne sont pas sûres.",
        "El alcalde, que votó en contra, dice que los diques no son seguros.",
        "市長は月曜日に堤防が開いたと述べた。",
    ],
)
def test_other_languages_are_left_alone(sentence: str) -> None:
    assert shorten(sentence, 0) == sentence
    assert is_well_formed(sentence)


def test_stops_cutting_once_short_enough() -> None:
    sentence = "Ann Low opposed the treaty, which the king signed, saying it came too late."
    assert shorten(sentence, 13) == "Ann Low opposed the treaty, which the king signed."


@pytest.mark.parametrize(
    "text",
    [
        "the plan passed.",
        "The plan passed",
        "“The plan passed.",
        "The plan (which passed.",
        "The plan of the mayor.",
        "The plan, passed,.",
        "Mailer sent by the campaign.",
        "The rivals took aim at Ms.",
        "Was arrested on Monday by officers of the port.",
        "House – as it prepares to vote on the plan of the mayor.",
    ],
)
def test_broken_sentences_are_not_well_formed(text: str) -> None:
    assert not is_well_formed(text)


def test_whole_sentences_are_well_formed() -> None:
    for sentence in ["The plan passed.", "“It passed,” she said.", "2,500 troops left.", "He's out (for now)."]:
        assert is_well_formed(sentence)


@pytest.fixture(scope="module")
def real_sentences(shared_data: Path) -> list[str]:
    with gzip.open(shared_data / "allsides" / "train.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(60), strict=False)]
    texts = [d["text"] for row in rows for d in row["documents"]]
    return [s for text in texts for s in re.split(r"(?<=[a-z][.!?]) (?=[A-Z])", text) if len(s.split()) > 5]


@pytest.mark.parametrize("limit", [None, 25, 0])
def test_every_result_is_a_subsequence_and_keeps_what_guards_the_claim(
    limit: int | None, real_sentences: list[str]
) -> None:
    changed = 0
    for sentence in real_sentences:
        shorter = shorten(sentence, limit)
        changed += shorter != sentence
        source = iter([w.lower() for w in words(sentence)])
        assert all(w.lower() in source for w in words(shorter)), (sentence, shorter)
        guards = [w.lower() for w in words(sentence) if is_protected(w)]
        assert guards == [w.lower() for w in words(shorter) if is_protected(w)], (sentence, shorter)
        assert shorten(shorter, limit) == shorter, "a second pass finds nothing more"
        if is_well_formed(sentence):
            assert is_well_formed(shorter), (sentence, shorter)
    assert changed > 20


def test_a_quotation_that_goes_on_in_the_next_sentence_is_closed() -> None:
    assert shorten("Lund said: “It was like a dream.") == "Lund said: “It was like a dream.”"
    assert shorten('Lund said: "It was like a dream.') == 'Lund said: "It was like a dream."'
    assert shorten("Lund called it “a dream” and left.") == "Lund called it “a dream” and left."


def test_the_clause_in_which_a_feed_broke_off_goes() -> None:
    broken = "At a meeting on Saturday officials of nine countries broached new goals, Lund said, signalling a comp..."
    assert shorten(broken) == "At a meeting on Saturday officials of nine countries broached new goals, Lund said."
    title = "The captain of the ferry took his wife to the harb..."
    assert shorten(title) == title

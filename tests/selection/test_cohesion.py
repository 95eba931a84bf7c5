"""What can open a summary, what repeats, and the order in which sentences read as one text."""

from __future__ import annotations

import numpy as np
import pytest

from summarizer.selection.cohesion import adds_little, opens_dangling, order, overlap, repeats
from summarizer.types import Sentence

DANGLING = [
    "He said so on Monday.",
    "They left the base in May.",
    "It was closed for good in May.",
    "Its chairman resigned.",
    "This angered the council.",
    "That is why the wall broke.",
    "These were the first cuts in years.",
    "But Biden has looked for ways out.",
    "Also on Monday, the council met.",
    "Meanwhile, the river rose.",
    "However, the wall held.",
    "The two met in Geneva.",
    "The former was acquitted.",
    "The move angered Iran.",
    "The suspect fled on foot.",
    "Hours later, the wall broke.",
    "Two days later, the wall broke.",
    "As a result, the river rose.",
    "For example, shops closed early.",
    "In his speech, he blamed the council.",
    "“We will never give up.”",
    "“The mission is still valid,” he said.",
    "“The mission is still valid. The invitation stands.",
    "There, he found the wall.",
    "Police said she had called her husband.",
    "The White House said he was fired after the talks.",
    "The wall is safe, it added.",
    "Police said they have been fully cooperative.",
    "Others stayed behind.",
    "If that turns out to be so, the council will pay.",
    "",
]

STANDS_ALONE = [
    "The United States committed to a withdrawal.",
    "It is unclear whether the wall will hold.",
    "It remains unclear who paid for the wall.",
    "There were 12 people on the bus.",
    "This week the council approved the wall.",
    "Those who stayed behind were rescued by boat.",
    "“The mission is still valid,” Kirby said.",
    "The man who built the wall has died.",
    "The decision to close the base angered Iran.",
    "The company behind the wall went bankrupt.",
    "The mayor said he would resign.",
    "Biden said he would end the war.",
    "While the river rose, the council met.",
    "On Monday, Lena Frost opened the wall.",
    "Before the vote, Lena Frost spoke to her party.",
    "Thousands fled the town.",
]


@pytest.mark.parametrize("sentence", DANGLING)
def test_dangling(sentence: str) -> None:
    assert opens_dangling(sentence)


@pytest.mark.parametrize("sentence", STANDS_ALONE)
def test_stands_alone(sentence: str) -> None:
    assert not opens_dangling(sentence)


def test_a_quotation_that_opens_with_a_pronoun_points_back_whoever_says_it() -> None:
    assert opens_dangling("“They will have to pass a check,” Lena Frost said.")
    assert not opens_dangling("“We will rebuild the pier,” Lena Frost said.")


def test_repeats_needs_shared_words() -> None:
    first = "Police arrested 35 protesters outside parliament on Monday."
    assert repeats(first, "Outside parliament, 35 protesters were arrested.")
    assert not repeats(first, "The river burst its banks in Corby.", cosine=0.1)
    assert not repeats(first, "Parliament approved the budget.", cosine=0.5)
    assert repeats(first, "Officers detained demonstrators near parliament.", cosine=0.9)
    assert overlap("", first) == 0.0


def place(document: str, index: int, text: str) -> Sentence:
    return Sentence(document=document, index=index, start=index * 100, end=index * 100 + len(text), text=text)


def test_order_opens_with_a_sentence_that_introduces() -> None:
    sentences = [
        place("a", 0, "He left the country on Monday."),
        place("b", 1, "President Omar Idris left the country on Monday."),
        place("b", 8, "A summit is planned for May."),
    ]
    assert order(sentences, {"a": 10, "b": 10})[0] == 1


def test_order_keeps_each_document_in_its_own_order() -> None:
    sentences = [place(d, i, f"Sentence {i} of document {d} stands here.") for d in "abc" for i in (9, 0, 4)]
    chosen = order(sentences, dict.fromkeys("abc", 10), vectors=np.eye(9, 384, dtype=np.float32))
    assert sorted(chosen) == list(range(9))
    for document in "abc":
        indices = [sentences[i].index for i in chosen if sentences[i].document == document]
        assert indices == sorted(indices)


def test_a_dangling_sentence_follows_the_one_it_hangs_on() -> None:
    sentences = [
        place("b", 1, "The council will vote in March."),
        place("a", 0, "Lena Frost opened the flood wall on Monday."),
        place("a", 1, "She called it a new beginning."),
    ]
    assert order(sentences, {"a": 12, "b": 4}) == [1, 2, 0]


def test_what_a_sentence_takes_for_known_is_told_before_it() -> None:
    sentences = [
        place("a", 0, "A storm closed the harbour of Port Ellis on Monday."),
        place("a", 2, "The crash tore a hole in the hull."),
        place("b", 6, "Lena Frost saw a crash of two ferries near the pier."),
    ]
    lengths = {"a": 10, "b": 10}
    assert order(sentences, lengths) == [0, 1, 2]
    assert order(sentences, lengths, needs=[frozenset(), frozenset({"crash"}), frozenset()]) == [0, 2, 1]


def test_order_of_nothing() -> None:
    assert order([], {}) == []


def test_what_several_sentences_tell_between_them_is_not_told_again() -> None:
    told = ["The ferry ran aground near Harrow Island in dense fog.", "Fishing boats carried the passengers ashore."]
    assert adds_little("Boats carried passengers of the ferry ashore on Harrow Island.", told)
    assert not adds_little("Boats carried 231 passengers of the ferry ashore on Harrow Island.", told)
    assert not adds_little("The ferry's captain was suspended by its owners on Tuesday evening.", told)
    assert not adds_little("The ferry ran aground near Harrow Island in dense fog.", [])

"""Whom and what a sentence takes for known, and full names where people are first met."""

from __future__ import annotations

import pytest

from summarizer import Summarizer
from summarizer.reading.segment import split_sentences
from summarizer.selection.mentions import Mentions
from summarizer.types import Document

STORY = (
    "A ferry sank off Port Ellis on Monday after a crash with a barge. "
    "Captain Peter Lund, 51, and pilot Ivana Moss were rescued by a fishing boat. "
    "The crash tore a hole in the hull. "
    "Lund said the barge had no lights. "
    "The owners of the barge denied it. "
    "Ms. Moss’s brother, who owns the boat, spoke of a miracle. "
    "Maria Lund told the port that her husband is well."
)


@pytest.fixture(scope="module")
def mentions() -> Mentions:
    document = Document(id="1", text=STORY)
    return Mentions([document], split_sentences(document), "en")


def test_what_an_article_has_told_of_is_needed(mentions: Mentions) -> None:
    assert mentions.needs("The crash tore a hole in the hull.", 2) == {"crash"}
    assert mentions.needs("On Monday, the crash tore a hole in the hull.", 2) == {"crash"}


def test_what_is_told_on_the_spot_or_was_never_told_is_not(mentions: Mentions) -> None:
    assert not mentions.needs("The owners of the barge denied it.", 4)
    assert not mentions.needs("The harbour was closed.", 4)
    assert not mentions.needs("The crash that sank it was seen from the pier.", 4)


def test_a_person_is_named_in_full_where_first_met(mentions: Mentions) -> None:
    told = "A ferry sank off Port Ellis on Monday."
    assert mentions.introduced("Moss spoke of a miracle.", 5, told) == "Ivana Moss spoke of a miracle."
    assert mentions.introduced("Ms. Moss’s brother spoke of it.", 5, told) == "Ivana Moss’s brother spoke of it."


def test_a_person_who_was_met_or_is_one_of_two_is_left_alone(mentions: Mentions) -> None:
    assert mentions.introduced("Moss spoke of a miracle.", 5, "Ivana Moss was rescued.") == "Moss spoke of a miracle."
    assert mentions.introduced("Lund is well.", 6, "A ferry sank.") == "Lund is well."
    assert mentions.introduced("Port officials denied it.", 4, "A ferry sank.") == "Port officials denied it."


def test_other_languages_are_left_alone() -> None:
    document = Document(id="1", text="Der Kapitän Peter Lund, 51, wurde gerettet. Lund sagte nichts.", language="de")
    german = Mentions([document], split_sentences(document), "de")
    assert german.introduced("Lund sagte nichts.", 1, "") == "Lund sagte nichts."
    assert not german.needs("The crash war laut.", 1)


def test_a_summary_names_people_in_full_and_cites_it(summarizer: Summarizer) -> None:
    story = (
        "The council of Marden voted to close the Elm Street bridge. Engineer Ruth Adeyemi, 44, was not there. "
        "Adeyemi said that four of the steel supports of the bridge have cracks as wide as a hand and must be replaced "
        "before winter. It was a long night."
    )
    summary = summarizer.summarize(story, model="extractive", max_words=40)
    first = next(sentence for sentence in summary.sentences if "Adeyemi" in sentence.text)
    assert "Ruth Adeyemi" in first.text
    assert first.supported


def test_what_is_taken_for_known_is_left_out_or_told_first(summarizer: Summarizer) -> None:
    story = (
        "The council of Marden met on Monday. "
        "A barge had hit the bridge at night, and the crash broke two of its steel supports in the middle of it. "
        "The crash cost the council of Marden a bridge that was built by hand and stood for two hundred years over the "
        "river, the mayor said."
    )
    words = len(story.split())
    whole = summarizer.summarize(story, model="extractive", max_words=words).text
    assert whole.index("A barge had hit") < whole.index("The crash cost")
    short = summarizer.summarize(story, model="extractive", max_words=34).text
    assert "The crash cost" not in short or "A barge had hit" in short

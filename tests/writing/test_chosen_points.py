"""Key points of articles that we wrote; vectors are hashed bags of words, so cosine means shared words."""

from __future__ import annotations

from typing import Any

from hashed_encoder import hashed

from summarizer.reading.sources import read_sources
from summarizer.types import Document, KeyPoint, SummaryOptions
from summarizer.verification.agreement import backs
from summarizer.writing.chosen_points import can_stand_alone, chosen_points
from summarizer.writing.story import weigh

RIVER = [
    "The river Arle burst its banks on Tuesday and flooded the centre of Corby.",
    "Rescuers took 120 people out of their homes by boat.",
    "Mayor Lena Frost said the flood wall had never been finished.",
    "But he did not say who was to blame.",
    "The regional council will vote on a new flood wall in March.",
]
FLOOD = [
    "CORBY (AP) — The river Arle flooded the centre of Corby on Tuesday after it burst its banks.",
    "Some 80 shops in the centre stay closed until the end of the week.",
    "Boats took 120 people out of their homes, rescuers said.",
    "Click here to subscribe to our newsletter and read more from Corby.",
]
WALL = [
    "Corby is counting the damage after the flood.",
    "Boats took 140 people out of their homes, rescuers said.",
    "The regional council votes on the new flood wall in March, officials said.",
    "Will the wall be built in time?",
]


def points(documents: dict[str, list[str]], count: int = 5, **options: Any) -> list[KeyPoint]:
    given = [Document(id=name, text="\n".join(texts)) for name, texts in documents.items()]
    return chosen_points(weigh(read_sources(given, hashed), SummaryOptions()), count, **options)


def test_what_documents_agree_on_comes_first_and_is_told_once() -> None:
    found = points({"river": RIVER, "flood": FLOOD, "wall": WALL})
    assert [len(p.documents) for p in found] == sorted((len(p.documents) for p in found), reverse=True)
    assert set(found[0].documents) == {"river", "flood"}
    assert sum("burst its banks" in p.text for p in found) == 1


def test_a_document_with_another_number_does_not_back_the_point() -> None:
    found = points({"river": RIVER, "flood": FLOOD, "wall": WALL})
    rescued = next(p for p in found if "120" in p.text)
    assert set(rescued.documents) == {"river", "flood"}
    assert {c.document for c in rescued.citations} == {"river", "flood"}


def test_near_copies_count_once() -> None:
    found = points({"river": RIVER, "copy": list(RIVER), "flood": FLOOD})
    for point in found:
        assert "copy" not in point.documents
        assert len(point.documents) <= 2
        assert not {"river", "copy"} <= {c.document for c in point.citations}


def test_points_are_clean_and_cite_whole_sentences() -> None:
    documents = {"river": RIVER, "flood": FLOOD, "wall": WALL}
    for point in points(documents):
        assert can_stand_alone(point.text)
        first = point.citations[0]
        assert first.score == 1.0
        for citation in point.citations:
            assert (
                "\n".join(documents[citation.document])[citation.start : citation.end] in documents[citation.document]
            )
        assert len({c.document for c in point.citations}) == len(point.citations)


def test_what_the_summary_tells_is_not_repeated() -> None:
    found = points(
        {"river": RIVER, "flood": FLOOD}, told=["The river Arle burst its banks and flooded Corby's centre."]
    )
    assert found
    assert not any("burst" in p.text for p in found)


def test_one_article_gives_its_own_points_and_no_padding() -> None:
    found = points({"river": RIVER})
    assert [p.documents for p in found] == [("river",)] * len(found)
    assert 3 <= len(found) <= 4
    assert all("he did not say" not in p.text for p in found)


def test_at_most_count() -> None:
    assert len(points({"river": RIVER}, 2)) == 2
    assert points({"river": RIVER}, 0) == []


def test_order_of_the_input_does_not_change_the_points() -> None:
    one = points({"river": RIVER, "flood": FLOOD})
    assert one == points({"river": RIVER, "flood": FLOOD})
    other = points({"flood": FLOOD, "river": RIVER})
    assert {p.text for p in one} == {p.text for p in other}


def test_other_languages_have_key_points() -> None:
    german = [
        "Der Fluss Arle trat am Dienstag über die Ufer und überflutete das Zentrum von Corby.",
        "Die Retter brachten 120 Menschen mit Booten aus ihren Häusern und in die Schule.",
        "Der Rat der Stadt entscheidet im März über den Bau von neuen Dämmen.",
    ]
    assert len(points({"a": german})) == 3


def test_sentences_that_cannot_stand_alone() -> None:
    for text in [
        "He resigned after the vote in parliament.",
        "“We will never give up on this town.”",
        "Will the wall be built in time for spring?",
        "We think the council should have acted sooner.",
        "Mailer sent by the campaign of Lena Frost.",
        "'The people here will build this town again,' she added.",
        "Click here to subscribe to our newsletter for more stories.",
        "The council voted, it added, after a long debate...",
        "There is no evidence at the town hall for this.",
    ]:
        assert not can_stand_alone(text), text


def test_backing_needs_the_same_claim() -> None:
    point = "Rescuers took 120 people out of their homes in Corby."
    assert backs(point, "In Corby 120 people were taken out of their homes by rescuers.", 0.9)
    assert not backs(point, "In Corby 140 people were taken out of their homes by rescuers.", 0.9)
    assert not backs(point, "Rescuers did not take 120 people out of their homes in Corby.", 0.9)
    assert not backs(point, "In Corby 120 people were taken out of their homes by rescuers.", 0.3)

"""Which sentences a summary may take: what reports, and nothing of the page or of somebody's own talk."""

from __future__ import annotations

import pytest

from summarizer.language.english import speaks_to_reader
from summarizer.reading.segment import split_sentences
from summarizer.selection.quotable import is_furniture, is_statement, quotable
from summarizer.types import Document

REPORT = (
    "The storm closed the harbour of Port Ellis on Monday. The ferry stayed at its pier for three days. "
    "Engineers found cracks in two of the steel supports. The council will repair them before the winter."
)


def taken(*texts: str) -> list[str]:
    documents = [Document(id=str(n), text=text) for n, text in enumerate(texts)]
    sentences = [s for d in documents for s in split_sentences(d)]
    keep = quotable(sentences, {d.id: d.text for d in documents}, "en")
    return [s.text for s, kept in zip(sentences, keep, strict=True) if kept]


@pytest.mark.parametrize(
    "text",
    [
        "Stormy seas: the ferry waits at the pier of Port Ellis.",
        "The ferry (pictured) waits at the pier.",
        "Captain Lund (left) is shown on the bridge of the ferry.",
        "• $10 million for a new pier, with more to come.",
        "See what your captain tweeted: pic.twitter.com/8aanQvx",
        "The storm is over — Port Ellis (@portellis) July 5, 2017",
        "REP. MARIA LUND (R-IN): So let me go back to the storm of 2011.",
        "Officials say??the ferry??will sail again.",
        "Advertisement: book your ferry now.",
        "Ann Rowe covers ferries for the Associated Press.",
        "The bill was sponsored by Rep.(R-Fla.) and passed.",
    ],
)
def test_furniture_of_a_page_is_told_from_its_report(text: str) -> None:
    assert is_furniture(text)


@pytest.mark.parametrize(
    "text",
    [
        "Lund said: the ferry will sail again.",
        "The council agreed on three things: a new pier, a new ferry and a bus.",
        "The mayor (who is 51) closed the pier.",
        "The U.S. Coast Guard closed the harbour.",
        "About 8.5 percent of the posts are advertisements of ferries, a study found.",
        "The captain told the Associated Press that the ferry was sued for copyright infringement.",
        "The ferry line has 2,000 subscribers.",
    ],
)
def test_a_report_is_no_furniture(text: str) -> None:
    assert not is_furniture(text)


def test_a_caption_without_a_verb_and_a_torn_sentence_are_not_taken() -> None:
    torn = "A letter sent by the captain of the ferry, Peter Lund. The captain of the ferry took aim at Ms."
    assert taken(f"{REPORT}\n{torn}") == taken(REPORT)


def test_questions_and_broken_off_titles_state_nothing() -> None:
    assert not is_statement("Who would have thought it?")
    assert not is_statement("For Date Night, The Captain Took His Wife To The Har...")
    assert is_statement("“Who would have thought it?” Lund asked.")


def test_talk_to_the_reader_is_not_taken() -> None:
    assert taken(f"{REPORT} You can follow the repairs on the site of the port.") == taken(REPORT)
    assert speaks_to_reader("Your ferry waits.")
    assert not speaks_to_reader("“Your ferry waits,” Lund said.")


def test_the_middle_of_a_quotation_is_not_taken_and_its_ends_are() -> None:
    told = (
        "“The pier was old,” Lund said. “It was built by my father.\nNobody had looked at it for years. It was a risk.”"
    )
    assert taken(f"{REPORT}\n{told}\nLund left.") == [
        *taken(REPORT),
        "“The pier was old,” Lund said.",
        "“It was built by my father.",
        "Lund left.",
    ]


def test_a_closing_mark_alone_opens_nothing() -> None:
    tall = "The man was 6’2” tall. He left the harbour before the storm."
    assert "He left the harbour before the storm." in taken(f"{REPORT}\n{tall}")


def test_what_a_page_shows_of_a_network_is_not_taken() -> None:
    post = "The pier is a disgrace to the island. — Maria Lund (@marialund) July 5, 2017"
    assert not any("disgrace" in text for text in taken(f"{REPORT}\n{'The island has one pier. ' * 12}\n{post}"))


def test_a_press_statement_among_reports_is_not_taken_and_reviews_are() -> None:
    statement = "We regret the delay. We will repair our pier. The pier was built in 1990."
    assert not any("We" in text for text in taken(REPORT, REPORT.replace("Monday", "Friday"), statement))
    review = "I love this reader. The screen does not tire my eyes. My battery lasts for a month."
    assert len(taken(review, review.replace("love", "like"))) == 6


def test_where_hardly_anything_reports_all_may_be_taken() -> None:
    assert taken("Is it over? Who knows? We do not. What now?")

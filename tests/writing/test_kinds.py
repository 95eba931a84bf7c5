"""Kinds of text that are no report: what a summary takes from each, whoever writes it."""

from __future__ import annotations

from typing import Any

import pytest
from chat_server import Server

from summarizer import InputError, Summarizer
from summarizer.ingest import document_from_html
from summarizer.language.casing import is_shouted, normal_case

MINUTES = """Minutes of the allotment society, 4 March
Present: Ann Rowe (chair), Ben Tait, Lia Moss
Rent for 2026 set at £48 by 7 votes to 2
Repair of the water tank put off until May because of the price of steel
Chair to write to the town about the broken gate on Hill Road
"""
INTERVIEW = """Q: Why was the organ of St Anne never finished?
A: The builder died in 1931, and the parish had spent its money on the roof.
Q: What happens to it now?
A: A firm in Delft will build the missing 400 pipes by next autumn for £90,000.
"""
SHOUTED = """TRAIN HITS LORRY NEAR VELM. A TRAIN HIT A LORRY ON A CROSSING NEAR VELM ON FRIDAY MORNING, POLICE SAID.
THE DRIVER OF THE LORRY, 44, BROKE AN ARM. 120 PASSENGERS WALKED TO A SCHOOL. THE LINE WILL BE SHUT UNTIL SUNDAY.
MAYOR IDA KROLL SAID THE CROSSING WOULD GET A GATE."""
TEASERS = "".join(
    f'<div><h3><a href="/{n}">{title}</a></h3><p>{text}</p></div>'
    for n, (title, text) in enumerate(
        {
            "Why bread goes stale": "It is not what you think.",
            "A bridge made of paper": "It holds a small car.",
            "The oldest clock in Wales": "It has lost an hour since 1390.",
            "Ten ways to boil an egg": "The last will surprise you.",
            "What bees do in winter": "They hardly sleep at all.",
        }.items()
    )
)


def test_lines_of_minutes_are_sentences(summarizer: Summarizer) -> None:
    text = summarizer.summarize(MINUTES, max_words=40).text
    assert "£48" in text or "water tank" in text
    assert all(sentence.endswith(".") for sentence in text.split("\n"))


def test_an_interview_without_its_labels(summarizer: Summarizer) -> None:
    text = summarizer.summarize(INTERVIEW, max_words=40).text
    assert "400 pipes" in text
    assert "A:" not in text
    assert "?" not in text


def test_another_language_is_told_in_the_order_of_its_article(summarizer: Summarizer) -> None:
    cost = "Der Bau des neuen Steges kostet die Stadt Velm nach eigenen Angaben rund 90.000 Euro."
    opened = "Am Freitag nahm die Stadt Velm den neuen Steg ab, und Prüfer fanden keine Risse."
    article = f"Die Stadt öffnete am Montag den Steg. {cost} {opened}"
    assert summarizer.summarize(article, max_words=30).text == f"{cost} {opened}"


def test_a_page_of_teasers_is_refused() -> None:
    with pytest.raises(InputError, match="lists 5 other articles"):
        document_from_html(
            f"<html><head><title>Science</title></head><body><h1>Science</h1>{TEASERS}</body></html>", id="i"
        )


def test_an_article_with_links_to_others_is_not() -> None:
    story = "".join(
        f"<p>The oldest clock of Tarn struck for hour {n} on Monday, and the town heard it.</p>" for n in range(30)
    )
    page = f"<html><body><article><h1>The clock strikes</h1>{story}</article><aside>{TEASERS}</aside></body></html>"
    assert "struck for hour 3" in document_from_html(page, id="a").text


def test_capitals_come_in_normal_case(told: Any, server: Server) -> None:
    small = "A train hit a lorry on a crossing near Velm on Friday morning, police said."
    summary = told(SHOUTED, f"THE DRIVER OF THE LORRY BROKE AN ARM. {small}", small, max_words=40)
    assert small in summary.text
    assert not is_shouted(summary.text)
    asked = server.bodies[0]["messages"][-1]["content"]
    assert "on Friday morning, police said" in asked
    assert "Mayor Ida Kroll said" in asked


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("THE US ARMY SAID ON MONDAY.", "The us army said on Monday."),
        ("The US Army and NATO met on Monday.", "The US Army and NATO met on Monday."),
        ("NATO", "NATO"),
    ],
)
def test_only_what_is_shouted_is_changed(text: str, written: str) -> None:
    assert normal_case(text) == written


def test_a_letter_is_told_as_its_writers(told: Any, server: Server) -> None:
    letter = """I cannot sing the requiem in June. I think it too long for us, and we have eleven rehearsals left.
    I would rather sing the two motets, and I ask the church to give the day to the brass band."""
    told(letter, "", max_words=30)
    assert "the writer" in server.bodies[0]["messages"][-1]["content"]


def test_a_report_is_not(told: Any, server: Server) -> None:
    told(SHOUTED, "", max_words=30)
    assert "the writer says" not in server.bodies[0]["messages"][-1]["content"]


def test_a_list_of_headlines_says_so(summarizer: Summarizer) -> None:
    lines = """Storm leaves thousands without power in the north
Rovers win the cup after extra time in Leeds
Shares fall as a bank warns of losses
Doctors say the new vaccine works for children"""
    [warning] = summarizer.summarize(lines).warnings
    assert "not one story" in warning

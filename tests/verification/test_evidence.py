"""Evidence: the fewest sentences, the context that they need, and nothing that grows with the square of a length."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from summarizer.types import Document
from summarizer.verification.evidence import MOST, choose
from summarizer.verification.passage import MOST_WORDS


def rested(claim, evidence, encode):
    [found] = choose([claim], evidence, encode)
    return [evidence.sentences[row].text for row in found.rows], found


def test_a_source_sentence_rests_on_itself_alone(evidence, encode):
    for sentence in evidence.sentences:
        texts, found = rested(sentence.text, evidence, encode)
        assert texts == [sentence.text]
        assert found.verbatim
        assert found.cover == pytest.approx(1.0)


def test_case_marks_and_spaced_initials_make_no_other_sentence(gather, encode):
    evidence = gather(Document(id="1", text="The U.S. army left Iraq on Monday. It had been there for years."))
    _, found = rested("the U. S. army left “Iraq” on Monday", evidence, encode)
    assert found.verbatim


def test_part_of_a_sentence_is_not_verbatim(evidence, encode):
    texts, found = rested("His ministry had received the report.", evidence, encode)
    assert texts == ["Ricci denied that his ministry had received the report."]
    assert not found.verbatim


def test_what_two_articles_tell_rests_on_both(evidence, encode):
    texts, found = rested(
        "Ricci denied that his ministry had received the report, and insurers put the damage at 40 million euros.",
        evidence,
        encode,
    )
    assert len(texts) == 2
    assert found.text == (
        "Ricci denied that his ministry had received the report.\nInsurers put the damage at 40 million euros."
    )


def test_near_copies_are_not_chosen_twice(evidence, encode):
    texts, _ = rested("The storm killed three sailors and injured at least 27 people.", evidence, encode)
    assert len(texts) == 1


def test_there_are_never_many_sentences_nor_words(gather, encode):
    text = " ".join(f"On day {n} the {w} of the port was {w}ed by crew {n}." for n, w in enumerate("abcdefghijklmnop"))
    evidence = gather(Document(id="1", text=text * 3))
    texts, found = rested(" ".join(f"The crew {n} and day {n}," for n in range(16)), evidence, encode)
    assert len(texts) <= MOST
    assert len(found.text.split()) <= MOST_WORDS + 20


def test_a_pronoun_brings_the_sentence_before_it_which_is_cited_when_it_is_needed(evidence, encode):
    texts, found = rested("Ilse Brandt said the Orion Star, the largest, would enter on Thursday.", evidence, encode)
    assert any(text.startswith("She said") for text in texts)
    assert "Ilse Brandt, the harbour master" in found.text
    chosen = [evidence.sentences[row].text for row in (*found.rows, *found.needed)]
    assert any(text.startswith("Ilse Brandt, the harbour master") for text in chosen)


def test_who_is_meant_by_a_surname_stands_where_it_was_first_given_in_full(gather, encode):
    text = "Mayor Anna Koval opened the pier in May. It rained. Nobody came for hours. Koval closed it again at noon."
    _, found = rested("Anna Koval closed the pier again at noon.", gather(Document(id="1", text=text)), encode)
    assert "Mayor Anna Koval opened the pier" in found.text


def test_title_and_day_are_told_when_the_claim_needs_them(gather, encode):
    article = Document(
        id="1",
        title="Lindholm bridge closed: repairs cost 2 million",
        text="Inspectors found cracks in two pillars on Monday. Ferries carry commuters until autumn.",
        published=datetime(2024, 5, 7, tzinfo=UTC),
    )
    evidence = gather(article)
    claim = "Cracks were found in two pillars of the Lindholm bridge on May 6."
    headed, plain = choose([claim, "Ferries carry commuters."], evidence, encode)
    assert headed.text == (
        "Lindholm bridge closed: repairs cost 2 million. (Tuesday, 7 May 2024) "
        "Inspectors found cracks in two pillars on Monday."
    )
    assert plain.text == "Ferries carry commuters until autumn."


def test_scripts_without_blanks_are_compared_by_their_characters(gather, encode):
    text = "港口星期二重新开放。部长承诺拨款修复防波堤。三名水手在风暴中丧生。"
    evidence = gather(Document(id="1", text=text, language="zh"), language="zh")
    texts, _ = rested("风暴导致三名水手丧生。", evidence, encode)
    assert texts == ["三名水手在风暴中丧生。"]


def test_the_same_input_gives_the_same_text_and_nothing_gives_none(evidence, encode):
    claim = "Weiss called on Ricci to resign."
    assert choose([claim], evidence, encode) == choose([claim], evidence, encode)
    assert choose([], evidence, encode) == []


@pytest.mark.parametrize("what", ["claim", "source"])
def test_time_grows_with_the_length_of_a_sentence_and_not_with_its_square(what, gather, encode):
    def seconds(words: int) -> float:
        long = " ".join(f"Crew {n} of Port {n % 97} saw ship {n} sink" for n in range(words // 9)) + "."
        short = "Crew 12 of Port 12 saw ship 12 sink."
        evidence = gather(Document(id="1", text=long if what == "source" else short))
        started = time.thread_time()
        choose([long if what == "claim" else short], evidence, encode)
        return time.thread_time() - started

    seconds(1_000)
    few, many = (min(seconds(n) for _ in range(2)) for n in (2_500, 20_000))
    assert many < few * 8 * 3 + 0.1

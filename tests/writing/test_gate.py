"""What may not enter a summary, whatever its evidence says."""

from __future__ import annotations

import pytest
from hashed_encoder import hashed

from summarizer import Summarizer
from summarizer.language.casing import is_headline
from summarizer.reading.sources import read_sources
from summarizer.types import Citation, Document, SummaryOptions, SummarySentence
from summarizer.writing.bounds import with_bounds
from summarizer.writing.draft import bare, verbatim
from summarizer.writing.gate import (
    breaks_off,
    denies,
    echoes,
    is_foreign,
    is_fragment,
    points_elsewhere,
    unfit,
    unhooked,
)
from summarizer.writing.speakers import changes_speaker, with_speaker
from summarizer.writing.story import weigh


def citing(source: str, claim: str) -> SummarySentence:
    """``claim``, resting on ``source`` with which document "a" begins."""
    span = Citation(document="a", start=0, end=len(source), score=1.0)
    return SummarySentence(text=claim, citations=(span,), support=0.9, supported=True)


@pytest.mark.parametrize(
    "text",
    [
        "The possibility of another strike at the port.",
        "Mayor Ilse Brandt’s warning about the lock.",
        "Ilse Brandt, the head of the harbour and a member of the Institute of.",
        "He would later become the mayor’s.",
        "With 64%, the board said.",
    ],
)
def test_what_is_no_sentence_is_a_fragment(text: str) -> None:
    assert is_fragment(text)


@pytest.mark.parametrize(
    "text",
    [
        "The possibility of a strike was raised by the harbour’s union.",
        "Ilse Brandt’s office opened on Monday.",
        "The lock has two gates, as the town said.",
        "She knew whom they stood up for.",
    ],
)
def test_a_sentence_is_none(text: str) -> None:
    assert not is_fragment(text)


def test_a_word_of_another_script_makes_a_sentence_foreign() -> None:
    assert is_foreign("The board acted against政治 opponents.", "en")
    assert not is_foreign("The board acted against opponents.", "en")
    assert not is_foreign("港口周二重新开放，此前曾因风暴关闭九天。", "zh")
    assert is_foreign("The port reopened on Tuesday after a storm had closed it for nine days.", "zh")


def test_a_headline_is_told_from_a_sentence_full_of_names() -> None:
    assert is_headline("Brandt Is Using the Lock for Her Own Ends, and It’s a Shame.")
    assert is_headline("Port of Lena Reopens After Storm, but Boats Will Have to Wait.")
    assert not is_headline("President Anna Koval met Prime Minister Paolo Ricci in Port Lena.")
    assert not is_headline("The port of Lena reopened on Tuesday.")


def test_the_mark_of_an_interview_goes_and_the_article_a_stays() -> None:
    assert bare("A: Nobody is hurt.") == "Nobody is hurt."
    assert bare("A Lena court closed the lock.") == "A Lena court closed the lock."
    assert bare("14:05 Nobody is hurt.") == "Nobody is hurt."


def test_that_at_the_end_must_mean_what_it_meant_in_its_article() -> None:
    text = (
        "Mayor Ricci accused Governor Koval of taking money from a shipping line. The paper found no trace of it. "
        "Koval said there was no evidence that a higher toll would drive ships away."
    )
    sources = weigh(read_sources([Document(id="a", text=text, language="en")], hashed), SummaryOptions())
    start = text.index("Koval said")
    cited = (Citation(document="a", start=start, end=len(text), score=1.0),)
    claim = citing(text, "Koval said there was no evidence of that.").model_copy(update={"citations": cited})
    told = ["Ricci accused Koval of taking money from a shipping line."]
    assert points_elsewhere(claim, told, sources)
    assert not points_elsewhere(citing(text[: start - 1], "The paper found no trace of it."), told, sources)


def test_words_stay_with_whoever_said_them() -> None:
    text = (
        "The ship lost its radar ten minutes before it struck the reef, according to the coast guard. "
        "An investigation has been opened by the Maritime Board. "
        "Anna Koval of the port met the crew. She said the radar was old."
    )
    story = weigh(read_sources([Document(id="a", text=text, language="en")], hashed), SummaryOptions())

    def changed(claim: str, end: str) -> bool:
        return changes_speaker(citing(text[: text.index(end) + len(end)], claim), story)

    assert changed("The ship lost its radar, according to the Maritime Board.", "Maritime Board.")
    assert changed("The ship lost its radar, the Maritime Board said.", "Maritime Board.")
    assert changed("The Maritime Board said that the ship lost its radar.", "Maritime Board.")
    assert not changed("The ship lost its radar, the coast guard said.", "Maritime Board.")
    assert not changed("According to the coast guard, the ship lost its radar.", "Maritime Board.")
    assert not changed("Anna Koval said that the radar was old.", "was old.")
    assert not changed("The Maritime Board has opened an investigation.", "Maritime Board.")


def test_a_letters_sentences_are_its_writers_words() -> None:
    text = "Ines Kolar wrote: I cannot take this version. Please rename ring_setup() in the next one."
    letter = Document(id="a", text=text, source="Ines Kolar", language="en")
    story = weigh(read_sources([letter], hashed), SummaryOptions())
    told = [piece.checked for piece in verbatim([0, 1], story).values()]
    assert [s.text for s in told] == [
        "“I cannot take this version,” Ines Kolar wrote.",
        "“Please rename ring_setup() in the next one,” Ines Kolar wrote.",
    ]
    assert all(s.supported and s.citations for s in told)
    assert [unfit(s.text, [], story) for s in told] == ["", ""]
    report = weigh(read_sources([letter.model_copy(update={"source": "The Echo"})], hashed), SummaryOptions())
    assert [p.checked.text for p in verbatim([1], report).values()] == ["Please rename ring_setup() in the next one."]


def test_a_blank_for_a_word_is_told_from_a_name_in_code() -> None:
    story = weigh(read_sources([Document(id="a", text="The road is closed.")], hashed), SummaryOptions())
    assert unfit("The mayor, ___, closed the road.", [], story) == "fragment"
    assert unfit("The mayor closed the _ road.", [], story) == "fragment"
    assert unfit("The patch renames ring_setup and closes the road.", [], story) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("This comes as armed groups fire rockets at bases.", "Armed groups fire rockets at bases."),
        ("It came after Brandt said the lock was safe.", "Brandt said the lock was safe."),
        ("This comes after the vote.", "This comes after the vote."),
        ("It came as a surprise to the town.", "It came as a surprise to the town."),
    ],
)
def test_what_ties_a_sentence_to_the_one_before_goes_where_a_sentence_is_left(text: str, told: str) -> None:
    assert unhooked(text) == told


def test_the_same_in_other_words_is_an_echo_and_a_new_number_is_none(summarizer: Summarizer) -> None:
    article = Document(id="a", text="The county sends 800 soldiers to the border.", language="en")
    story = weigh(read_sources([article], summarizer.encoder().encode), SummaryOptions())
    told = ["The county is sending 800 soldiers to the border, according to an official."]
    again = "The county plans to dispatch 800 or more active soldiers to the border, according to an official."
    assert echoes(again, told, story)
    assert not echoes(again.replace("800", "950"), told, story)
    assert not echoes("The border has been closed to lorries since Friday.", told, story)


@pytest.mark.parametrize(
    ("source", "claim", "told"),
    [
        (
            "The boats were at sea before the first lifeboat left the mainland, residents said.",
            "The boats were at sea before the first lifeboat left.",
            "The boats were at sea before the first lifeboat left, residents said.",
        ),
        (
            "Residents also said that the boats were at sea before the first lifeboat left.",
            "The boats were at sea before the first lifeboat left.",
            "The boats were at sea before the first lifeboat left, residents said.",
        ),
        (
            "The radar failed ten minutes before the ship struck, according to the coast guard.",
            "The radar failed ten minutes before the ship struck.",
            "The radar failed ten minutes before the ship struck, according to the coast guard.",
        ),
        (
            "The boats were at sea before dawn, according to Koval, a fisherman.",
            "The boats were at sea.",
            "The boats were at sea, according to Koval, a fisherman.",
        ),
        # nobody's words, a pronoun's, its own subject's, and those of another article as its author's
        ("The boats were at sea before dawn.", "The boats were at sea.", "The boats were at sea."),
        ("He said the boats were at sea before dawn.", "The boats were at sea.", "The boats were at sea."),
        # two sentences, of which he may have said the first alone
        (
            "The boats were at sea before dawn in fog, residents said.",
            "The boats were at sea before dawn. Fog came.",
            "The boats were at sea before dawn. Fog came.",
        ),
        ("Koval said Koval was at sea before dawn.", "Koval was at sea.", "Koval was at sea."),
        ("The boats were at sea before dawn, but Koval said.", "The boats were at sea.", "The boats were at sea."),
        (
            "The boats were at sea, Koval said. The boats were at sea.",
            "The boats were at sea.",
            "The boats were at sea.",
        ),
    ],
)
def test_a_sentence_keeps_the_speaker_whom_its_articles_name(source: str, claim: str, told: str) -> None:
    text = f"{source} Some residents went to the mainland."
    story = weigh(read_sources([Document(id="a", text=text, language="en")], hashed), SummaryOptions())
    assert with_speaker(citing(source, claim), story) == told


@pytest.mark.parametrize(
    ("source", "claim", "told"),
    [
        ("At least 46 people died in the storm.", "46 people died.", "At least 46 people died."),
        (
            "It sank as at least four ferries broke loose.",
            "Four ferries broke loose.",
            "At least four ferries broke loose.",
        ),
        ("Repairs cost more than $3 million.", "It cost $3 million.", "It cost more than $3 million."),
        ("At least 46 people died. The 46 died at sea.", "46 people died.", "46 people died."),
        ("At least 46 people died in the storm.", "The 46 people died.", "The 46 people died."),
        ("Firms with over 100 workers closed.", "Firms with 100 or more closed.", "Firms with 100 or more closed."),
        ("The reef is in fog, about two miles off.", "It is two miles off.", "It is about two miles off."),
        ("The town is worried about 46 people.", "46 people worry the town.", "46 people worry the town."),
    ],
)
def test_a_number_keeps_the_bound_that_its_articles_put_on_it(source: str, claim: str, told: str) -> None:
    story = weigh(read_sources([Document(id="a", text=source, language="en")], hashed), SummaryOptions())
    assert with_bounds(citing(source, claim), story) == told


@pytest.mark.parametrize(
    "text", ["Moscow denied the report.", "She denies it.", "It denied on Monday that the ship sank."]
)
def test_a_denial_is_told_from_what_is_denied_to_somebody(text: str) -> None:
    assert denies(text)
    assert not denies("The vote would deny Cain the seat, and the harbour denied him access.")


def test_a_garbled_word_is_no_sentence_s() -> None:
    text = "The clinic of Lorne heals the perineum. It bought an iOS phone on Friday for the doctor."
    story = weigh(read_sources([Document(id="a", text=text, language="en")], hashed), SummaryOptions())
    assert unfit("The clinic of Lorne heals the perINEum.", [], story) == "fragment"
    assert unfit("The clinic of Lorne bought an iOS phone on Friday.", [], story) == ""


def test_an_articles_title_is_no_sentence() -> None:
    text = "The storm closed the harbour of Lorne on Friday. No ship left it."
    title = "Storm closes harbour after a night of wind"
    story = weigh(read_sources([Document(id="a", title=title, text=text)], hashed), SummaryOptions())
    assert unfit(f"{title}.", [], story) == "label"
    assert unfit("A storm closes Lorne’s harbour after a night of wind.", [], story) == "label"
    told = weigh(read_sources([Document(id="a", title="No ship left it", text=text)], hashed), SummaryOptions())
    assert unfit("No ship left it.", [], told) == "", "its text says so too"


def test_a_label_that_the_articles_have_is_told_from_one_of_the_models_own() -> None:
    text = "One known problem: old copies are dropped without a warning. Velm 4.2 adds copies to its database."
    story = weigh(read_sources([Document(id="a", text=text)], hashed), SummaryOptions())
    assert unfit("One known problem: old copies are dropped.", [], story) == ""
    assert unfit("One more thing: old copies are dropped.", [], story) == "label"
    assert unfit("A: old copies are dropped without a warning.", [], story) == "label"


def test_a_sentence_that_leaves_its_last_verb_out_breaks_off() -> None:
    source = "The mayor faces a recount as her lead in the race against Ben Tait shrinks."
    story = weigh(read_sources([Document(id="a", text=source, language="en")], hashed), SummaryOptions())
    assert breaks_off(citing(source, "The mayor faces a recount as her lead in the race against Ben Tait."), story)
    assert not breaks_off(citing(source, "The mayor faces a recount as her lead shrinks."), story)
    assert not breaks_off(citing(source, "The mayor leads in the race against Ben Tait."), story)
    arrest = "The arrest of a man whom police have called the driver has led to a protest."
    found = weigh(read_sources([Document(id="a", text=arrest, language="en")], hashed), SummaryOptions())
    assert breaks_off(citing(arrest, "The arrest of a man whom police have called the driver."), found)
    whole = "She served as the deputy of Ben Tait."
    assert not breaks_off(
        citing(whole, whole), weigh(read_sources([Document(id="a", text=whole)], hashed), SummaryOptions())
    )

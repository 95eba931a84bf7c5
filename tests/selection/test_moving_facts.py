"""Facts that articles of several days, or entries of a live blog, tell anew."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hashed_encoder import hashed

from summarizer import Document, Summarizer, Summary
from summarizer.reading.moments import is_live_blog, moments
from summarizer.reading.segment import split_sentences
from summarizer.reading.sources import read_sources
from summarizer.types import SummaryOptions
from summarizer.update import update
from summarizer.writing.story import weigh

MINE = [
    "Nine miners were killed when a shaft of the Orla mine near Tesk fell in on Sunday, the owner said. "
    "Forty men were at work in the Orla mine at the time.",
    "The number of dead in Sunday's fall at the Orla mine near Tesk rose to 13 on Monday, the owner said. "
    "Rescuers reached the lowest floor of the mine in the night.",
    "The owner of the Orla mine near Tesk on Tuesday corrected the number of dead to 11, saying two men had been "
    "found alive in a side shaft. The search was ended.",
]
BLOG = """LIVE: Storm Ebba
14:05 Trains stop in the west. The railway says 3 of 60 lines are closed.
13:30 Good morning and welcome to our live page.
21:40 Half a million homes are without power, the grid company says.
23:10 The railway says 52 of 60 lines are closed until morning.
00:15 The storm moves out to sea, the weather office says.
"""


def articles(texts: list[str]) -> list[Document]:
    return [Document(id=str(n), text=text) for n, text in enumerate(texts, start=1)]


def values(summary: Summary) -> list[tuple[str, str | None]]:
    [found] = summary.disagreements
    return [(claim.value, claim.when) for claim in found.claims]


def test_with_a_state_its_entry_of_a_live_blog_passes() -> None:
    story = weigh(read_sources([Document(id="a", text=BLOG)], hashed), SummaryOptions())
    passed = {story.sentences[row].text for row in story.passed}
    assert any("Trains stop in the west" in text for text in passed)
    assert any("3 of 60 lines" in text for text in passed)
    assert not any("52 of 60" in text or "power" in text for text in passed)


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 0, 1]])
def test_a_revised_toll_with_its_days_in_whatever_order_it_comes(summarizer: Summarizer, order: list[int]) -> None:
    summary = summarizer.summarize(articles([MINE[i] for i in order]))
    assert values(summary) == [("Nine", "Sunday"), ("13", "Monday"), ("11", "Tuesday")]
    assert summary.disagreements[0].corrected


def test_dates_of_the_documents_come_before_days_in_the_text(summarizer: Summarizer) -> None:
    days = [datetime(2026, 3, day, 18, tzinfo=UTC) for day in (1, 2, 3)]
    dated = [d.model_copy(update={"published": day}) for d, day in zip(articles(MINE), days, strict=True)]
    summary = summarizer.summarize(dated)
    assert [when for _, when in values(summary)] == [
        "Sunday, 1 March 2026",
        "Monday, 2 March 2026",
        "Tuesday, 3 March 2026",
    ]


def test_the_newest_state_is_told(summarizer: Summarizer) -> None:
    text = summarizer.summarize(articles(MINE), max_words=30).text
    assert "11" in text
    assert "13" not in text


def test_both_halves_of_an_update_tell_the_newest_state(summarizer: Summarizer) -> None:
    first, *later = articles(MINE)
    found = update(summarizer, summarizer.summarize([first]), later)
    assert found.new is not None
    for half in (found.new, found.merged):
        assert "11" in half.text
        assert half.disagreements[0].claims[-1].value == "11"


def test_a_live_blog_is_read_by_its_clock_over_midnight() -> None:
    document = Document(id="blog", text=BLOG)
    sentences = split_sentences(document)
    told = moments([document], sentences)
    order = sorted((m.order, m.label) for m in dict.fromkeys(told) if m)
    assert [label for _, label in order] == ["13:30", "14:05", "21:40", "23:10", "00:15"]
    assert is_live_blog(BLOG)
    assert not is_live_blog("The train leaves at 14:05 and is in Tesk at 16:30.\nIt was late.\nNobody minded.")


def test_a_state_that_has_passed_is_not_told_of_a_live_blog(summarizer: Summarizer) -> None:
    summary = summarizer.summarize(Document(id="blog", text=BLOG), max_words=40)
    told = summary.text + " ".join(point.text for point in summary.key_points)
    assert "3 of 60" not in told.replace("52 of 60", "")
    assert values(summary) == [("3 of 60", "14:05"), ("52 of 60", "23:10")]


def test_articles_of_one_time_disagree_and_move_nothing(summarizer: Summarizer, ferry: list[Document]) -> None:
    [found] = summarizer.summarize(ferry).disagreements
    assert {claim.value for claim in found.claims} == {"214", "231"}
    assert not found.corrected

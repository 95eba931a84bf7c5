"""A table is no prose: its rows are not told as sentences."""

import pytest
from hashed_encoder import hashed
from hostile import SHAPES
from steps import summarize

from summarizer import Document, SummaryOptions
from summarizer.reading.sources import read_sources
from summarizer.selection.quotable import is_row
from summarizer.writing.story import weigh

REPORT = (
    "The league of Tarn ended its season on Sunday with a win for Harrow over Lorne. Harrow had led the table since "
    "March, and the club's supporters filled the square. The mayor of Harrow promised a parade on Saturday.\n"
)


@pytest.mark.parametrize("shape", ["table", "table in one line"])
@pytest.mark.parametrize("size", [600, 6_000])
def test_the_rows_below_a_report_are_not_told(shape, size):
    told = " ".join(sentence.text for sentence in summarize(REPORT + SHAPES[shape](size)))
    assert "Harrow" in told
    assert "won lost" not in told


def test_what_is_all_table_is_told_after_all():
    assert summarize(SHAPES["table"](3_000))


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Harrow 30 22 5 3 71:20 71", True),
        ("Berg beat Hadi 6-4 3-6 7-5 7-6.", False),
        ("In 2010, 2011 and 2012 the river rose by 3 metres", False),
        ("Oil 81.20 +0.4% 80.90 79.10 energy", True),
    ],
)
def test_a_row_has_figures_side_by_side_and_no_end(text, row):
    assert is_row(text) is row


def test_a_table_leaves_the_report_quotable():
    document = Document(id="1", text=REPORT + SHAPES["table"](3_000))
    sources = weigh(read_sources([document], hashed), SummaryOptions())
    assert [s.text.startswith("Team") for s, kept in zip(sources.sentences, sources.quotable, strict=True) if kept] == (
        [False] * 3
    )

"""Which format a text is, dates, and single documents made from text and HTML."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.errors import InputError
from summarizer.ingest import document_from_html, document_from_text
from summarizer.ingest.dates import date_in_text, date_in_url, parse_date
from summarizer.ingest.encoding import decode
from summarizer.ingest.open import sniff

SENTENCE = "The council approved the plan on Tuesday after a debate of six hours."


@pytest.mark.parametrize(
    ("content", "hint", "name"),
    [
        ("<!DOCTYPE html><p>Text", "", "html"),
        ("  <p>Text</p>", "txt", "html"),
        ("Text with a <b>tag</b> in it", "html", "html"),
        ("5 < 6, he said.", "html", "text"),
        ('{"text": "a"}', "", "json"),
        ('{"text": "a"}\n{"text": "b"}', "json", "jsonl"),
        ('[\n{"text": "a"}]', "", "json"),
        ('{"text": "a"', "json", "json"),
        ("[Correction] The plan was approved.", "", "text"),
        ("# Heading\n\nText.", "", "markdown"),
        ("# Heading\n\nText.", "txt", "text"),
        ("Plain text.", "md", "markdown"),
        ("Plain text.", "application/octet-stream", "text"),
    ],
)
def test_content_decides_and_the_name_breaks_ties(content, hint, name):
    assert sniff(content, hint) == name


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2023-03-13T18:05:00Z", datetime(2023, 3, 13, 18, 5, tzinfo=UTC)),
        ("2023-03-13", datetime(2023, 3, 13, tzinfo=UTC)),
        ("Mon, 13 Mar 2023 18:05:00 GMT", datetime(2023, 3, 13, 18, 5, tzinfo=UTC)),
        ("March 13, 2023", datetime(2023, 3, 13, tzinfo=UTC)),
        (1678730700, datetime(2023, 3, 13, 18, 5, tzinfo=UTC)),
        (1678730700000, datetime(2023, 3, 13, 18, 5, tzinfo=UTC)),
        ("03/04/2023", None),
        ("yesterday", None),
        (None, None),
        (True, None),
    ],
)
def test_dates(value, expected):
    assert parse_date(value) == expected


def test_text_document_keeps_what_the_caller_gives():
    document = document_from_text(f"Plan approved\n\n{SENTENCE}", id="a", title="Plan approved", url="u", language="en")
    assert (document.text, document.title, document.url, document.language) == (SENTENCE, "Plan approved", "u", "en")


def test_html_document_from_bytes_and_a_story_laid_out_in_a_table():
    rows = "".join(f"<tr><td>{SENTENCE} It was the vote number {number} of the year.</td></tr>" for number in range(6))
    page = f"<html><body><table>{rows}</table></body></html>".encode()
    document = document_from_html(page, id="a", source="Courier")
    assert "|" not in document.text
    assert document.text.count(SENTENCE) == 6
    assert document.source == "Courier"


@pytest.mark.parametrize(
    "page", ["", "<html></html>", "not a page", "<p>", "<html><body><a href='/'>Home</a></body></html>"]
)
def test_pages_without_a_story(page):
    with pytest.raises(InputError):
        document_from_html(page, id="a")


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_without_zeros_decode(data):
    text = decode(b"Text: " + data.replace(b"\x00", b""), where="bytes")
    assert text.startswith("Text: ")


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("world/2024/03/05/bridge", 5),
        ("world/2024/mar/05/bridge", 5),
        ("bridge-20240305.html", 5),
        ("2024-3-5-bridge", 5),
        ("id/202403051", None),
        ("2024/13/05/bridge", None),
        ("2999/03/05/bridge", None),
    ],
)
def test_a_date_in_an_address(path: str, day: int | None) -> None:
    assert date_in_url(f"https://news.example/{path}") == (day and datetime(2024, 3, day, tzinfo=UTC))
    assert date_in_url(None) is None


@pytest.mark.parametrize(
    ("top", "day"),
    [
        ("LARNE, January 30, 2024 (Coast Wire) - The bridge is shut.", 30),
        ("LARNE, 30 January 2024 — The bridge is shut.", 30),
        ("Bridge shut\n\nPublished: 30 January 2024, 10:04 GMT\n\nThe bridge is shut.", 30),
        ("Tuesday, January 30, 2024\n\nThe bridge is shut.", 30),
        ("On January 30, 2024, the bridge was shut.", None),
        ("January 30, 2024 was a bad day.", None),
        ("LARNE, January 30 - The bridge is shut.", None),
    ],
)
def test_a_date_at_the_top_of_a_text(top: str, day: int | None) -> None:
    assert date_in_text(top) == (day and datetime(2024, 1, day, tzinfo=UTC))


def test_an_article_without_a_date_takes_its_addresss_or_its_texts() -> None:
    text, url = f"LARNE, January 30, 2024 - {SENTENCE}", "https://news.example/2024/01/31/plan"
    assert document_from_text(text, id="a").published == datetime(2024, 1, 30, tzinfo=UTC)
    assert document_from_text(text, id="a", url=url).published == datetime(2024, 1, 31, tzinfo=UTC)
    assert document_from_text(SENTENCE, id="a").published is None

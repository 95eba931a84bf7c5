"""JSON as feeds, crawlers and data sets write it, without a map of fields."""

from __future__ import annotations

import json
from pathlib import Path

from summarizer import load_documents
from summarizer.errors import InputError

SENTENCE = "The council approved the plan on Tuesday after a debate of six hours."
OTHER = "The ferry to Harrow ran again on Wednesday, two days after the storm."


def test_json_feed(tmp_path: Path) -> None:
    items = [
        {"id": "1", "url": "https://post.example/1", "title": "Plan approved", "content_html": f"<p>{SENTENCE}</p>"},
        {"id": "2", "content_text": OTHER, "date_published": "2026-03-06T07:30:00+01:00", "language": "en-GB"},
        {"id": "3", "title": "Only a picture"},
        "no item",
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "The Post", "language": "en", "items": items}
    (tmp_path / "feed.json").write_text(json.dumps(feed))
    errors: list[InputError] = []
    first, second = load_documents(tmp_path / "feed.json", on_error=errors.append)
    assert (first.id, first.title, first.text) == ("1", "Plan approved", SENTENCE)
    assert (first.url, first.source, first.language) == ("https://post.example/1", "The Post", "en")
    assert (second.id, second.text, second.source, second.language) == ("2", OTHER, "The Post", "en")
    assert second.published is not None
    assert second.published.isoformat() == "2026-03-06T07:30:00+01:00"
    assert [(error.where or "").rpartition(", ")[2] for error in errors] == ["article 3", "article 4"]


def test_an_empty_json_feed_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "feed.json").write_text('{"version": "https://jsonfeed.org/version/1", "items": []}')
    errors: list[InputError] = []
    assert load_documents(tmp_path / "feed.json", on_error=errors.append) == []
    assert [error.problem for error in errors] == ["Holds no articles"]


def test_news_please(tmp_path: Path) -> None:
    record = {
        "authors": ["A. Lind"],
        "date_download": "2026-03-07 09:00:00",
        "date_modify": None,
        "date_publish": "2026-03-06 07:30:00",
        "description": "What the council did.",
        "language": "en",
        "maintext": SENTENCE,
        "source_domain": "post.example",
        "text": "",
        "title": "Plan approved",
        "title_rss": "NULL",
        "url": "https://post.example/1",
    }
    (tmp_path / "a.json").write_text(json.dumps(record, indent=2))
    [document] = load_documents(tmp_path / "a.json")
    assert (document.text, document.title, document.source) == (SENTENCE, "Plan approved", "post.example")
    assert (document.url, document.language) == ("https://post.example/1", "en")
    assert document.published is not None
    assert document.published.isoformat() == "2026-03-06T07:30:00+00:00"


def test_gdelt(tmp_path: Path) -> None:
    """Its article list has a sentence of each article; what its search answers has addresses only."""
    line = {"date": "2026-03-06T07:30:00Z", "url": "https://post.example/1", "title": "Plan", "lang": "en"}
    (tmp_path / "a.jsonl").write_text(json.dumps({**line, "outletName": "The Post", "desc": SENTENCE}))
    [document] = load_documents(tmp_path / "a.jsonl")
    assert (document.text, document.source, document.language) == (SENTENCE, "The Post", "en")
    found = {"url": "https://post.example/1", "title": "Plan", "seendate": "20260306T073000Z", "domain": "post.example"}
    articles = [{**found, "language": "English", "text": SENTENCE}, found]
    (tmp_path / "b.json").write_text(json.dumps({"articles": articles}))
    errors: list[InputError] = []
    [document] = load_documents(tmp_path / "b.json", on_error=errors.append)
    assert (document.source, document.language) == ("post.example", None)
    assert document.published is not None
    assert document.published.isoformat() == "2026-03-06T07:30:00+00:00"
    assert [error.problem for error in errors] == ["No article text in it, only an address"]
    assert "Fetch the page" in errors[0].remedy

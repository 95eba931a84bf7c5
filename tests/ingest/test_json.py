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

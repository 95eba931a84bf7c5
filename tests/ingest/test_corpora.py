"""Files of summarisation data sets: references never become text, and joined articles are several."""

from __future__ import annotations

import io
import json
from pathlib import Path

from summarizer import load_documents
from summarizer.errors import InputError

SENTENCE = "The council approved the plan on Tuesday after a debate of six hours."
OTHER = "The ferry to Harrow ran again on Wednesday, two days after the storm."
STORY = f"{SENTENCE}\n\n{OTHER}\n\n@highlight\n\nCouncil approves plan .\n\n@highlight\n\nFerry runs again .\n"


def test_highlights_of_a_story_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "0a1b.story").write_text(STORY)
    (tmp_path / "windows.txt").write_bytes(STORY.replace("\n", "\r\n").encode())
    for document in load_documents(tmp_path):
        assert document.text == f"{SENTENCE}\n\n{OTHER}"
        assert document.title is None


def test_an_article_about_the_mark_keeps_its_words() -> None:
    text = f"{SENTENCE} The files mark it with @highlight, she said."
    [document] = load_documents("-", stdin=io.BytesIO(text.encode()))
    assert document.text == text


def test_joined_articles_are_several(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(f"{SENTENCE}\n\nMore was not said. ||||| {OTHER} |||||")
    first, second = load_documents(tmp_path / "one.txt")
    assert (first.id, first.text) == ("one.txt#1", f"{SENTENCE}\n\nMore was not said.")
    assert (second.id, second.text) == ("one.txt#2", OTHER)


def test_lines_of_multi_news_are_stories(tmp_path: Path) -> None:
    line = f"{SENTENCE} NEWLINE_CHAR NEWLINE_CHAR {OTHER} ||||| {OTHER}"
    (tmp_path / "test.src").write_text(f"{line}\n{SENTENCE} ||||| x\n")
    errors: list[InputError] = []
    found = load_documents(tmp_path / "test.src", on_error=errors.append)
    assert [(document.id, document.text) for document in found] == [
        ("test.src#1#1", f"{SENTENCE}\n\n{OTHER}"),
        ("test.src#1#2", OTHER),
        ("test.src#2#1", SENTENCE),
    ]
    assert [(error.where or "").partition(", ")[2] for error in errors] == ["line 2, article 2"]


def test_rows_of_multi_news_and_of_xsum_leave_out_their_summaries(tmp_path: Path) -> None:
    rows = [{"document": f"{SENTENCE} ||||| {OTHER}", "summary": "A reference."}, {"document": OTHER, "summary": "No."}]
    (tmp_path / "test.jsonl").write_text("\n".join(map(json.dumps, rows)))
    documents = load_documents(tmp_path / "test.jsonl")
    assert [(document.id, document.text) for document in documents] == [
        ("test.jsonl#1#1", SENTENCE),
        ("test.jsonl#1#2", OTHER),
        ("test.jsonl#2", OTHER),
    ]

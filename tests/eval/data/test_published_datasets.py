"""Published sets: rows as the hub holds them, written by us, read through ``datasets`` from a local copy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.data import datasets, published_datasets
from summarizer.errors import InputError


def test_multi_news_separators_line_marks_and_the_opening_dash() -> None:
    row = published_datasets.multi_news(
        {
            "document": "First story. NEWLINE_CHAR NEWLINE_CHAR More of it. ||||| Second story. |||||",
            "summary": "– Two stories tell of it. NEWLINE_CHAR That is all.",
        }
    )
    assert [document["text"] for document in row["documents"]] == [
        "First story. \n \n More of it.",
        "Second story.",
        "",
    ]
    assert row["references"] == ["Two stories tell of it. \n That is all."]


def test_wcep_lists_and_joined_texts_are_the_same() -> None:
    joined = published_datasets.wcep({"document": "One.</s>Two.", "summary": "Both."})
    assert joined == published_datasets.wcep({"document": ["One.", "Two."], "summary": "Both."})


def test_cnn_highlights_become_sentences_and_the_agency_mark_goes() -> None:
    row = published_datasets.cnn_dailymail(
        {"article": "LONDON, England (CNN) -- Rain fell.", "highlights": "Rain fell .\nWind blew"}
    )
    assert row == {"documents": [{"text": "Rain fell."}], "references": ["Rain fell.\nWind blew."]}
    plain = {"article": "Rain fell on crews, said (CNN) editors.", "highlights": "x"}
    assert published_datasets.cnn_dailymail(plain)["documents"] == [{"text": plain["article"]}]


def test_ms2_pairs_titles_with_abstracts_and_has_no_test_target() -> None:
    row = published_datasets.ms2({"title": ["A", "B"], "abstract": ["Trial one.", ""], "target": None})
    assert row["documents"] == [{"title": "A", "text": "Trial one."}, {"title": "B", "text": ""}]
    assert row["references"] == []


@pytest.mark.slow
def test_a_local_copy_is_read_through_datasets(tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    copy = tmp_path / "copy"
    copy.mkdir()
    lines = [{"dialogue": f"Ann: Tea {n}?\nBob: Yes.", "summary": f"Ann and Bob drink tea {n}."} for n in range(3)]
    (copy / "test.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    dataset = datasets.load(f"samsum:test@{copy}", "en")
    assert dataset.name == "samsum-test"
    assert [example.id for example in dataset.examples] == ["samsum-test-0", "samsum-test-1", "samsum-test-2"]
    assert dataset.examples[1].documents[0].text == "Ann: Tea 1?\nBob: Yes."
    assert dataset.examples[1].references == ("Ann and Bob drink tea 1.",)


def test_an_unknown_split_and_a_missing_copy_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no split 'dev'"):
        datasets.load("xsum:dev")
    pytest.importorskip("datasets")
    with pytest.raises(InputError, match="no such folder"):
        datasets.load(f"xsum:test@{tmp_path / 'absent'}")

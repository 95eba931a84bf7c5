from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eval.data import datasets
from eval.data.dataset_card import card_lines, describe
from summarizer.errors import InputError


def test_rows_become_examples_with_documents_in_order(data_file: Path) -> None:
    dataset = datasets.load(str(data_file), "en")
    assert dataset.name == "floods-dev"
    assert dataset.total == 8
    first = dataset.examples[0]
    assert [document.id for document in first.documents] == ["d1", "d2"]
    assert first.documents[0].title == "River floods Arden"
    assert first.documents[1].title is None
    assert first.recorded == {"elsewhere": "The river flooded 12 houses in Arden. The bridge is closed until Friday."}
    assert dataset.mean_reference_words == 18


def test_gzip_reads_the_same_and_content_decides_the_digest(data_file: Path) -> None:
    packed = data_file.with_name("dev2.jsonl.gz")
    packed.write_bytes(gzip.compress(data_file.read_bytes()))
    plain, zipped = datasets.load(str(data_file)), datasets.load(str(packed))
    assert zipped.examples == plain.examples
    data_file.write_text(data_file.read_text() + "\n")
    assert datasets.load(str(data_file)).digest != plain.digest


def test_empty_documents_and_references_are_left_out_and_counted(tmp_path: Path) -> None:
    row = {"id": "a", "documents": [{"text": "  "}, {"text": "Rain fell."}, "Wind blew."], "references": ["", "Rain."]}
    row["systems"] = {"one": {"summary": "Rain."}, "two": None}
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(row) + "\n\n")
    dataset = datasets.load(str(path))
    assert [document.text for document in dataset.examples[0].documents] == ["Rain fell.", "Wind blew."]
    assert dataset.examples[0].references == ("Rain.",)
    assert dataset.examples[0].recorded == {"one": "Rain."}
    assert dataset.notes == ("1 empty documents left out", "1 empty references left out")


def test_a_limit_draws_by_seed_and_keeps_file_order(data_file: Path) -> None:
    dataset = datasets.load(str(data_file))
    some = dataset.limited(4, seed=13)
    assert [e.id for e in some.examples] == [e.id for e in dataset.limited(4, seed=13).examples]
    assert {e.id for e in some.examples} != {e.id for e in dataset.limited(4, seed=1).examples}
    assert [e.id for e in some.examples] == sorted(e.id for e in some.examples)
    assert dataset.limited(99, seed=13) is dataset
    # Another length of summary would be another task, so the limit does not change it.
    assert some.mean_reference_words == dataset.mean_reference_words


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"id": 1, "documents": []}\nnot json\n', "line 2"),
        ('{"id": 1}\n', "no list of documents"),
        ('{"id": 1, "documents": []}\n{"id": 1, "documents": []}\n', "twice"),
        ("\n", "no examples"),
    ],
)
def test_a_broken_file_is_told_with_its_place(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(content)
    with pytest.raises(InputError, match=told):
        datasets.load(str(path))


def test_a_broken_archive_and_an_absent_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(b"\x1f\x8bnonsense")
    with pytest.raises(InputError, match="not readable"):
        datasets.load(str(path))
    with pytest.raises(InputError, match="no such file"):
        datasets.load(str(tmp_path / "absent.jsonl"))


def test_the_card_measures_the_data(data_file: Path) -> None:
    card = describe(datasets.load(str(data_file), "en"), "en")
    assert card["documents"] == {"mean": 2.0, "median": 2.0, "min": 2, "max": 2}
    assert card["reference_words"]["mean"] == 18.0
    assert card["reference_sentences"] == 3.0
    assert 0 < card["novel"]["1"] < card["novel"]["2"] < 1
    assert card["recorded_systems"] == ["elsewhere"]
    assert any(line.startswith("compression") for line in card_lines(card))


def test_a_card_without_references_has_sizes_only(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({**rows[0], "references": []}) + "\n")
    card = describe(datasets.load(str(path), "en"), "en")
    assert "novel" not in card
    assert any(line.startswith("source") for line in card_lines(card))


def test_highlights_of_story_files_are_the_reference(tmp_path: Path) -> None:
    for name, text in (("b", "Rain fell."), ("a", "Snow fell on Monday.\n\nIt melted.")):
        (tmp_path / f"{name}.story").write_text(f"{text}\n\n@highlight\n\nIt fell .\n\n@highlight\n\nIt was wet .\n")
    loaded = datasets.load(str(tmp_path))
    assert [example.id for example in loaded.examples] == ["a", "b"]
    assert loaded.examples[0].documents[0].text == "Snow fell on Monday.\n\nIt melted."
    assert {example.references for example in loaded.examples} == {("It fell .\nIt was wet .",)}
    assert datasets.load(str(tmp_path / "b.story")).examples[0].documents[0].text == "Rain fell."
    (tmp_path / "empty").mkdir()
    for place in ("empty", "none.story"):
        with pytest.raises(InputError, match="story"):
            datasets.load(str(tmp_path / place))

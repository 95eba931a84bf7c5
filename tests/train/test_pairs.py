"""Pairs from JSONL, held-out ones, and prompts cut to a window."""

from __future__ import annotations

import json

import pytest

from summarizer.errors import InputError
from summarizer.generation.base import Passage, Prompt
from summarizer.generation.extractive import ExtractiveGenerator
from summarizer.train.pairs import fitted, read_pairs, split

TEXT = "The council closed the bridge on Monday. Repairs will cost two million euros."


def write(path, *rows):
    path.write_text(
        "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(
    "row",
    [
        {"documents": [{"text": TEXT, "title": "Bridge"}], "summary": "Closed."},
        {"documents": [TEXT], "summary": "Closed."},
        {"text": TEXT, "summary": "Closed."},
        {"document": TEXT, "references": ["Closed.", "Shut."]},
        {"documents": [TEXT], "references": [{"text": "Closed."}], "id": "kept out"},
    ],
)
def test_the_usual_shapes(row, tmp_path):
    [pair] = read_pairs(write(tmp_path / "pairs.jsonl", row))
    assert pair.target == "Closed."
    assert [len(passage.sentences) for passage in pair.prompt.passages] == [2]
    assert (pair.prompt.max_words, pair.prompt.task) == (10, "summary")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("not json", "no pair"),
        ("[1]", "a line must be a JSON object"),
        ({"documents": [], "summary": "x"}, "documents"),
        ({"documents": [TEXT], "summary": ""}, "summary"),
        ({"documents": [TEXT], "summary": "x", "task": "sing"}, "task"),
    ],
)
def test_a_bad_line_is_named(row, said, tmp_path):
    path = write(tmp_path / "pairs.jsonl", {"documents": [TEXT], "summary": "x"}, row)
    with pytest.raises(InputError, match=said) as caught:
        read_pairs(path)
    assert caught.value.where == f"{path}:2"


def test_an_empty_file(tmp_path):
    with pytest.raises(InputError, match="holds no pairs"):
        read_pairs(write(tmp_path / "pairs.jsonl"))


def test_one_in_ten_is_held_out_the_same_ones_every_time(tmp_path):
    rows = [{"text": TEXT, "summary": f"Closed on day {n}."} for n in range(40)]
    pairs = read_pairs(write(tmp_path / "pairs.jsonl", *rows))
    learned, held = split(pairs)
    assert (len(learned), len(held)) == (36, 4)
    assert not {pair.target for pair in learned} & {pair.target for pair in held}
    assert {pair.target for pair in split(pairs[::-1])[1]} == {pair.target for pair in held}
    with pytest.raises(InputError, match="too few"):
        split(pairs[:1])


def test_a_prompt_is_cut_at_the_end_of_its_longest_documents():
    class Narrow(ExtractiveGenerator):
        window = 30

    sentences = tuple(f"Number {place} has exactly six words." for place in range(8))
    passages = tuple(
        Passage(document=name, sentences=sentences[:count], salience=(1.0,) * count)
        for name, count in (("a", 8), ("b", 1))
    )
    cut = fitted(Prompt(passages=passages, max_words=10), Narrow())
    assert [len(passage.sentences) for passage in cut.passages] == [2, 1]
    assert cut.passages[0].sentences == sentences[:2]

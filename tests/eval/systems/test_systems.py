from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.data import datasets
from eval.data.tokenization import sentences_of, word_count
from eval.metrics.base import MetricOptions
from eval.metrics.rouge import Rouge
from eval.systems import load_system
from eval.systems.extractive_baselines import fill
from eval.types import Example, Output
from summarizer.errors import InputError
from summarizer.types import Document

BUDGETED = ("lead", "lead-concat", "random", "lexrank", "textrank")


@pytest.fixture
def example(data_file: Path) -> Example:
    return datasets.load(str(data_file), "en").examples[0]


def written(name: str, example: Example, budget: int = 20, seed: int = 13) -> str:
    output = load_system(name, seed, "en").summarize(example, budget)
    assert output is not None
    return output.text


def test_filling_cuts_the_last_sentence_at_the_budget() -> None:
    assert fill(["one two three", "four five", "six"], 4) == ["one two three", "four"]
    assert fill(["one two"], 9) == ["one two"]
    assert fill(["one"], 0) == []


def test_lead_takes_turns_and_lead_concat_does_not(example: Example) -> None:
    assert written("lead", example, 22) == (
        "The river burst its banks in Arden on Monday and flooded 12 houses. "
        "Heavy rain swelled the river above Arden. Nobody was"
    )
    assert written("lead-concat", example, 15).endswith("houses. Nobody was")


def test_lead_k_takes_k_sentences_of_each_document(example: Example) -> None:
    assert written("lead-2", example, 1) == (
        "The river burst its banks in Arden on Monday and flooded 12 houses. Nobody was hurt, the fire service said. "
        "Heavy rain swelled the river above Arden. Water entered 12 houses on Monday."
    )


@pytest.mark.parametrize("name", BUDGETED)
def test_budgets_are_met_exactly_and_results_repeat(name: str, example: Example) -> None:
    assert word_count(written(name, example, 20)) == 20
    assert written(name, example, 20) == written(name, example, 20)
    sources = " ".join(document.text for document in example.documents)
    assert set(written(name, example, 20).split()) <= set(sources.split())


def test_random_depends_on_seed_and_example_alone(example: Example) -> None:
    assert written("random", example, seed=1) != written("random", example, seed=2)


def test_lexrank_prefers_what_the_others_say() -> None:
    texts = ("Police closed the bridge on Monday.", "Police closed the old bridge.", "Monday: bridge closed by police.",
             "A cat slept.")  # fmt: skip
    example = Example(id="x", documents=tuple(Document(id=f"d{i}", text=text) for i, text in enumerate(texts)))
    for name in ("lexrank", "textrank"):
        assert "cat" not in written(name, example, 12)


def test_the_oracle_picks_the_sentences_of_the_reference() -> None:
    texts = ("Rain fell all night. The bridge was closed. A dog barked.", "Sheep ran. Nobody was hurt in Holm.")
    documents = tuple(Document(id=f"d{i}", text=text, language="en") for i, text in enumerate(texts))
    example = Example(id="x", documents=documents, references=("The bridge was closed. Nobody was hurt.",))
    assert written("oracle", example) == "The bridge was closed. Nobody was hurt in Holm."
    assert written("oracle", example.model_copy(update={"references": ()})) == ""


def test_the_oracle_scores_at_least_what_the_best_single_sentence_does(data_file: Path) -> None:
    rouge = Rouge(MetricOptions())
    oracle = load_system("oracle", 13, "en")
    for example in datasets.load(str(data_file), "en").examples:
        best = oracle.summarize(example, 18)
        assert best is not None
        candidates = [best, *(Output(text=s) for document in example.documents for s in sentences_of(document))]
        scores = rouge.score([example] * len(candidates), candidates)
        values = [score["rouge1"] + score["rouge2"] for score in scores]
        assert values[0] == max(values)


def test_outputs_from_a_file_are_matched_by_id(example: Example, tmp_path: Path) -> None:
    path = tmp_path / "outputs.jsonl"
    path.write_text(json.dumps({"id": example.id, "summary": "A flood."}) + "\n" + json.dumps({"id": "x", "text": "y"}))
    assert written(f"file:{path}", example) == "A flood."
    other = example.model_copy(update={"id": "unknown"})
    assert load_system(f"file:{path}", 13, "en").summarize(other, 20) is None
    path.write_text('{"id": 3}\n')
    with pytest.raises(InputError, match="line 1"):
        load_system(f"file:{path}", 13, "en")
    with pytest.raises(InputError, match="no such file"):
        load_system("file:absent.jsonl", 13, "en")


def test_recorded_outputs_are_those_of_the_row(example: Example) -> None:
    assert written("recorded:elsewhere", example).startswith("The river flooded 12 houses")
    assert load_system("recorded:other", 13, "en").summarize(example, 20) is None

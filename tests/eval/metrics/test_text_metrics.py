"""Length, abstractiveness and redundancy, by hand."""

from __future__ import annotations

import pytest

from eval.metrics import NAMES, load_metric
from eval.metrics.base import MetricOptions, Scores
from eval.types import Example, Output
from summarizer.errors import InputError
from summarizer.types import Document

EXAMPLE = Example(
    id="x",
    documents=(Document(id="d1", text="The cat sat on the mat."), Document(id="d2", text="The dog slept.")),
    references=("A cat sat there.", "A cat sat down there now, we hear."),
)


def score(metric: str, text: str) -> Scores:
    return load_metric(metric, MetricOptions()).score([EXAMPLE], [Output(text=text)])[0]


def test_length_counts_words_and_sentences_against_the_mean_reference() -> None:
    assert score("length", "The cat sat. It slept.") == {"words": 5, "sentences": 2, "length_ratio": 5 / 6}
    assert score("length", "") == {"words": 0, "sentences": 0, "length_ratio": 0}


def test_abstractiveness_reads_all_documents() -> None:
    found = score("abstractiveness", "The cat sat. The dog ran.")
    assert found["novel1"] == pytest.approx(1 / 6)
    # "sat the" and "dog ran" are new.
    assert found["novel2"] == pytest.approx(2 / 5)
    assert found["coverage"] == pytest.approx(5 / 6)
    assert found["density"] == pytest.approx((9 + 4) / 6)
    assert found["compression"] == pytest.approx(9 / 6)
    assert score("abstractiveness", "") == {}


def test_a_sentence_is_copied_when_it_is_a_whole_one_of_a_source() -> None:
    assert score("abstractiveness", "The cat sat. The dog slept!")["copied"] == 0.5
    assert score("abstractiveness", "The cat sat on the mat, the dog slept.")["copied"] == 0.0


def test_redundancy_finds_repeated_trigrams_and_twins() -> None:
    found = score("redundancy", "The cat sat here. The cat sat here.")
    # Of 6 trigrams "the cat sat" and "cat sat here" come twice.
    assert found == {"repeated3": pytest.approx(2 / 6), "twins": 1.0}
    assert score("redundancy", "The cat sat.") == {"repeated3": 0.0, "twins": 0.0}
    assert score("redundancy", "") == {}


def test_every_metric_loads_by_name_and_an_unknown_one_is_told() -> None:
    for name in NAMES:
        metric = load_metric(name, MetricOptions())
        assert metric.name == name
        assert metric.measures
    with pytest.raises(InputError, match="no such metric"):
        load_metric("bleu", MetricOptions())

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import validation
from summarizer.errors import InputError

TEXT = "The river burst its banks in {town} on Monday. It flooded {n} houses. Nobody was hurt, the fire service said."


def test_auc_by_hand() -> None:
    labels = np.array([True, True, False, False])
    assert validation.auc(np.array([0.9, 0.4, 0.5, 0.1]), labels) == 0.75
    assert validation.auc(np.array([0.5, 0.5, 0.5, 0.5]), labels) == 0.5
    assert np.isnan(validation.auc(np.array([1.0]), np.array([True])))


ROWS = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.booleans()), min_size=2, max_size=30)


@settings(deadline=None)
@given(ROWS.filter(lambda rows: len({label for _, label in rows}) == 2))
def test_the_best_threshold_is_the_best_of_all_there_are(rows: list[tuple[float, bool]]) -> None:
    scores, labels = np.array([s for s, _ in rows]), np.array([label for _, label in rows])
    found = validation.best_threshold(scores, labels)
    every = [validation.balanced_accuracy(scores >= cut, labels) for cut in np.unique(scores)]
    assert validation.balanced_accuracy(scores >= found, labels) == pytest.approx(max(every))


def test_rows_that_do_not_fit_are_told(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps({"document": "a", "summary": "b"}) + "\n")
    with pytest.raises(InputError, match="not labelled rows"):
        validation.read(path)
    path.write_text(json.dumps({"document": "a", "summary": "b", "label": 1}) + "\n")
    with pytest.raises(InputError, match="unfaithful"):
        validation.read(path)


@pytest.mark.slow
def test_the_metric_tells_true_sentences_from_changed_ones(tmp_path: Path) -> None:
    rows = []
    for n, town in enumerate(("Arden", "Belmore", "Corwen", "Dunfield", "Easton", "Farley", "Gorse", "Holm"), 20):
        document = TEXT.format(town=town, n=n)
        rows.append({"document": document, "summary": f"It flooded {n} houses.", "label": 1})
        rows.append({"document": document, "summary": f"It flooded {n + 40} houses.", "label": 0})
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    report = validation.validate("ours", validation.read(path), seed=1, resamples=100)
    assert report.rows == 16
    assert report.figures["grounding"].auc[0] > 0.9
    assert report.figures["shortness"].auc[0] == 0.5
    assert report.verdicts.precision == 1.0
    assert [line[0] for line in validation.lines(report)] == ["ours", *validation.DETECTORS]

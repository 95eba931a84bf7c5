from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import validation
from eval.report.plots import reliability
from eval.statistics import discrimination
from eval.types import Example
from summarizer.errors import InputError
from summarizer.types import Document

TEXT = "The river burst its banks in {town} on Monday. It flooded {n} houses. Nobody was hurt, the fire service said."


def test_auc_by_hand() -> None:
    labels = np.array([True, True, False, False])
    assert discrimination.auc(np.array([0.9, 0.4, 0.5, 0.1]), labels) == 0.75
    assert discrimination.auc(np.array([0.5, 0.5, 0.5, 0.5]), labels) == 0.5
    assert np.isnan(discrimination.auc(np.array([1.0]), np.array([True])))


ROWS = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.booleans()), min_size=2, max_size=30)


@settings(deadline=None)
@given(ROWS.filter(lambda rows: len({label for _, label in rows}) == 2))
def test_the_best_threshold_is_the_best_of_all_there_are(rows: list[tuple[float, bool]]) -> None:
    scores, labels = np.array([s for s, _ in rows]), np.array([label for _, label in rows])
    found = discrimination.best_threshold(scores, labels)
    every = [discrimination.balanced_accuracy(scores >= cut, labels) for cut in np.unique(scores)]
    assert discrimination.balanced_accuracy(scores >= found, labels) == pytest.approx(max(every))


def test_recall_at_a_precision_by_hand() -> None:
    labels = np.array([True, True, False, True, False])
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.1])
    assert discrimination.recall_at(scores, labels, 1.0) == pytest.approx(2 / 3)
    assert discrimination.recall_at(scores, labels, 0.75) == 1.0
    assert discrimination.recall_at(1 - scores, labels, 0.75) == 0.0
    assert discrimination.recall_at(np.full(5, 0.5), labels, 0.95) == 0.0


def test_calibration_by_hand() -> None:
    scores, labels = np.array([0.95, 0.95, 0.15, 0.15]), np.array([True, False, False, False])
    assert discrimination.calibration(scores, labels) == [(0.15, 0.0, 2), (0.95, 0.5, 2)]
    assert discrimination.calibration_error(scores, labels) == pytest.approx(0.3)


def test_halves_are_of_documents_and_clusters_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    documents = [TEXT.format(town=f"Town {n}", n=n) for n in range(20)]
    rows = [{"document": d, "summary": "x", "label": label} for d in documents for label in (0, 1)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    odd, even = validation.read(path, half="odd"), validation.read(path, half="even")
    assert len(odd) + len(even) == len(validation.read(path)) == 40
    assert {claim.group for claim in odd}.isdisjoint(claim.group for claim in even)
    cluster = Example(id="c", documents=tuple(Document(id=str(n), text=d) for n, d in enumerate(documents[:2])))
    about = [{"cluster": "c", "claim": "It flooded.", "label": label} for label in (0, 1)]
    path.write_text("".join(json.dumps(row) + "\n" for row in about))
    assert [claim.documents for claim in validation.read(path, {"c": cluster}, "odd")] == [cluster.documents] * 2


def test_rows_that_do_not_fit_are_told(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps({"document": "a", "summary": "b"}) + "\n")
    with pytest.raises(InputError, match="no labelled row"):
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
    report = validation.validate("ours", validation.read(path), seed=1, resamples=100, verifier="rules")
    assert report.rows == 16
    assert report.verifier == "rules"
    assert report.figures["verifier"].auc[0] > 0.9
    assert report.figures["hard-checks"].auc[0] == 1.0
    assert report.figures["shortness"].auc[0] == 0.5
    assert report.verdicts.precision == 1.0
    assert [line[0] for line in validation.lines(report)] == ["ours", *validation.DETECTORS]
    assert sum(rows for _, _, rows in report.bins) == 16
    assert reliability({"ours": report.bins}).startswith(b"\x89PNG")

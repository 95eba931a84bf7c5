from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.data import datasets
from eval.report import comparison
from eval.run.run_folder import RunFolder
from eval.run.runner import RunOptions, run
from eval.types import Measure
from summarizer.errors import InputError

ROUGE = Measure(name="rouge1", label="R-1", better="higher", scale=100)


@pytest.fixture
def finished(data_file: Path, tmp_path: Path) -> RunFolder:
    folder = RunFolder(tmp_path / "first")
    options = RunOptions(systems=("lead", "random", "oracle"), metrics=("rouge",), resamples=200)
    run(datasets.load(str(data_file), "en"), options, folder)
    return folder


def test_each_system_is_held_against_the_baseline_on_shared_examples(finished: RunFolder) -> None:
    among = comparison.contenders([finished])
    lead = comparison.find("lead", among)
    rows = comparison.against(lead, [one for one in among if one is not lead], ROUGE, seed=1, resamples=500, changes=2)
    found = {row.contender.name: row for row in rows}
    assert set(found) == {"random", "oracle"}
    oracle = found["oracle"]
    assert oracle.comparison.difference.n == 8
    assert oracle.comparison.difference.mean > 0
    assert oracle.p_randomisation >= oracle.comparison.p_randomisation
    assert len(oracle.changes) == 2
    first, second = (abs(change.score - change.baseline) for change in oracle.changes)
    assert first >= second
    assert oracle.contender.text(oracle.changes[0].id)
    table = comparison.lines(rows, lead, ROUGE)
    assert table[0][2] == "lead"
    assert len(table) == 3


def test_runs_side_by_side_carry_their_names(finished: RunFolder, data_file: Path, tmp_path: Path) -> None:
    second = RunFolder(tmp_path / "second")
    run(datasets.load(str(data_file), "en"), RunOptions(systems=("lead",), metrics=("rouge",), max_words=10), second)
    among = comparison.contenders([finished, second])
    assert {one.name for one in among} == {"first/lead", "first/random", "first/oracle", "second/lead"}
    with pytest.raises(InputError, match="more than one"):
        comparison.find("lead", among)
    first, other = (comparison.find(name, among) for name in ("first/lead", "second/lead"))
    rows = comparison.against(first, [other], ROUGE, seed=1, resamples=200)
    assert rows[0].comparison.difference.mean != 0


def test_other_data_cannot_be_compared(finished: RunFolder, tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(json.dumps(rows[0]) + "\n")
    other = RunFolder(tmp_path / "other")
    run(datasets.load(str(path), "en"), RunOptions(systems=("lead",), metrics=("rouge",)), other)
    with pytest.raises(InputError, match="different data"):
        comparison.contenders([finished, other])

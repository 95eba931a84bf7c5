from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.data import datasets
from eval.run.run_folder import Log, RunFolder
from eval.run.runner import RunOptions, run
from summarizer.errors import InputError

ROOT = Path(__file__).resolve().parents[3]
SYSTEMS = ("lead", "random", "lexrank", "recorded:elsewhere")
METRICS = ("rouge", "length", "abstractiveness", "redundancy")


def options(**changes: Any) -> RunOptions:
    return RunOptions(**{"systems": SYSTEMS, "metrics": METRICS, "resamples": 200, **changes})


def files(folder: Path) -> Mapping[str, bytes]:
    """All that two runs with one signature must share: everything but costs."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "costs" not in path.name
    }


def test_a_run_leaves_figures_with_signatures_and_logs(data_file: Path, tmp_path: Path) -> None:
    dataset = datasets.load(str(data_file), "en")
    result = run(dataset, options(limit=5), RunFolder(tmp_path / "run"))
    rows = {row["system"]: row for row in result.metrics["systems"]}
    assert list(rows) == list(SYSTEMS)
    lead = rows["lead"]["measures"]
    assert rows["lead"]["n"] == lead["rougeL"]["n"] == 5
    assert lead["rougeL"]["low"] <= lead["rougeL"]["mean"] <= lead["rougeL"]["high"]
    assert lead["words"]["mean"] == 18
    signature = rows["lexrank"]["signature"]
    for part in ("data:floods-dev", "limit:5", "of:8", "system:lexrank", "words:auto=18", "seed:13", "sumy:", "code:"):
        assert part in signature, part
    assert result.costs["lead"]["seconds_mean"] > 0
    assert result.costs["lead"]["peak_mb"] > 10
    assert result.costs["recorded:elsewhere"] == {}
    assert len((tmp_path / "run" / "lead" / "outputs.jsonl").read_text().splitlines()) == 5


def test_two_runs_with_one_signature_are_the_same_to_the_byte(data_file: Path, tmp_path: Path) -> None:
    dataset = datasets.load(str(data_file), "en")
    for name in ("one", "two"):
        run(dataset, options(), RunFolder(tmp_path / name))
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_systems_and_metrics_can_be_added_without_doing_the_others_again(data_file: Path, tmp_path: Path) -> None:
    dataset = datasets.load(str(data_file), "en")
    folder = RunFolder(tmp_path / "run")
    run(dataset, options(systems=("lead",), metrics=("rouge",)), folder)
    costs = (tmp_path / "run" / "lead" / "costs.jsonl").read_bytes()
    run(dataset, options(), folder)
    assert (tmp_path / "run" / "lead" / "costs.jsonl").read_bytes() == costs
    run(dataset, options(), RunFolder(tmp_path / "whole"))
    assert files(tmp_path / "run") == files(tmp_path / "whole")


def test_a_folder_of_another_run_is_refused(data_file: Path, tmp_path: Path) -> None:
    dataset = datasets.load(str(data_file), "en")
    run(dataset, options(), RunFolder(tmp_path / "run"))
    with pytest.raises(InputError, match=r"another run.*seed"):
        run(dataset, options(seed=7), RunFolder(tmp_path / "run"))


@pytest.mark.parametrize("cut", [1, 2, 5])
def test_a_torn_last_line_is_dropped_and_done_again(data_file: Path, tmp_path: Path, cut: int) -> None:
    dataset = datasets.load(str(data_file), "en")
    run(dataset, options(), RunFolder(tmp_path / "whole"))
    run(dataset, options(), RunFolder(tmp_path / "torn"))
    for name in ("outputs", "rouge", "length"):
        path = tmp_path / "torn" / "random" / f"{name}.jsonl"
        path.write_bytes(path.read_bytes()[: -40 * cut])
    (tmp_path / "torn" / "metrics.json").unlink()
    run(dataset, options(), RunFolder(tmp_path / "torn"))
    assert files(tmp_path / "torn") == files(tmp_path / "whole")


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A copy of the packages: a run notices when the code changes under it."""
    for package in ("eval", "summarizer"):
        shutil.copytree(ROOT / package, tmp_path / "code" / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "code"


def from_shell(code: Path, data: Path, systems: str, out: Path) -> subprocess.CompletedProcess[str]:
    chosen = ["--data", str(data), "--systems", systems, "--resamples", "200", "--no-recorded", "-o", str(out)]
    return subprocess.run(
        [sys.executable, "-m", "eval", "run", *chosen],
        cwd=out.parent, env={**os.environ, "PYTHONPATH": str(code)}, capture_output=True, check=False, text=True,
    )  # fmt: skip


@pytest.mark.slow
def test_a_system_is_added_when_the_code_has_changed_and_what_was_finished_stays(
    data_file: Path, tmp_path: Path, code: Path
) -> None:
    out = tmp_path / "run"
    first = from_shell(code, data_file, "lead", out)
    before = (out / "lead" / "outputs.jsonl").read_bytes(), (out / "lead" / "costs.jsonl").read_bytes()
    scores = (out / "lead" / "rouge.jsonl").read_bytes()
    (code / "summarizer" / "new.safetensors").write_bytes(b"other weights")
    second = from_shell(code, data_file, "lead,random", out)
    assert second.returncode == 0, second.stderr
    assert "lead: its outputs are kept, though made otherwise (code:" in second.stderr
    assert ((out / "lead" / "outputs.jsonl").read_bytes(), (out / "lead" / "costs.jsonl").read_bytes()) == before
    # The table is scored by one code, and says which made what.
    assert (out / "lead" / "rouge.jsonl").read_bytes() != scores
    made, lead, random = (line.split("|code:")[1][:8] for line in signatures(first) + signatures(second))
    assert made == lead != random
    assert [f"scored.code:{random}" in line for line in signatures(second)] == [True, False]


@pytest.mark.slow
def test_half_done_outputs_are_never_finished_by_other_code(data_file: Path, tmp_path: Path, code: Path) -> None:
    out = tmp_path / "run"
    from_shell(code, data_file, "lead", out)
    path = out / "lead" / "outputs.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    (code / "summarizer" / "__init__.py").open("a").write("# changed\n")
    again = from_shell(code, data_file, "lead,random", out)
    assert again.returncode == 1
    assert "not run: lead: " in again.stderr
    assert "made otherwise (code:" in again.stderr
    assert [line.split("|system:")[1].split("|")[0] for line in signatures(again)] == ["random"]


def signatures(ran: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in ran.stdout.splitlines() if line.startswith("data:")]


def test_outputs_of_a_file_that_changed_are_refused(data_file: Path, tmp_path: Path) -> None:
    dataset = datasets.load(str(data_file), "en")
    path = tmp_path / "theirs.jsonl"
    path.write_text("".join(json.dumps({"id": e.id, "output": "A flood."}) + "\n" for e in dataset.examples))
    chosen = options(systems=(f"file:{path}",), metrics=("rouge",))
    assert not run(dataset, chosen, RunFolder(tmp_path / "run")).unusable
    path.write_text(path.read_text().replace("flood", "fire"))
    assert "digest" in run(dataset, chosen, RunFolder(tmp_path / "run")).unusable[f"file:{path}"]


def test_two_runs_do_not_write_to_one_folder(data_file: Path, tmp_path: Path) -> None:
    dataset = datasets.load(str(data_file), "en")
    with RunFolder(tmp_path / "run").locked(), pytest.raises(InputError, match="another run writes"):
        run(dataset, options(), RunFolder(tmp_path / "run"))


@pytest.mark.slow
def test_a_run_killed_in_the_middle_ends_with_the_same_bytes(big_file: Path, tmp_path: Path, code: Path) -> None:
    def command(out: str) -> list[str]:
        chosen = ["--data", str(big_file), "--systems", "lead,textrank,oracle", "--resamples", "200"]
        return [sys.executable, "-m", "eval", "run", *chosen, "-o", str(tmp_path / out)]

    environment = {**os.environ, "PYTHONPATH": str(code)}
    whole = subprocess.run(command("whole"), cwd=tmp_path, env=environment, capture_output=True, check=True, text=True)
    kills = 0
    for place in ("textrank/outputs.jsonl", "lead/abstractiveness.jsonl"):
        process = subprocess.Popen(
            command("killed"), cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        watched = tmp_path / "killed" / place
        while process.poll() is None and not (watched.exists() and watched.stat().st_size > 2_000):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        kills += process.wait() == -signal.SIGKILL
    assert kills >= 1
    assert not (tmp_path / "killed" / "metrics.json").exists()
    again = subprocess.run(command("killed"), cwd=tmp_path, env=environment, capture_output=True, check=True, text=True)
    assert files(tmp_path / "killed") == files(tmp_path / "whole")
    # Costs stand in the last table, and are the only thing that may differ.
    assert again.stdout.split("s/summary")[0] == whole.stdout.split("s/summary")[0]


@pytest.fixture
def big_file(tmp_path: Path, rows: list[dict[str, Any]]) -> Path:
    """Enough stories, and long enough, that a kill meets them half done."""
    path = tmp_path / "big.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for number in range(60):
            row = rows[number % len(rows)]
            documents = [{"text": " ".join(d["text"] for d in row["documents"] * 3)}] * 2
            out.write(json.dumps({**row, "id": str(number), "documents": documents}) + "\n")
    return path


def test_a_failing_example_is_told_counted_and_scored_as_empty(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    # The pipeline refuses an example whose documents are all empty.
    path = tmp_path / "x.jsonl"
    broken = {**rows[1], "documents": [{"text": ""}]}
    path.write_text("".join(json.dumps(row) + "\n" for row in (rows[0], broken, rows[2])))
    result = run(
        datasets.load(str(path), "en"),
        options(systems=("extractive",), metrics=("rouge",)),
        RunFolder(tmp_path / "run"),
    )
    (row,) = result.metrics["systems"]
    assert row["failed"] == ["flood-1"]
    assert row["n"] == 3
    scores = [json.loads(line) for line in (tmp_path / "run/extractive/rouge.jsonl").read_text().splitlines()[1:]]
    assert scores[1]["rouge1"] == 0
    assert scores[0]["rouge1"] > 0
    outputs = [json.loads(line) for line in (tmp_path / "run/extractive/outputs.jsonl").read_text().splitlines()]
    assert "error" in outputs[1]


def test_missing_recorded_outputs_lower_n_and_not_the_mean(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("".join(json.dumps(r if i else {**r, "systems": {}}) + "\n" for i, r in enumerate(rows)))
    result = run(datasets.load(str(path), "en"), options(systems=("recorded:elsewhere",)), RunFolder(tmp_path / "run"))
    (row,) = result.metrics["systems"]
    assert (row["n"], row["missing"], row["failed"]) == (7, 1, [])
    assert row["measures"]["rouge1"]["n"] == 7


def test_auto_length_needs_references(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({**rows[0], "references": []}) + "\n")
    dataset = datasets.load(str(path), "en")
    with pytest.raises(InputError, match="--max-words"):
        run(dataset, options(), RunFolder(tmp_path / "run"))
    result = run(dataset, options(max_words=12), RunFolder(tmp_path / "run"))
    lead = result.metrics["systems"][0]["measures"]
    assert "rouge1" not in lead
    assert lead["words"]["mean"] == 12


def test_a_log_survives_any_cut(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    with Log(path) as log:
        log.append({"id": "a", "text": "naïve\u2028"}, {"id": "b"})
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with Log(path) as log:
            kept = log.records
        assert kept == [{"id": "a", "text": "naïve\u2028"}, {"id": "b"}][: whole[:length].count(b"\n")]

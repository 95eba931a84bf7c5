from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from shell import eval_command as command

from eval.report import quality_gates
from summarizer.errors import InputError


def test_run_compare_and_report_from_the_shell(data_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    ran = command("run", "--data", data_file, "--systems", "lead,oracle", "--resamples", 200, "-o", out)
    assert ran.returncode == 0, ran.stderr
    assert "data        floods-dev: 8 of 8 examples" in ran.stdout
    assert "recorded:elsewhere" in ran.stdout
    assert "data:floods-dev|" in ran.stdout
    compared = command("compare", out, "--measures", "rougeL", "--resamples", 200, "--changes", 1)
    assert compared.returncode == 0, compared.stderr
    assert "difference [95%]" in compared.stdout
    assert "Holm" in compared.stdout
    reported = command("report", out)
    assert reported.returncode == 0, reported.stderr
    assert (out / "report" / "report.html").is_file()


def test_gates_decide_the_exit_code(data_file: Path, tmp_path: Path) -> None:
    base = ("run", "--data", data_file, "--systems", "lead", "--resamples", 200, "-o", tmp_path / "run")
    assert command(*base, "--fail-below", "rougeL=0.05", "--fail-below", "lead/repeated3=0.5").returncode == 0
    failed = command(*base, "--fail-below", "rougeL=0.99")
    assert failed.returncode == 1
    assert "gate: lead: rougeL" in failed.stderr
    assert command(*base, "--fail-below", "nonsense=1").returncode == 1
    assert command(*base, "--fail-below", "rougeL").returncode == 2


def test_bad_arguments_are_one_line_with_exit_code_two(tmp_path: Path, data_file: Path) -> None:
    for arguments, told in (
        (("run", "--data", "absent.jsonl", "-o", tmp_path / "a"), "no such file"),
        (("run", "--data", data_file, "--metrics", "bleu", "-o", tmp_path / "b"), "no such metric"),
        (("run", "--data", data_file, "--max-words", "many", "-o", tmp_path / "c"), "no number of words"),
        (("report", tmp_path / "d"), "no run in this folder"),
    ):
        found = command(*arguments)
        assert found.returncode == 2, arguments
        assert told in found.stderr
        assert "Traceback" not in found.stderr


def test_a_system_that_does_not_load_fails_the_run_but_not_the_others(data_file: Path, tmp_path: Path) -> None:
    base = ("run", "--data", data_file, "--resamples", 200, "--no-recorded", "-o", tmp_path / "run")
    ran = command(*base, "--systems", "no-such,lead")
    assert ran.returncode == 1
    assert "not run: no-such: " in ran.stderr
    assert "no such model" in ran.stderr
    assert [row["system"] for row in json.loads((tmp_path / "run/metrics.json").read_text())["systems"]] == ["lead"]


def test_card_and_systems_print(data_file: Path) -> None:
    assert "novelty" in command("card", data_file).stdout
    assert "lexrank" in command("systems").stdout


def test_gates_are_read_as_system_measure_and_number() -> None:
    assert quality_gates.parse("rougeL=0.2") == quality_gates.Gate("rougeL", 0.2)
    assert quality_gates.parse("hf:a/b/rougeL=0.2") == quality_gates.Gate("rougeL", 0.2, "hf:a/b")
    for text in ("rougeL", "rougeL=x"):
        with pytest.raises(InputError, match="no gate"):
            quality_gates.parse(text)


def test_score_prints_a_line_a_number_or_json(tmp_path: Path) -> None:
    outputs, references = tmp_path / "outputs.txt.gz", tmp_path / "references.txt"
    outputs.write_bytes(gzip.compress(b"Rain fell in Arden.\nThe bridge closed.\n"))
    references.write_text("Rain fell in Arden.\nA dog barked.\n")
    line = command("score", outputs, references).stdout
    assert re.fullmatch(r"(rouge\w+ 50\.00 \[0\.00, 100\.00\]  ){4}n:2\|of:2\|nrefs:1\|\S+\n", line)
    assert command("score", outputs, references, "-m", "rougeLsum", "-b", "-w", 1).stdout == "50.0\n"
    found = json.loads(command("score", outputs, references, "--metrics", "rouge1,rougeL", "--json").stdout)
    assert found["rouge1"] == {"f1": 50.0, "low": 0.0, "high": 100.0}
    assert found["signature"] in line
    assert list(found) == ["rouge1", "rougeL", "n", "left_out", "signature"]
    references.write_text("Rain fell in Arden.\n")
    for arguments, told in (((), "2 outputs in"), (("-b",), "Choose one metric")):
        failed = command("score", outputs, references, *arguments)
        assert (failed.returncode, failed.stdout) == (2, "")
        assert told in failed.stderr

"""The command line as a user meets it: its streams and its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from shell import summarizer_command as run

from summarizer import Summary

ROOT = Path(__file__).resolve().parents[2]
FERRY = str(ROOT / "examples" / "ferry")


def test_help_shows_an_example_and_loads_nothing_heavy() -> None:
    command, begun = [sys.executable, "-X", "importtime", "-m", "summarizer.cli", "--help"], os.times()
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    ended = os.times()
    assert "Example: summarizer summarize" in " ".join(shown.stdout.split())
    assert "--show-completion" in shown.stdout
    for heavy in ("torch", "transformers", "numpy", "pydantic", "httpx", "xllamacpp", "trafilatura"):
        assert f" {heavy}\n" not in shown.stderr
    assert ended.children_user - begun.children_user < 1.0  # half of that on an idle machine


def test_version() -> None:
    assert run("--version").stdout.startswith("summarizer 0.")


def test_json_on_stdout_is_a_summary() -> None:
    found = run("summarize", FERRY, "--format", "json", "--model", "extractive")
    assert (found.returncode, found.stderr) == (0, "")
    assert len(Summary.model_validate_json(found.stdout).documents) == 4


def test_text_from_standard_input() -> None:
    story = b"The ferry to Port Ellis ran aground in fog on Tuesday. All 214 people on board were rescued by boats."
    found = run("summarize", "-", "--max-words", "40", "--model", "extractive", stdin=story)
    assert found.returncode == 0
    assert "Port Ellis" in found.stdout
    assert "[1] " in found.stdout


def test_a_broken_input_is_named_and_the_rest_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ferry ran aground on Tuesday. All 214 people on board were rescued.")
    (tmp_path / "b.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    found = run("summarize", str(tmp_path), "--model", "extractive", "--format", "json")
    assert found.returncode == 1
    assert "b.txt" in found.stderr
    assert "Traceback" not in found.stderr
    assert [d["id"] for d in json.loads(found.stdout)["documents"]] == ["a.txt"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("summarize", "absent.txt"), 1, "absent.txt"),
        (("summarize", FERRY, "--model", "nonsense"), 1, "no such model"),
        (("summarize", FERRY, "--max-words", "3"), 2, "--max-words"),
        (("summarize", FERRY, "--colour"), 2, "--colour"),
        (("models", "pull", "gpt"), 2, "gpt: there are no such weights"),
    ],
)
def test_errors_are_one_line_for_people(arguments: tuple[str, ...], code: int, said: str) -> None:
    found = run(*arguments)
    assert found.returncode == code
    assert said in found.stderr
    assert "Traceback" not in found.stderr
    assert found.stdout == ""


def test_models_are_listed_with_their_state_and_licence() -> None:
    found = run("models")
    assert found.returncode == 0
    for form in ("embedded", "extractive", "hf:", "openai:"):
        assert form in found.stdout
    assert "Apache-2.0" in found.stdout

"""The example story against its committed summary, and the README's Python against the library."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from summarizer import Document, Summarizer
from summarizer.render import to_markdown

ROOT = Path(__file__).resolve().parents[2]


def test_the_example_gives_its_committed_summary(summarizer: Summarizer, ferry: list[Document]) -> None:
    expected = (ROOT / "examples" / "ferry.extractive.md").read_text(encoding="utf-8")
    assert to_markdown(summarizer.summarize(ferry, max_words=60, model="extractive")) == expected


def test_the_python_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("SUMMARIZER_MODEL", "extractive")
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert "Harrow Island" in capsys.readouterr().out

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from eval.data.parallel_texts import read_parallel
from summarizer.errors import InputError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("outputs.txt").write_text("one\n\nthree\n")
    Path("first.txt").write_text("1\n2\n3\n")
    Path("second.txt").write_text("I\n \nIII\n")
    rows = [{"said": "one", "gold": "1"}, {"said": "", "gold": ["2", "II"]}, {"said": "three", "gold": []}]
    Path("rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_lines_are_put_together_and_empty_references_are_none() -> None:
    assert read_parallel("outputs.txt", ["first.txt", "second.txt"]) == [
        ("one", ("1", "I")),
        ("", ("2",)),
        ("three", ("3", "III")),
    ]


@pytest.mark.usefixtures("folder")
def test_fields_of_one_file_or_of_several() -> None:
    assert read_parallel("rows.jsonl", [], "said", "gold") == [("one", ("1",)), ("", ("2", "II")), ("three", ())]
    assert read_parallel("outputs.txt", ["rows.jsonl"], None, "gold")[1] == ("", ("2", "II"))
    assert read_parallel("rows.jsonl", ["first.txt"], "said")[2] == ("three", ("3",))


@pytest.mark.usefixtures("folder")
def test_standard_input_is_any_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def given(name: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(name).read_bytes())))

    given("outputs.txt")
    assert read_parallel("-", ["first.txt"])[0] == ("one", ("1",))
    given("first.txt")
    assert read_parallel("outputs.txt", ["-"])[0] == ("one", ("1",))
    given("rows.jsonl")
    assert read_parallel("-", [], "said", "gold")[0] == ("one", ("1",))
    with pytest.raises(InputError, match="read once"):
        read_parallel("-", ["-"])


@pytest.mark.usefixtures("folder")
def test_other_counts_of_lines_are_told_with_both() -> None:
    Path("short.txt").write_text("1\n2\n")
    with pytest.raises(InputError, match=r"3 outputs in outputs\.txt, but 2 references in short\.txt"):
        read_parallel("outputs.txt", ["first.txt", "short.txt"])


@pytest.mark.usefixtures("folder")
def test_what_is_missing_is_told() -> None:
    for arguments, told in (
        (("outputs.txt", []), "no references"),
        (("rows.jsonl", ["first.txt"]), r"no field is named.*--output-field"),
        (("outputs.txt", ["rows.jsonl"]), r"no field is named.*--reference-field"),
        (("rows.jsonl", ["first.txt"], "written"), r"line 1: no text as written; its fields are said, gold"),
        (("rows.jsonl", ["first.txt"], "gold"), r"line 2: not one output"),
        (("outputs.txt", ["first.txt"], "said"), r"line 1: not JSON"),
    ):
        with pytest.raises(InputError, match=told):
            read_parallel(*arguments)  # type: ignore[arg-type]

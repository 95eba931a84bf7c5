"""The catalogue pins every byte, and ``summarizer models`` fetches, finds and removes what it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from summarizer.cli.models import app
from summarizer.settings import Settings
from summarizer.weights import cached, catalogue, derived, find, pull

WRITERS = {"embedded": 1_117_320_768, "embedded:small": 491_400_064}


def test_every_model_is_pinned_from_end_to_end() -> None:
    for model in catalogue().values():
        assert model.licence == "Apache-2.0"
        assert re.fullmatch(r"[\w-]+/[\w.-]+@[0-9a-f]{40}", model.hub)  # a branch may move on to other bytes
        assert all(len(mark) == 64 for mark in model.marks)
        parts = [part for file in model.files for part in model.parts(file)]
        assert len({part.sha256 for part in parts}) == len(parts)
        for file in model.files:
            ends = 0
            for part in model.parts(file):
                assert part.offset == ends
                ends += part.size
            assert ends == file.size


@pytest.mark.parametrize("name", WRITERS)
def test_the_writers_are_one_file_in_parts_of_the_hub_and_the_index(name: str) -> None:
    model = find(name)
    assert [(file.name, file.size) for file in model.files] == [("model.gguf", WRITERS[name])]
    assert model.hub.startswith("Qwen/Qwen2.5-Coder-")
    assert model.folder.startswith(f"{model.name}-{model.files[0].sha256[:12]}")
    assert all(wheel.package.endswith(f"-part{number}") for number, wheel in enumerate(model.wheels, 1))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A cache in which ``embedded`` was put."""
    monkeypatch.setenv("SUMMARIZER_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("SUMMARIZER_OFFLINE", "1")
    made = Settings()
    derived(find("embedded").folder, made, lambda staging: _put(staging / "model.gguf"))
    return made


def _put(path: Path) -> None:
    path.write_bytes(b"GGUF" * 500_000)


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, words, catch_exceptions=True)
    return done.exit_code, done.output


def test_where_pull_and_rm_take_names_and_model_strings(settings: Settings) -> None:
    folder = cached("embedded", settings)
    name = find("embedded").name
    assert run("where", "embedded") == run("where", name) == (0, f"{folder}\n")
    assert run("pull", "embedded") == (0, f"{name}: {folder} (Apache-2.0)\n")
    derived(f"{find('embedded').folder}-cut", settings, lambda staging: _put(staging / "model.gguf"))
    assert run("rm", "embedded") == (0, f"{name}: 4 MB freed\n")
    assert run("rm", "embedded") == (0, f"{name}: not in the cache folder\n")
    assert cached("embedded", settings) is None
    assert run("where", "embedded")[0] == 1


@pytest.mark.parametrize("command", ["pull", "where", "rm"])
def test_an_unknown_name_is_wrong_use(command: str) -> None:
    code, said = run(command, "gpt")
    assert code == 2
    assert "gpt: there are no such weights" in said


@pytest.mark.parametrize("words", [(), ("list",)])
def test_the_list_says_what_is_here_how_large_it_is_and_its_licence(words: tuple[str, ...], settings: Settings) -> None:
    code, said = run(*words)
    assert code == 0
    lines = {line.split()[0]: line.split()[1:] for line in said.splitlines() if line}
    assert lines[find("embedded").name] == ["cached", "Apache-2.0", "1,117", "MB"]
    assert lines[find("embedded:small").name] == ["missing", "Apache-2.0", "491", "MB"]


def test_what_another_cache_has_made_of_the_files_is_taken(settings: Settings, tmp_path: Path) -> None:
    name = "all-minilm-l6-v2"
    derived(find(name).folder, settings, lambda staging: _put(staging / "encoder.bin"))
    other = Settings(cache_dir=tmp_path / "mine", weights=str(settings.cache_dir), offline=True)
    assert [path.name for path in sorted(pull(name, other).iterdir())] == ["checked.json", "encoder.bin"]

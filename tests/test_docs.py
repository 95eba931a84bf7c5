"""What README.md and docs/ print runs as it stands there, or says that it is not run and why; its options exist.

A block runs here when nothing stands before it. ``<!-- not run: why -->`` leaves it out, ``<!-- run: FILE -->`` says
what else runs it; .ci/run runs the README's ``first`` and ``second``.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from printed import ROOT, Block, blocks, inline_commands, pages
from shell import Ended, summarizer_command
from typer.main import get_command

import eval.cli
import summarizer.cli.main
from api.examples import SUMMARY as EXAMPLE_OF_A_SUMMARY

APPS = {"summarizer": summarizer.cli.main.app, "python -m eval": eval.cli.app}
RUN_BY_CI = ("first", "second")
EARLIER = "not run: of an earlier commit"
DIARY = "docs/experiments.md"
_OURS = re.compile(r"(?:^|[\s|&;])(summarizer|python -m eval) (.+)$")


@pytest.mark.slow
@pytest.mark.parametrize("block", [b for b in blocks("sh", "python") if not b.mark], ids=str)
def test_a_block_without_a_mark_runs(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUMMARIZER_MODEL", "extractive")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    if block.language == "python":
        exec(compile(block.code, str(block), "exec"), {})
        assert capsys.readouterr().out
        return
    said = ""
    for line in [block.code] if "<<" in block.code else block.commands:
        ended = _ended(line)
        assert ended.returncode == 0, f"{line}\n{ended.stderr}"
        said += ended.stdout
    assert said


def _ended(line: str) -> Ended:
    """What becomes of a shell's line; a command of ours alone, which may send its output to a file, needs no shell."""
    words = shlex.split(line, comments=True)
    to = words[-1] if words[-2:-1] == [">"] else None
    ours = words[1:-2] if to else words[1:]
    if words[:1] != ["summarizer"] or set(ours) & {"|", ">", "<", "&&", ";"} or "\n" in line.strip():
        ran = subprocess.run(["bash", "-euo", "pipefail", "-c", line], capture_output=True, text=True, check=False)
        return Ended(ran.returncode, ran.stdout, ran.stderr)
    ended = summarizer_command(*ours)
    if to:
        Path(to).write_text(ended.stdout, encoding="utf-8")
    return ended


@pytest.mark.parametrize("block", list(blocks("sh", "python")), ids=str)
def test_a_mark_says_why_not_or_what_runs_it(block: Block) -> None:
    if block.mark in ("", *RUN_BY_CI):
        return
    kind, _, rest = block.mark.partition(": ")
    assert kind in ("run", "not run")
    assert len(rest.split()) > 2 if kind == "not run" else (ROOT / rest).is_file()


def test_links_and_pictures_lead_somewhere() -> None:
    # `zensical build --strict` checks links between the pages, not pictures, and not the README.
    for page in pages():
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            path, _, anchor = target.partition("#")
            if "://" not in target:
                to = page.parent / path if path else page
                assert to.is_file(), f"{page.name}: {target}"
                assert not anchor or anchor in _anchors(to), f"{page.name}: {target}"


def test_the_version_is_the_same_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert newest[1] == version
    printed = [found for page in pages() for found in re.findall(r"summarizer-(\d[\d.]*\d)", page.read_text("utf-8"))]
    cited = re.findall(r"version = \{(.+)\}", (ROOT / "docs" / "faq.md").read_text(encoding="utf-8"))
    cited += re.findall(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert {*printed, *cited, EXAMPLE_OF_A_SUMMARY["version"]} == {version}
    assert len(cited) == 2


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120


def test_every_command_stands_in_a_block_that_is_looked_at() -> None:
    looked_at = {(block.page, line) for block in blocks("sh", "text") for line in block.code.splitlines()}
    for page in pages():
        for line in page.read_text(encoding="utf-8").splitlines():
            if re.match(r"\s*(summarizer|python -m eval|curl) (?!=)", line):
                assert (page, line) in looked_at, f"{page.name}: {line}"


def test_options_and_commands_exist() -> None:
    printed = [
        (str(block), line) for block in blocks("sh") if not block.mark.startswith(EARLIER) for line in block.commands
    ]
    seen = 0
    for place, line in [*printed, *(one for one in inline_commands() if not one[0].startswith(DIARY))]:
        if found := _OURS.search(line):
            seen += 1
            assert _unknown(get_command(APPS[found[1]]), _words(found[2])) == [], f"{place}: {line}"
    assert seen > 50


def _anchors(page: Path) -> set[str]:
    """What the headings of ``page`` are linked to by."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def _words(arguments: str) -> list[str]:
    """The words of one command: to its comment, or to where its output goes."""
    words = shlex.split(arguments, comments=True)
    ends = [index for index, word in enumerate(words) if word in ("|", ">", "<", "&", "&&", ";")]
    return words[: ends[0]] if ends else words


def _unknown(command: Any, words: list[str]) -> list[str]:
    """The options among ``words`` that ``command``, or the one of its commands that they name, does not have."""
    known = {"-h", "--help"} | {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    for index, word in enumerate(words):
        if word.startswith("-") and word != "-" and word.partition("=")[0] not in known:
            return [word]
        if hasattr(command, "commands") and not word.startswith("-"):
            inner = command.commands.get(word)
            return [word] if inner is None else _unknown(inner, words[index + 1 :])
    return []

"""Help texts are read in a terminal: none of them holds the marks of a markup language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from typer.main import get_command

import eval.cli
from summarizer.cli.main import app as summarizer_app

MARKS = re.compile(r"`|\*\*|\]\(|:[a-z]+:`|::$|^\s*\.\. |^#+ ", re.MULTILINE)


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, f"{path} {name}")


def texts(command: click.Command) -> list[str]:
    told = (command.help, command.short_help, command.epilog, *(getattr(p, "help", None) for p in command.params))
    return [text for text in told if text]


APPS = (("python -m eval", eval.cli.app), ("summarizer", summarizer_app))
ALL = [pair for path, app in APPS for pair in commands(get_command(app), path)]


@pytest.mark.parametrize(("path", "command"), ALL, ids=[path for path, _ in ALL])
def test_a_help_text_is_plain(path: str, command: click.Command) -> None:
    assert texts(command), f"{path} says nothing of itself"
    assert [text for text in texts(command) if MARKS.search(text)] == []

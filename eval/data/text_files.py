"""Lines of text files and rows of JSON Lines: UTF-8, gzipped or not, from a file or from standard input."""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from eval.types import Record
from summarizer.errors import InputError

STDIN = "-"


def read_lines(source: str | Path) -> list[str]:
    """Lines of a file, or of standard input for ``-``, cut at line feeds alone. Raises InputError."""
    try:
        content = sys.stdin.buffer.read() if source == STDIN else Path(source).expanduser().read_bytes()
        text = (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content).decode("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError("no such file", remedy="Check its path.", where=str(source)) from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        remedy = "Give a file of UTF-8 text, gzipped or not."
        raise InputError(f"not readable as text ({error})", remedy=remedy, where=str(source)) from error
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines if lines[-1] else lines[:-1]


def read_rows(source: str | Path, form: str) -> Iterator[tuple[int, Record]]:
    """(number of the line from 1, JSON object) of each line that is not blank.

    form: what a line holds, for the message of the InputError that a line raises which is no JSON object.
    """
    for number, line in enumerate(read_lines(source), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise broken_row(source, number, f"not JSON ({error.msg})", form) from error
            if not isinstance(row, dict):
                raise broken_row(source, number, "not a JSON object", form)
            yield number, row


def broken_row(source: str | Path, number: int, problem: str, form: str) -> InputError:
    """The error that tells what is wrong with a line, and what it should hold."""
    return InputError(problem, remedy=f"Each line is {form}.", where=f"{named(source)}, line {number}")


def named(source: str | Path) -> str:
    """A file, or standard input, as messages call it."""
    return "standard input" if source == STDIN else str(source)

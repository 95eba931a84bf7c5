"""Our commands as from a shell, in this process: their entry points, their streams and their exit codes.

What a start, a signal or a kill does is tested on processes; what a command says and writes needs none of its own.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

import pytest

import eval.cli
import summarizer.cli.main


class Ended(NamedTuple):
    """As subprocess.CompletedProcess has it."""

    returncode: int
    stdout: str
    stderr: str


def _run(main: Callable[[], None], name: str, arguments: tuple[object, ...], stdin: bytes) -> Ended:
    out, err, code = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
        patched.setattr(sys, "argv", [name, *map(str, arguments)])
        patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Ended(code, out.getvalue(), err.getvalue())


def summarizer_command(*arguments: object, stdin: bytes = b"") -> Ended:
    """``summarizer ARGUMENTS``."""
    return _run(summarizer.cli.main.main, "summarizer", arguments, stdin)


def eval_command(*arguments: object) -> Ended:
    """``python -m eval ARGUMENTS``."""
    return _run(eval.cli.main, "eval", arguments, b"")

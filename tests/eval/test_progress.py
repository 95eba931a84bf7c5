from __future__ import annotations

import io
import re
import time

from eval.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_than_on_a_terminal_the_end_is_one_line() -> None:
    out = io.StringIO()
    progress = Progress("lead", 40, stream=out)
    for _ in range(40):
        progress.step()
    progress.step(0)
    assert re.fullmatch(r"lead: 40/40, in 0:0\d\n", out.getvalue())


def test_a_terminal_shows_the_time_left_and_a_resumed_run_counts_only_what_is_new() -> None:
    out = Terminal()
    progress = Progress("lead", 10, done=6, stream=out)
    time.sleep(0.21)
    progress.step()
    # One of four steps took about 0.2 s, so three of them are left: under a second, though six were done for nothing.
    assert re.search(r"lead: 7/10, 0:0[01] left", out.getvalue())

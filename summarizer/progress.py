"""Bars on stderr for downloads and for the steps of a long run; single lines where stderr is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def download_bar(title: str, progress: Callable[[int, int], None] | None) -> Iterator[Callable[[int, int], None]]:
    """A function to call with (bytes so far, bytes in all); ``progress`` itself when the caller brings one."""
    if progress is not None:
        yield progress
        return
    if not sys.stderr.isatty():
        sys.stderr.write(f"Fetching {title}, once.\n")
        lines = _Lines(" MB")
        yield lambda done, total: lines("Fetched", done // 1_000_000, total // 1_000_000)
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    said = TextColumn("{task.description}")
    columns = (said, BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"Fetching {title}", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


Say = Callable[[str, int, int | None], None]
"""Takes a step's name, how much of it is done, and how much there is, where that is known."""
LINE_SECONDS = 30.0
"""Between two lines where stderr is no terminal."""


@contextmanager
def steps_bar() -> Iterator[Say]:
    """A function to call as steps go on; shows count, rate and the time that is left."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Task, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    class Rate(TextColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(""), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), speed_estimate_period=120) as bar:
        tasks: dict[str, TaskID] = {}

        def say(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total, completed=done)
            bar.update(tasks[step], completed=done, total=total)

        yield say


class _Lines:
    """One line now and then: ``Summarising 120 of 500, 2.1/s, 3 min left``."""

    def __init__(self, unit: str = "") -> None:
        self._unit = unit
        self._step, self._begun, self._first, self._said = "", 0.0, 0, 0.0

    def __call__(self, step: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if step != self._step:
            self._step, self._begun, self._first, self._said = step, now, done, now
        if now - self._said < LINE_SECONDS:
            return
        self._said = now
        rate = (done - self._first) / (now - self._begun)
        left = f", {(total - done) / rate / 60:.0f} min left" if total and rate else ""
        sys.stderr.write(
            f"{step} {done:,}{f' of {total:,}' if total else ''}{self._unit}, {rate:.1f}{self._unit}/s{left}\n"
        )

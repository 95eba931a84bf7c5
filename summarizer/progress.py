"""Bars on stderr for downloads and for the steps of a long run; single lines where stderr is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol


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


class Say(Protocol):
    """A function to call as a step goes on."""

    def __call__(self, step: str, done: int, total: int | None, work: tuple[int, int] | None = None) -> None:
        """The step's name, how much of it is done, and how much there is, where that is known; work: the same two in
        another unit, by which the time that is left is told, where the things that are counted differ in size."""


LINE_SECONDS = 30.0
"""Between two lines where stderr is no terminal."""


@contextmanager
def steps_bar() -> Iterator[Say]:
    """A function to call as steps go on; shows count and the time that is left."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), speed_estimate_period=120) as bar:
        tasks: dict[str, TaskID] = {}

        def say(step: str, done: int, total: int | None, work: tuple[int, int] | None = None) -> None:
            completed, size = work or (done, total)
            count = _counted(done, total)
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=size, completed=completed, count=count)
            bar.update(tasks[step], completed=completed, total=size, count=count)

        yield say


def _counted(done: int, total: int | None) -> str:
    return f"{done:,} of {total:,}" if total else f"{done:,}"


class _Lines:
    """One line now and then: ``Summarising 120 of 500, 3 min left``."""

    def __init__(self, unit: str = "") -> None:
        self._unit = unit
        self._step, self._begun, self._first, self._said = "", 0.0, 0, 0.0

    def __call__(self, step: str, done: int, total: int | None, work: tuple[int, int] | None = None) -> None:
        now = time.monotonic()
        completed, size = work or (done, total)
        if step != self._step:
            self._step, self._begun, self._first, self._said = step, now, completed, now
        if now - self._said < LINE_SECONDS:
            return
        self._said = now
        rate = (completed - self._first) / (now - self._begun)
        left = f", {(size - completed) / rate / 60:.0f} min left" if size and rate else ""
        sys.stderr.write(f"{step} {_counted(done, total)}{self._unit}{left}\n")

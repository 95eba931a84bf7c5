"""One bar on stderr for one download; a single line where stderr is no terminal."""

from __future__ import annotations

import sys
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
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"Fetching {title}", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)

"""On which cores the threads of this process may run while something works."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path


def core_sets_during(work: Callable[[], object]) -> set[frozenset[int]]:
    """Every set of cores that a thread was bound to while ``work`` ran, looked at each few milliseconds (Linux)."""
    seen: set[frozenset[int]] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.003):
            for task in Path("/proc/self/task").iterdir():
                try:
                    seen.add(frozenset(os.sched_getaffinity(int(task.name))))
                except ProcessLookupError:  # the thread has ended
                    continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return seen

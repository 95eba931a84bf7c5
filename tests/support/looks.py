"""How long work goes on without asking whether anybody still waits for it."""

from __future__ import annotations

import gc
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from summarizer.interruption import interrupt


def _worked() -> float:
    """Seconds that this thread has worked, without what the system did for it: it may clear memory for others."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_utime


class Looks:
    """The longest time between two looks, in seconds of this thread's own work, and where it passed."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.between = ("", "")
        self._last, self._place = _worked(), "the beginning"

    def __call__(self) -> None:
        here = sys._getframe(1)
        while here.f_back is not None and here.f_code.co_filename.endswith(("looks.py", "interruption.py")):
            here = here.f_back
        self.note(f"{here.f_code.co_filename.rpartition('/')[2]}:{here.f_lineno}")

    def note(self, place: str) -> None:
        """A look at ``place``."""
        now = _worked()
        if now - self._last > self.longest:
            self.longest, self.between = now - self._last, (self._place, place)
        self._last, self._place = _worked(), place


@contextmanager
def watched() -> Iterator[Looks]:
    """Watch what this thread does."""
    looks = Looks()
    token = interrupt.set(looks)
    gc.collect()
    gc.disable()  # what a process of many tests has to collect is no step of a summary
    try:
        yield looks
    finally:
        gc.enable()
        interrupt.reset(token)
        looks.note("the end")

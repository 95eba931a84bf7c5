"""Progress on stderr: a bar with the time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_BAR_EVERY = 0.2
_LINE_EVERY = 15.0


class Progress:
    """Counts to ``total``; steps that were done before (a resumed run) do not enter the estimate of time left."""

    def __init__(self, label: str, total: int, done: int = 0, stream: TextIO | None = None) -> None:
        self._label, self._total, self._done, self._before = label, total, done, done
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._started = self._shown = time.monotonic()

    def step(self, count: int = 1) -> None:
        """Count on, and show it when it is time."""
        if not count:
            return
        self._done += count
        now = time.monotonic()
        last = self._done >= self._total
        if last or now - self._shown >= (_BAR_EVERY if self._terminal else _LINE_EVERY):
            self._shown = now
            self._stream.write(("\r\x1b[K" if self._terminal else "") + self._line(now))
            self._stream.write("\n" if last or not self._terminal else "")
            self._stream.flush()

    def _line(self, now: float) -> str:
        elapsed = now - self._started
        fresh = self._done - self._before
        left = elapsed / fresh * (self._total - self._done) if fresh else 0.0
        tail = f"{_clock(left)} left" if self._done < self._total else f"in {_clock(elapsed)}"
        return f"{self._label}: {self._done}/{self._total}, {tail}"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return (
        f"{whole // 60}:{whole % 60:02d}"
        if whole < 3600
        else f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    )

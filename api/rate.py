"""How often a caller may ask: a sliding window, by the clock that nobody can move."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from typing import NamedTuple

from limits import RateLimitItem


class Counted(NamedTuple):
    """left: requests that are still allowed; seconds: until there is one more."""

    allowed: bool
    left: int
    seconds: float


class Rate:
    """Never more than ``rate`` allows in any window of its length. The ``limits`` package counts too, but by the wall
    clock. For one thread, the event loop's."""

    def __init__(self, rate: RateLimitItem) -> None:
        self.amount, self.window = rate.amount, rate.get_expiry()
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()  # who asked last stands last

    def hit(self, caller: str) -> Counted:
        """Count a request, unless it is one too many."""
        now = time.monotonic()
        self._forget(now - self.window)
        hits = self._hits.get(caller, deque())
        while hits and hits[0] <= now - self.window:
            hits.popleft()
        if allowed := len(hits) < self.amount:
            hits.append(now)
            self._hits[caller] = hits
            self._hits.move_to_end(caller)
        return Counted(allowed, self.amount - len(hits), (hits[0] if hits else now) + self.window - now)

    def _forget(self, before: float) -> None:
        """Callers whose last request is older."""
        while self._hits and next(iter(self._hits.values()))[-1] <= before:
            self._hits.popitem(last=False)

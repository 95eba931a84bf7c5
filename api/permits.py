"""Who runs Python: at most as many threads as there are processors, those of short texts before those of long ones.

Who has least to do is next (shortest remaining time first is best for the mean; Schrage 1968), and as nobody knows how
long a text will really take, what it has run counts against it. Whoever waits gains on those that run, so that long
requests get their share. While short ones come, one permit is not for long ones: half a second may pass between two
looks of theirs.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

LONG = 8_000
"""Characters of a request's articles from which it counts as long."""
_SECONDS_A_CHARACTER = 20e-6  # that a text takes, by and large
_QUIET = 10.0  # seconds without a short text after which all permits are for long ones
_LOOK_SECONDS = 0.2  # between looks of who waits whether anybody still wants the result
_QUANTUM = 0.02  # seconds that a thread runs at the least: a change of threads costs caches
_MOST_AWAY = 1.0  # seconds for which a request gives way at a time
_GAIN = 0.25  # seconds that count as not run for each second of waiting: a fifth of a processor for who waits long


class Share:
    """What one request has had of the processors. check: raises when nobody waits for the request any more; length:
    characters of its articles."""

    def __init__(self, check: Callable[[], None] = lambda: None, length: int = 0) -> None:
        self.check, self.length = check, length
        self.ran = self.waited = 0.0
        self.since: float | None = None
        """When it got the permit that it holds; None while it holds none."""

    def cost(self, now: float) -> float:
        """Seconds that it has run, and is thought to need in all, less a part of those that it has waited."""
        ran = self.ran + (now - self.since if self.since else 0.0)
        return ran + self.length * _SECONDS_A_CHARACTER - _GAIN * self.waited


class _Waiting:
    def __init__(self, share: Share) -> None:
        self.share, self.since, self.turn = share, time.monotonic(), threading.Event()

    def rank(self, now: float) -> float:
        """The lowest is the next."""
        return self.share.cost(now) - _GAIN * (now - self.since)


class Permits:
    """``count`` of them. A share holds one at a time; its thread alone acquires and releases."""

    def __init__(self, count: int) -> None:
        self._free, self._count = count, count
        self._long = 0
        """How many are held by requests of long texts."""
        self._short_came = -math.inf
        self._waiting: list[_Waiting] = []
        self._lock = threading.Lock()

    def acquire(self, share: Share, *, at_most: float = math.inf, come_what_may: bool = False) -> None:
        """Wait for a permit, and after ``at_most`` seconds take one more than there are. Raises what ``share.check``
        raises meanwhile, unless it is to come what may."""
        me = _Waiting(share)
        with self._lock:
            if share.length < LONG:
                self._short_came = me.since
            self._waiting.append(me)
            self._hand_out()
        until = me.since + at_most
        while not me.turn.wait(min(_LOOK_SECONDS, max(0.0, until - time.monotonic()))):
            try:
                if not come_what_may:
                    share.check()
            except BaseException:
                with self._lock:
                    if me in self._waiting:
                        self._waiting.remove(me)
                self.release(share)
                raise
            if time.monotonic() >= until:
                with self._lock:
                    if me in self._waiting:
                        self._hand_to(me)

    def release(self, share: Share) -> None:
        """Give the permit back; nothing where the share holds none."""
        with self._lock:
            if share.since is None:
                return
            share.ran += time.monotonic() - share.since
            share.since = None
            self._free += 1
            self._long -= share.length >= LONG
            self._hand_out()

    def give_way(self, share: Share) -> None:
        """Let one that has less to do go first, if it waits for this permit. Raises as ``acquire``. In a thread that
        holds a lock it may hold up those that it lets go first, but not for long."""
        if not self._waiting or share.since is None:
            return
        now = time.monotonic()
        if now - share.since < _QUANTUM:
            return
        with self._lock:
            fitting = self._fitting(now, long=self._long - (share.length >= LONG))
            if all(one.rank(now) >= share.cost(now) for one in fitting):
                return
        self.release(share)
        self.acquire(share, at_most=_MOST_AWAY)

    def _hand_out(self) -> None:
        while self._free > 0:
            now = time.monotonic()
            if not (fitting := self._fitting(now, long=self._long)):
                return
            self._hand_to(min(fitting, key=lambda one: one.rank(now)))

    def _fitting(self, now: float, *, long: int) -> list[_Waiting]:
        """Those that a permit is for, while so many are held by long texts."""
        kept = now - self._short_came < _QUIET
        if long < (max(1, self._count - 1) if kept else self._count):
            return self._waiting
        return [one for one in self._waiting if one.share.length < LONG]

    def _hand_to(self, one: _Waiting) -> None:
        self._waiting.remove(one)
        self._free -= 1
        self._long += one.share.length >= LONG
        one.share.since = time.monotonic()
        one.share.waited += one.share.since - one.since
        one.turn.set()

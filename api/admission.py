"""Who runs and who waits: callers take turns, so that one with many connections does not starve another.

A line a caller, served in turn (round robin), as in Nagle's fair queueing (RFC 970). When all places are taken, a
caller with fewer requests in line gets the youngest place of the one with the most ("drop from the longest queue").
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from api.problem import ProblemError

_WEIGHT = 0.2  # of the newest in the running mean of how long requests run
_MOST_PAUSE = 3600


class Place:
    """A request's place. begin: called when its turn comes; refuse: called when it has to make room for another."""

    def __init__(self, caller: str, begin: Callable[[], None], refuse: Callable[[ProblemError], None]) -> None:
        self.caller, self.begin, self.refuse = caller, begin, refuse
        self.begun: float | None = None


class Admission:
    """At most ``most_running`` requests run and ``most_waiting`` wait. For one thread, the event loop's."""

    def __init__(self, most_running: int, most_waiting: int) -> None:
        self._most_running, self._most_waiting = most_running, most_waiting
        self._running: set[Place] = set()
        self._lines: OrderedDict[str, deque[Place]] = OrderedDict()  # in the order of turns; none is empty
        self._seconds = 1.0

    def __len__(self) -> int:
        """Requests that run or wait."""
        return len(self._running) + self._waiting

    def enter(self, place: Place) -> None:
        """Run it, or let it wait for its turn. Raises ProblemError ``overloaded`` when there is no place for it."""
        if len(self._running) < self._most_running:
            self._begin(place)
            return
        if self._waiting >= self._most_waiting and not self._made_room(place.caller):
            raise self._refusal(place.caller)
        self._lines.setdefault(place.caller, deque()).append(place)

    def leave(self, place: Place) -> bool:
        """Give up a place in line. Whether it had one: what runs ends by itself."""
        line = self._lines.get(place.caller, ())
        if place not in line:
            return False
        self._drop(place)
        return True

    def end(self, place: Place) -> None:
        """It has run: the next one's turn."""
        if place in self._running:
            assert place.begun is not None  # noqa: S101
            self._running.remove(place)
            self._seconds += _WEIGHT * (time.monotonic() - place.begun - self._seconds)
        while self._lines and len(self._running) < self._most_running:
            caller, line = self._lines.popitem(last=False)
            place = line.popleft()
            if line:
                self._lines[caller] = line  # its next turn comes after everybody else's
            self._begin(place)

    def pause(self, caller: str) -> int:
        """Seconds after which what stands before another request of ``caller`` will have had its turn."""
        own = len(self._lines.get(caller, ()))
        before = sum(min(len(line), own + (name != caller)) for name, line in self._lines.items())
        now = time.monotonic()
        ages = [now - place.begun for place in self._running if place.begun is not None]
        # Requests that have run for longer than others did say that those to come may.
        seconds = max(self._seconds, sum(ages) / max(1, len(ages)))
        return min(_MOST_PAUSE, max(1, round((before + 1) * seconds / self._most_running)))

    @property
    def _waiting(self) -> int:
        return sum(map(len, self._lines.values()))

    def _begin(self, place: Place) -> None:
        place.begun = time.monotonic()
        self._running.add(place)
        place.begin()

    def _made_room(self, caller: str) -> bool:
        """Whether the youngest of the longest line was refused for the sake of ``caller``, whose line is shorter."""
        longest = max(self._lines.values(), key=len, default=None)
        if longest is None or len(longest) <= len(self._lines.get(caller, ())) + 1:
            return False
        last = longest[-1]
        self._drop(last)
        last.refuse(self._refusal(last.caller))
        return True

    def _drop(self, place: Place) -> None:
        line = self._lines[place.caller]
        line.remove(place)
        if not line:
            del self._lines[place.caller]

    def _refusal(self, caller: str) -> ProblemError:
        headers = {"Retry-After": str(self.pause(caller))}
        return ProblemError("overloaded", f"{len(self)} requests are under way", headers=headers)

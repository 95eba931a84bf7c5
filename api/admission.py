"""Who runs and who waits: callers take turns, so that one with many connections does not starve another.

A line a caller, served in turn (round robin), as in Nagle's fair queueing (RFC 970). When all places are taken, a
caller with fewer requests in line gets the youngest place of the one with the most ("drop from the longest queue").
Within a line the shortest text comes first (shortest job first), but for one that has been passed over a few times. And
there are a few further places, for callers of whom nothing runs and for texts much shorter than those that run: neither
waits until those are done.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from api.problem import ProblemError

_PLACES_A_FURTHER = 4  # for each further one
_MUCH_LONGER = 4  # times
_MOST_PASSED = 3  # times
_WEIGHT = 0.2  # of the newest in the running mean of how long requests run
_MOST_PAUSE = 3600


class Place:
    """A request's place. begin: called when its turn comes; refuse: called when it has to make room for another;
    length: characters of its articles; most: requests of its caller that run at once, as many as there are places by
    default."""

    def __init__(
        self,
        caller: str,
        begin: Callable[[], None],
        refuse: Callable[[ProblemError], None],
        length: int = 0,
        most: int | None = None,
    ) -> None:
        self.caller, self.begin, self.refuse, self.length, self.most = caller, begin, refuse, length, most
        self.begun: float | None = None
        self.passed = 0
        """How many shorter ones that came later have begun before it."""


class Admission:
    """At most ``most_running`` requests run, in further places a quarter as many, and ``most_waiting`` wait. For one
    thread, the event loop's."""

    def __init__(self, most_running: int, most_waiting: int) -> None:
        self._most_running, self._most_waiting = most_running, most_waiting
        self.places = most_running + most_running // _PLACES_A_FURTHER
        """How many can run in all."""
        self._running: set[Place] = set()
        self._lines: OrderedDict[str, deque[Place]] = OrderedDict()  # in the order of turns; none is empty
        self._seconds = 1.0

    def __len__(self) -> int:
        """Requests that run or wait."""
        return len(self._running) + self._waiting

    def enter(self, place: Place) -> None:
        """Run it, or let it wait for its turn. Raises ProblemError ``overloaded`` when there is no place for it."""
        if self._fits(place):
            self._begin(place)
            return
        if self._waiting >= self._most_waiting and not self._made_room(place.caller):
            raise self._refusal(place)
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
        while (following := self._next()) is not None:
            self._drop(following)
            if (line := self._lines.pop(following.caller, None)) is not None:
                self._lines[following.caller] = line  # its next turn comes after everybody else's
            self._begin(following)

    def pause(self, caller: str, most: int | None = None) -> int:
        """Seconds after which what stands before another request of ``caller`` will have had its turn; most: how
        many of its requests run at once."""
        own = len(self._lines.get(caller, ()))
        before = sum(min(len(line), own + (name != caller)) for name, line in self._lines.items())
        now = time.monotonic()
        ages = [now - place.begun for place in self._running if place.begun is not None]
        # Requests that have run for longer than others did say that those to come may.
        seconds = max(self._seconds, sum(ages) / max(1, len(ages)))
        turns = max((before + 1) / self._most_running, (own + 1) / (most or self._most_running))
        return min(_MOST_PAUSE, max(1, round(turns * seconds)))

    @property
    def _waiting(self) -> int:
        return sum(map(len, self._lines.values()))

    def _fits(self, place: Place) -> bool:
        """Whether there is a place to run for it, one of the further ones perhaps."""
        running = len(self._running)
        of_caller = sum(one.caller == place.caller for one in self._running)
        if place.most is not None and of_caller >= place.most:
            return False
        if not self._most_running <= running < self.places:
            return running < self._most_running
        if of_caller == 0:
            return True
        return _MUCH_LONGER * place.length * running <= sum(one.length for one in self._running)

    def _next(self) -> Place | None:
        """Whose turn it is: of the first caller that has one, the shortest, or one that was passed over too often."""
        for line in self._lines.values():
            if fitting := [place for place in line if self._fits(place)]:
                oldest, shortest = fitting[0], min(fitting, key=lambda place: place.length)
                if oldest.passed >= _MOST_PASSED:
                    return oldest
                oldest.passed += shortest is not oldest
                return shortest
        return None

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
        last.refuse(self._refusal(last))
        return True

    def _drop(self, place: Place) -> None:
        line = self._lines[place.caller]
        line.remove(place)
        if not line:
            del self._lines[place.caller]

    def _refusal(self, place: Place) -> ProblemError:
        headers = {"Retry-After": str(self.pause(place.caller, place.most))}
        return ProblemError("overloaded", f"{len(self)} requests are under way", headers=headers)

"""Whether the database and the other servers live, by a clock that nobody can move."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

_log = logging.getLogger("api.jobs")


class Pulse:
    """How the database and the other servers fare, by this process's own steady clock: seen at each beat."""

    def __init__(self, lease: float) -> None:
        self.interval = min(1.0, lease / 4)
        self._lease = lease
        self._beaten = time.monotonic()
        self._missed: str | None = None
        self._since: dict[str, tuple[float, float]] = {}  # a server's last stamp, and when it was new here

    @property
    def fault(self) -> str | None:
        """What the database last said, or for how long it has said nothing; None while it answers."""
        silent = time.monotonic() - self._beaten
        return self._missed or (f"no answer for {silent:.0f} s" if silent > self.interval + 5.0 else None)

    def beaten(self, stamps: Mapping[str, float], own: str) -> list[str]:
        """Note the stamps of all servers; those whose stamp has stood still for longer than the lease."""
        now = time.monotonic()
        if self._missed:
            _log.warning("the database is back")
        # While this server could not look, or stood still itself, silence means nothing.
        known = {} if now - self._beaten > max(self._lease / 2, 2 * self.interval) else self._since
        self._beaten, self._missed = now, None
        self._since = {
            server: known[server] if known.get(server, (None,))[0] == stamp else (stamp, now)
            for server, stamp in stamps.items()
            if server != own
        }
        return [server for server, (_, since) in self._since.items() if now - since > self._lease]

    def missed(self, why: str) -> None:
        """The beat failed."""
        if self._missed is None:
            _log.warning("the database does not answer: %s", why)
        self._missed = why

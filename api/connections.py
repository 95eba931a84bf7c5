"""Connections to clients: how long one may take to say what it wants, and how many there may be.

uvicorn times idle connections and nothing else: one that never ends its headers, or drips a body that nobody reads any
more, would stay for ever. And out of file descriptors, asyncio logs a traceback for every try to accept a connection.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import time
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.problem import MEDIA_TYPE, ProblemError

HEADER_SECONDS = 15.0
"""From the opening of a connection, or the first byte of another request on it, to the end of the request's headers;
and from an answer to the end of a body that it did not wait for."""
RESERVED = 100
"""File descriptors kept for the server's own files, databases and models."""
LEAST_CONNECTIONS = 16

_LOG_SECONDS = 60.0
_RETRY_AFTER = "5"
_log = logging.getLogger("api.connections")


def most_connections() -> int:
    """How many there may be: what the process may open, as far as the system lets it, less what it needs itself."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return 10_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    return 10_000 if soft == resource.RLIM_INFINITY else max(LEAST_CONNECTIONS, min(10_000, soft - RESERVED))


class Seldom:
    """A warning that comes at most once a minute, however often there is cause for it."""

    def __init__(self) -> None:
        self._times = 0
        self._told = -_LOG_SECONDS

    def __call__(self, said: str) -> None:
        """Warn, or count."""
        self._times += 1
        if time.monotonic() - self._told >= _LOG_SECONDS:
            _log.warning("%s (%d times so far)", said, self._times)
            self._told = time.monotonic()


_unaccepted, _turned_away = Seldom(), Seldom()


def loop_fault(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The event loop's exception handler: asyncio tries again in a second by itself when there is no file left."""
    error = context.get("exception")
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        _unaccepted("no file descriptor is left for another connection")
    else:
        loop.default_exception_handler(context)


class Connection(H11Protocol):
    """uvicorn's own, with a clock on everything that a client can draw out, and a limit to their number."""

    most = 10_000
    read_seconds = 60.0
    """In which a client must take what waits for it: 64 KB of a long answer, or an event."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clock: asyncio.TimerHandle | None = None
        self._untaken: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; one too many is told so and closed."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # hear of every byte that the client does not take
        if len(self.connections) > self.most:
            self._turn_away()
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """The answer is out; the request may not be."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """The client is slower than its answer."""
        super().pause_writing()
        self._untaken = self._untaken or self.loop.call_later(self.read_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It has taken all that waited."""
        super().resume_writing()
        if self._untaken is not None:
            self._untaken.cancel()
            self._untaken = None

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._stop()
        self.resume_writing()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Let the clock run while a request's headers, or the body of one that is answered, are under way."""
        answered = self.cycle is None or self.cycle.response_complete
        idle = self.cycle is not None and self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]
        if not answered or idle or self.transport.is_closing():
            self._stop()
        elif self._clock is None:
            self._clock = self.loop.call_later(HEADER_SECONDS, self.transport.close)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _turn_away(self) -> None:
        """Answer in a word."""
        _turned_away(f"all {self.most:,} connections are taken: another was turned away")
        problem = ProblemError("overloaded", f"{self.most} connections are open")
        body = problem.problem.model_dump_json().encode()
        headers = [
            ("Content-Type", MEDIA_TYPE),
            ("Content-Length", str(len(body))),
            ("Retry-After", _RETRY_AFTER),
            ("Connection", "close"),
        ]
        response = h11.Response(status_code=problem.kind.status, headers=headers, reason="Service Unavailable")
        self.transport.write(self.conn.send(response) + self.conn.send(h11.Data(data=body)))
        self.transport.write(self.conn.send(h11.EndOfMessage()))
        self.transport.close()

"""Requests to summaries: admission, deadlines, the cache, and the threads that keep the event loop free."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from importlib.metadata import version
from typing import NamedTuple

from cachetools import LRUCache

from api.admission import Admission, Place
from api.batching import Abandoned, Reason, SharedSummarizer, Ticket, permitted, work_for
from api.permits import Permits
from api.problem import ProblemError, of_summarizer_error
from api.schemas import SummaryRequest
from api.settings import ServiceSettings
from api.telemetry import Metrics
from summarizer.errors import SummarizerError
from summarizer.types import Document
from summarizer.wire import Fault

VERSION = version("summarizer")
_FIRST = (  # plainly English: what tells other languages apart takes 80 MB, and waits for one
    "The ferry reached the harbour on Tuesday after a night in the fog. All of the passengers were safe, the coast "
    "guard said. The captain told the mayor that the ship had been off its course for an hour."
)


class Piece(NamedTuple):
    """An event of a summary, its value already JSON; the last one's kind is ``done`` and carries the whole."""

    kind: str
    json: str


class Engine:
    """Summarises for many requests at once with one set of models.

    Whatever runs here holds one of as many permits as there are processors, but for the time it waits for the model.
    """

    def __init__(self, settings: ServiceSettings, metrics: Metrics) -> None:
        self.settings = settings
        self.metrics = metrics
        self.ready = False
        self._permits = Permits(os.cpu_count() or 1)
        self._summarizer = SharedSummarizer(settings, self._permits, metrics)
        self._admission = Admission(settings.concurrency, settings.queue_size)
        self._pool = ThreadPoolExecutor(self._admission.places, thread_name_prefix="summary")
        self._cache: LRUCache[str, tuple[Piece, ...]] | None = None
        if settings.cache_bytes:
            self._cache = LRUCache(settings.cache_bytes, getsizeof=lambda pieces: sum(len(p.json) for p in pieces))
        self._caching = threading.Lock()

    def load(self) -> None:
        """Load the default model and the encoder, and write once; until then the server is alive but not ready."""
        ticket = Ticket()
        work_for(ticket, self._permits)
        with permitted(self._permits, ticket):
            self._summarizer.summarize(_FIRST)
        self.ready = True

    def check(self, request: SummaryRequest) -> None:
        """Raises ProblemError for what this server does not do, though the request is well formed."""
        if request.model and request.model not in self.models():
            detail = "the model is none of: " + ", ".join(self.models())
            raise ProblemError("model-not-allowed", detail, errors=[Fault(pointer="/model", detail=detail)])
        if len(request.documents) > self.settings.max_documents:
            detail = f"{len(request.documents)} documents are more than {self.settings.max_documents}"
            raise ProblemError("invalid-request", detail, errors=[Fault(pointer="/documents", detail=detail)])

    def models(self) -> list[str]:
        """The model strings that clients may ask for, the default first."""
        return list(dict.fromkeys([self.settings.model, "extractive", *self.settings.allowed_models]))

    def start(self, request: SummaryRequest, caller: str, most: int | None = None) -> Run:
        """Begin, from the event loop, when it is ``caller``'s turn, and fewer than ``most`` of its requests run. Raises
        ProblemError ``overloaded``, at once, when there is no place in line; a run that has to give its place to
        another caller raises it later."""
        run = Run(self.settings.request_timeout)
        context = copy_context()

        def begin() -> None:
            run.future = self._pool.submit(context.run, self._feed, request, run)
            run.future.add_done_callback(lambda _: run.call(lambda: self._ended(place)))

        def refuse(problem: ProblemError) -> None:
            self.metrics.refused.inc()
            run.put(problem)

        def leave() -> None:
            self._admission.leave(place)
            self._count()

        place = Place(caller, begin, refuse, request.length, most)
        try:
            self._admission.enter(place)
        except ProblemError:
            self.metrics.refused.inc()
            raise
        run.leave = leave
        self._count()
        return run

    def write(self, request: SummaryRequest, ticket: Ticket) -> Iterator[Piece]:
        """The pieces, written in this thread. Raises ProblemError; Abandoned when the ticket is cancelled."""
        key = request.digest(self.settings.model)
        if (known := self._known(key)) is not None:
            yield from known
            return
        ticket.share.length = request.length
        work_for(ticket, self._permits)
        pieces: list[Piece] = []
        with permitted(self._permits, ticket):
            try:
                documents = list(_documents(request, ticket))
                for event in self._summarizer.stream(documents, request.options()):
                    ticket.check()
                    pieces.append(Piece(event.kind, event.value.model_dump_json()))
                    yield pieces[-1]
            except SummarizerError as error:
                raise of_summarizer_error(error) from error
        if self._cache is not None and sum(len(piece.json) for piece in pieces) <= self.settings.cache_bytes:
            with self._caching:
                self._cache[key] = tuple(pieces)

    def close(self) -> None:
        """Wait for the threads; they stop at their next check once their runs are closed."""
        self._pool.shutdown(cancel_futures=True)

    def _feed(self, request: SummaryRequest, run: Run) -> None:
        try:
            for piece in self.write(request, run.ticket):
                run.put(piece)
        except Abandoned:
            self.metrics.abandoned.labels(run.ticket.reason).inc()
        except BaseException as failure:
            run.put(failure)

    def _known(self, key: str) -> tuple[Piece, ...] | None:
        if self._cache is None:
            return None
        with self._caching:
            known = self._cache.get(key)
        self.metrics.cache.labels("miss" if known is None else "hit").inc()
        return known

    def _count(self) -> None:
        self.metrics.admitted.set(len(self._admission))

    def _ended(self, place: Place) -> None:
        self._admission.end(place)
        self._count()


def _documents(request: SummaryRequest, ticket: Ticket) -> Iterator[Document]:
    for number, document in enumerate(request.documents, start=1):
        ticket.check()
        yield document.read(number)


class Run:
    """A request under way: an async iterator of its pieces. ``close`` gives it up; closed twice is closed."""

    def __init__(self, seconds: float) -> None:
        self.loop = asyncio.get_running_loop()
        self.ticket = Ticket(seconds)
        self.future: Future[None] | None = None
        self.leave: Callable[[], None] = lambda: None
        self._arrived: asyncio.Queue[Piece | BaseException] = asyncio.Queue()
        self._seconds = seconds
        self._deadline = self.loop.time() + seconds
        self._done = False

    def __aiter__(self) -> Run:
        return self

    async def __anext__(self) -> Piece:
        """The next piece. Raises ProblemError ``deadline-exceeded``, and what the thread raised."""
        if self._done:
            raise StopAsyncIteration
        try:
            found = await asyncio.wait_for(self._arrived.get(), self._deadline - self.loop.time())
        except TimeoutError:
            self.close("deadline")
            detail = f"no summary within {self._seconds:g} s, waiting included"
            raise ProblemError("deadline-exceeded", detail) from None
        if isinstance(found, BaseException):
            raise found
        self._done = found.kind == "done"
        return found

    async def summary(self) -> str:
        """The whole summary as JSON. Raises as ``__anext__``."""
        return [piece async for piece in self][-1].json

    def close(self, reason: Reason = "left") -> None:
        """Stop costing anything, as soon as the thread comes to its next check."""
        self.ticket.cancel(reason)
        self.leave()
        if self.future is not None:
            self.future.cancel()

    def put(self, found: Piece | BaseException) -> None:
        """Hand a piece, or what went wrong, to the event loop, from the thread."""
        self.call(lambda: self._arrived.put_nowait(found))

    def call(self, function: Callable[[], None]) -> None:
        """Call ``function`` on the event loop, from any thread; nothing once the loop is gone."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(function)

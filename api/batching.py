"""One model for many requests: what they ask of it at the same time becomes one ``generate`` call.

While a call runs, the next ones wait and then go in together (natural batching: no timer, no delay when idle). Waiting
threads hold no processor: at most ``permits`` threads run Python at a time, so that the event loop gets its turn.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from contextvars import ContextVar
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.telemetry import Metrics
from summarizer.embedding import SentenceEncoder
from summarizer.generation.base import Candidate, Generator, Limits, Prompt
from summarizer.settings import Settings
from summarizer.summarizer import Summarizer

Reason = Literal["left", "deadline", "cancelled", "stopping"]
_MERGED = 64
"""Prompts up to which calls are merged."""
_UNBATCHED = frozenset({"extractive", "openai"})
"""Kinds of model that gain nothing here: no model at all, and a server that batches by itself."""


class Abandoned(Exception):  # noqa: N818 - not an error: nobody waits for the result any more
    """Raised in the thread of a request that was given up, at the next point where it can stop."""


class Ticket:
    """A request's right to cost anything. ``cancel`` takes it away, from any thread; the first reason stays."""

    def __init__(self) -> None:
        self.reason: Reason | None = None
        self._waits_for: Future[list[list[Candidate]]] | None = None

    def cancel(self, reason: Reason) -> None:
        """Stop the request at its next check, or at once if it waits for its turn at the model."""
        self.reason = self.reason or reason
        if (future := self._waits_for) is not None:
            future.cancel()

    def check(self) -> None:
        """Raises Abandoned once cancelled."""
        if self.reason is not None:
            raise Abandoned

    def wait(self, future: Future[list[list[Candidate]]]) -> list[list[Candidate]]:
        """The future's result. Raises Abandoned when cancelled before it began, or by its end."""
        self._waits_for = future
        try:
            self.check()
            return future.result()
        except CancelledError:
            raise Abandoned from None
        finally:
            self._waits_for = None
            future.cancel()  # no effect on one that has run


current: ContextVar[Ticket] = ContextVar("ticket")
"""The ticket of the request that this thread works on."""


class _Call(NamedTuple):
    prompts: Sequence[Prompt]
    limits: Limits
    future: Future[list[list[Candidate]]]


class SharedGenerator:
    """A Generator that gives its permit back while it waits for the wrapped one, and stops when given up."""

    def __init__(self, generator: Generator, permits: threading.Semaphore) -> None:
        self.name, self.window = generator.name, generator.window
        self.languages, self.unit = generator.languages, generator.unit
        self.count_tokens, self.overhead = generator.count_tokens, generator.overhead
        self._generate, self._permits = generator.generate, permits

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """As the wrapped generator's. Raises Abandoned when the request is given up meanwhile."""
        ticket = current.get()
        ticket.check()
        self._permits.release()
        try:
            return self._write(prompts, limits, ticket)
        finally:
            self._permits.acquire()
            ticket.check()

    def _write(self, prompts: Sequence[Prompt], limits: Limits, ticket: Ticket) -> list[list[Candidate]]:  # noqa: ARG002
        return self._generate(prompts, limits)


class BatchingGenerator(SharedGenerator):
    """Merges the concurrent ``generate`` calls of equal limits into one of the wrapped generator.

    most_prompts: a merged call takes further calls as long as it has no more prompts than this.
    """

    def __init__(
        self, generator: Generator, permits: threading.Semaphore, metrics: Metrics, *, most_prompts: int
    ) -> None:
        super().__init__(generator, permits)
        self._metrics, self._most_prompts = metrics, most_prompts
        self._waiting: list[_Call] = []
        self._arrived = threading.Condition()
        threading.Thread(target=self._serve, name=f"batch-{self.name}", daemon=True).start()

    def _write(self, prompts: Sequence[Prompt], limits: Limits, ticket: Ticket) -> list[list[Candidate]]:
        call = _Call(prompts, limits, Future())
        with self._arrived:
            self._waiting.append(call)
            self._arrived.notify()
        return ticket.wait(call.future)

    def _serve(self) -> None:
        while True:
            calls = [call for call in self._next() if call.future.set_running_or_notify_cancel()]
            if calls:
                self._run(calls)

    def _next(self) -> list[_Call]:
        """The call that has waited longest, and those behind it that may share its batch."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._waiting)
            taken, prompts = [self._waiting[0]], len(self._waiting[0].prompts)
            left: list[_Call] = []
            for call in self._waiting[1:]:
                fits = call.limits == taken[0].limits and prompts + len(call.prompts) <= self._most_prompts
                (taken if fits else left).append(call)
                prompts += len(call.prompts) if fits else 0
            self._waiting = left
        return taken

    def _run(self, calls: Sequence[_Call]) -> None:
        prompts = [prompt for call in calls for prompt in call.prompts]
        self._metrics.batch.observe(len(prompts))
        self._metrics.merged.observe(len(calls))
        try:
            drafts = self._generate(prompts, calls[0].limits)
        except Exception as failure:
            if len(calls) == 1:
                calls[0].future.set_exception(failure)
                return
            for call in calls:  # one call's broken prompt is not the others' failure
                self._run([call])
            return
        start = 0
        for call in calls:
            call.future.set_result(drafts[start : start + len(call.prompts)])
            start += len(call.prompts)


class _InterruptibleEncoder(SentenceEncoder):
    """Stops between batches when the request was given up."""

    def embed(self, tokens: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        current.get().check()
        return super().embed(tokens, mask)


class SharedSummarizer(Summarizer):
    """A Summarizer whose models many requests share; each runs in a thread with its ``current`` ticket set."""

    def __init__(self, settings: Settings, permits: threading.Semaphore, metrics: Metrics) -> None:
        super().__init__(settings=settings)
        self._permits, self._metrics = permits, metrics
        self._shared: dict[str, Generator] = {}
        self._sharing = threading.Lock()

    def encoder(self) -> SentenceEncoder:
        """The encoder of the library, made interruptible."""
        with self._sharing:
            if self._encoder is None:
                self._encoder = _InterruptibleEncoder(self.settings)
            return self._encoder

    def generator(self, model: str | None = None) -> Generator:
        """The generator of the library, its concurrent calls merged where that helps."""
        name = model or self.model
        with self._sharing:
            if name not in self._shared:
                generator = super().generator(name)
                if name.partition(":")[0] in _UNBATCHED:
                    self._shared[name] = SharedGenerator(generator, self._permits)
                else:
                    # A call of the embedded model fills a batch by itself, and what it writes depends on the batch:
                    # merged with others, the same request would not always get the same summary.
                    merged = 0 if name.partition(":")[0] == "embedded" else _MERGED
                    self._shared[name] = BatchingGenerator(generator, self._permits, self._metrics, most_prompts=merged)
            return self._shared[name]

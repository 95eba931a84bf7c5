"""One model for many requests. llama.cpp and servers batch what is asked of them side by side; what is asked of a
seq2seq model while a call of it runs becomes one ``generate`` call (natural batching: no timer, no delay when idle).

Waiting threads hold no processor: at most ``permits`` threads run Python at a time, and the event loop gets its turn.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, NamedTuple

from api.permits import Permits, Share
from api.telemetry import Metrics
from summarizer.generation.base import Candidate, Generator, Limits, Prompt, Streaming
from summarizer.interruption import interrupt
from summarizer.settings import Settings
from summarizer.summarizer import Summarizer
from summarizer.verification.judge import Judge, Pair

Reason = Literal["left", "deadline", "cancelled", "stopping"]
_MERGED = 64
"""Prompts up to which calls are merged."""


class Abandoned(Exception):  # noqa: N818 - not an error: nobody waits for the result any more
    """Raised in the thread of a request that was given up, at the next point where it can stop."""


class Ticket:
    """A request's right to cost anything. ``cancel`` takes it away, from any thread; the first reason stays.

    seconds: after which it is gone by itself, however busy the event loop is; never by default.
    """

    def __init__(self, seconds: float = math.inf) -> None:
        self.reason: Reason | None = None
        self.share = Share(self.check)
        self._deadline = time.monotonic() + seconds
        self._waits_for: Future[list[list[Candidate]]] | None = None

    def cancel(self, reason: Reason) -> None:
        """Stop the request at its next check, or at once if it waits for its turn at the model."""
        self.reason = self.reason or reason
        if (future := self._waits_for) is not None:
            future.cancel()

    def check(self) -> None:
        """Raises Abandoned once cancelled, or past its time."""
        if self.reason is None and time.monotonic() > self._deadline:
            self.reason = "deadline"
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


def work_for(ticket: Ticket, permits: Permits) -> None:
    """This thread works for the request of ``ticket``: it stops once that is given up, its model between tokens too,
    and gives its permit to one that has run less."""

    def look() -> None:
        ticket.check()
        permits.give_way(ticket.share)

    current.set(ticket)
    interrupt.set(look)


@contextmanager
def permitted(permits: Permits, ticket: Ticket) -> Iterator[None]:
    """Hold a permit. Raises Abandoned when nobody waits for the request any more, be it before there is one."""
    permits.acquire(ticket.share)
    try:
        ticket.check()
        yield
    finally:
        permits.release(ticket.share)


class _Call(NamedTuple):
    prompts: Sequence[Prompt]
    limits: Limits
    future: Future[list[list[Candidate]]]


@contextmanager
def elsewhere(permits: Permits) -> Iterator[Ticket]:
    """Give the permit back while something else works for this thread. Raises Abandoned when nobody waits for it."""
    ticket = current.get()
    ticket.check()
    permits.release(ticket.share)
    try:
        yield ticket
    finally:
        permits.acquire(ticket.share, come_what_may=True)
        ticket.check()


class SharedGenerator:
    """A Generator that gives its permit back while it waits for the wrapped one, and stops when given up."""

    def __init__(self, generator: Generator, permits: Permits) -> None:
        self.name, self.window = generator.name, generator.window
        self.languages, self.unit = generator.languages, generator.unit
        self.count_tokens, self.overhead = generator.count_tokens, generator.overhead
        self._generate, self._permits = generator.generate, permits

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """As the wrapped generator's. Raises Abandoned when the request is given up meanwhile."""
        with elsewhere(self._permits):
            return self._generate(prompts, limits)


class SharedStreamer(SharedGenerator):
    """The same for one that streams: llama.cpp and servers, which put the tokens of many requests into one batch."""

    def __init__(self, generator: Streaming, permits: Permits) -> None:
        super().__init__(generator, permits)
        self._stream = generator.stream

    def stream(self, prompt: Prompt, limits: Limits) -> Iterator[str]:
        """As the wrapped generator's. Raises Abandoned when the request is given up meanwhile."""
        pieces = self._stream(prompt, limits)
        try:
            while True:
                with elsewhere(self._permits):
                    piece = next(pieces, None)
                if piece is None:
                    return
                yield piece
        finally:
            if close := getattr(pieces, "close", None):
                close()


class SharedJudge:
    """A Judge that gives its permit back while it reads."""

    def __init__(self, judge: Judge, permits: Permits) -> None:
        self.name, self.threshold, self.held_weight = judge.name, judge.threshold, judge.held_weight
        self._entailed, self._permits = judge.entailed, permits

    def entailed(self, pairs: Sequence[Pair]) -> list[float]:
        """As the wrapped judge's. Raises Abandoned when the request is given up meanwhile."""
        with elsewhere(self._permits):
            return self._entailed(pairs)


class BatchingGenerator(SharedGenerator):
    """Merges the concurrent ``generate`` calls of equal limits into one of the wrapped generator.

    most_prompts: a merged call takes further calls as long as it has no more prompts than this.
    """

    def __init__(self, generator: Generator, permits: Permits, metrics: Metrics, *, most_prompts: int) -> None:
        super().__init__(generator, permits)
        self._metrics, self._most_prompts = metrics, most_prompts
        self._waiting: list[_Call] = []
        self._arrived = threading.Condition()
        threading.Thread(target=self._serve, name=f"batch-{self.name}", daemon=True).start()

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """As the wrapped generator's. Raises Abandoned when the request is given up meanwhile."""
        call = _Call(prompts, limits, Future())
        with elsewhere(self._permits) as ticket:
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


class SharedSummarizer(Summarizer):
    """A Summarizer whose models many requests share; each runs in a thread with its ``current`` ticket set."""

    def __init__(self, settings: Settings, permits: Permits, metrics: Metrics) -> None:
        super().__init__(settings=settings)
        self._permits, self._metrics = permits, metrics
        self._shared: dict[str, Generator] = {}
        self._sharing = threading.Lock()

    def generator(self, model: str | None = None) -> Generator:
        """The generator of the library, shared by all requests."""
        name = model or self.model
        with self._sharing:
            if name not in self._shared:
                self._shared[name] = self._share(super().generator(name))
            return self._shared[name]

    def judge(self, model: str | None = None) -> Judge | None:
        """The judge of the library, shared by all requests."""
        judge = super().judge(model)
        return None if judge is None else SharedJudge(judge, self._permits)

    def _share(self, generator: Generator) -> Generator:
        if isinstance(generator, Streaming):
            return SharedStreamer(generator, self._permits)
        if generator.name == "extractive":
            return SharedGenerator(generator, self._permits)
        return BatchingGenerator(generator, self._permits, self._metrics, most_prompts=_MERGED)

"""Several stories written at once: what they ask of a model goes into one call, as a GPU wants it.

They are written in step. Once all that are not finished wait for drafts, they get them: what is in a call depends on
the stories alone, never on how fast each of them was, and so the same stories give the same bytes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import NamedTuple, TypeVar

from summarizer.generation.base import Candidate, Generator, Limits, Prompt, Streaming
from summarizer.summarizer import Summarizer

T = TypeVar("T")
R = TypeVar("R")
_place: ContextVar[int] = ContextVar("place")
"""Of the story that this thread writes."""


class _Call(NamedTuple):
    place: int
    prompts: Sequence[Prompt]
    limits: Limits


class BatchSummarizer(Summarizer):
    """A Summarizer that can write several stories together."""

    _step: _InStep | None = None

    def generator(self, model: str | None = None) -> Generator:
        """See Summarizer."""
        found = super().generator(model)
        return self._step if self._step is not None and self._step.of is found else found

    def each(self, write: Callable[[T], R], stories: Sequence[T], model: str | None) -> list[R]:
        """``write`` of each story, in a thread of its own, whose drafts by ``model`` are made together.

        Of a chat model, which is stopped as soon as a sentence is refused, and of no model: one after the other.
        """
        generator = super().generator(model)
        if len(stories) == 1 or isinstance(generator, Streaming) or generator.unit == "sentence":
            return [write(story) for story in stories]
        step = self._step = _InStep(generator, len(stories))

        def one(place: int, story: T) -> R:
            _place.set(place)
            try:
                return write(story)
            finally:
                step.leave()

        try:
            with ThreadPoolExecutor(len(stories)) as threads:
                return list(threads.map(one, range(len(stories)), stories))
        finally:
            self._step = None


class _InStep:
    """A Generator for so many ``stories``: it waits until all of those that are not finished have asked."""

    def __init__(self, generator: Generator, stories: int) -> None:
        self.of = generator
        self.name, self.window = generator.name, generator.window
        self.languages, self.unit = generator.languages, generator.unit
        self.count_tokens, self.overhead = generator.count_tokens, generator.overhead
        self._stories = stories
        self._calls: list[_Call] = []
        self._drafts: dict[int, list[list[Candidate]] | Exception] = {}
        self._changed = threading.Condition()

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        """See Generator."""
        place = _place.get()
        with self._changed:
            self._calls.append(_Call(place, prompts, limits))
            self._answer()
            self._changed.wait_for(lambda: place in self._drafts)
            drafts = self._drafts.pop(place)
        if isinstance(drafts, Exception):
            raise drafts
        return drafts

    def leave(self) -> None:
        """A story is finished."""
        with self._changed:
            self._stories -= 1
            self._answer()

    def _answer(self) -> None:
        """Give all who wait their drafts, if nobody is missing."""
        if len(self._calls) < self._stories:
            return
        calls, self._calls = sorted(self._calls, key=lambda call: call.place), []
        for limits in dict.fromkeys(call.limits for call in calls):
            self._generate([call for call in calls if call.limits == limits])
        self._changed.notify_all()

    def _generate(self, calls: Sequence[_Call]) -> None:
        """Drafts of calls with the same limits."""
        try:
            drafts = iter(self.of.generate([prompt for call in calls for prompt in call.prompts], calls[0].limits))
        except Exception as failure:
            if len(calls) == 1:
                self._drafts[calls[0].place] = failure
                return
            for call in calls:  # the batch may be too large for the GPU's memory
                self._generate([call])
        else:
            self._drafts |= {call.place: [next(drafts) for _ in call.prompts] for call in calls}

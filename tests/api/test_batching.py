"""Merging of concurrent calls, on a small generator of our own that shows what it was called with."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from api.batching import Abandoned, BatchingGenerator, SharedStreamer, Ticket, current, permitted, work_for
from api.permits import Permits
from api.telemetry import Metrics
from summarizer.errors import GenerationError
from summarizer.generation.base import Candidate, Limits, Passage, Prompt, Unit
from summarizer.generation.gguf import GgufGenerator
from summarizer.settings import Settings


class Echo:
    """Writes what it reads, slowly; "broken" cannot be written."""

    name, window, languages = "echo", 100, None
    unit: Unit = "sentence"

    def __init__(self) -> None:
        self.calls: list[int] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def overhead(self, prompt: Prompt) -> int:
        return 0

    def generate(self, prompts: Sequence[Prompt], limits: Limits) -> list[list[Candidate]]:
        self.calls.append(len(prompts))
        time.sleep(0.1)
        texts = [prompt.passages[0].sentences[0] for prompt in prompts]
        if "broken" in texts:
            raise GenerationError("it broke", remedy="Mend it.")
        return [[Candidate(text=f"{text} {limits.seed}", prompt_tokens=1, completion_tokens=1)] for text in texts]


def prompt(text: str) -> Prompt:
    return Prompt(passages=(Passage(document="1", sentences=(text,), salience=(1.0,)),), max_words=5)


class Shared:
    """A batching generator and a way to call it as a request does."""

    def __init__(self, most_prompts: int = 64) -> None:
        self.echo, self.permits = Echo(), Permits(1)
        self.generator = BatchingGenerator(self.echo, self.permits, Metrics(), most_prompts=most_prompts)

    def call(self, texts: Sequence[str], seed: int = 0, ticket: Ticket | None = None) -> list[str]:
        ticket = ticket or Ticket()
        current.set(ticket)
        with permitted(self.permits, ticket):
            drafts = self.generator.generate([prompt(text) for text in texts], Limits(seed=seed))
        return [candidates[0].text for candidates in drafts]


def test_calls_that_wait_go_in_together_and_get_their_own_back() -> None:
    shared = Shared()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: shared.call([f"{n}a", f"{n}b"]), range(8)))
    assert found == [[f"{n}a 0", f"{n}b 0"] for n in range(8)]
    assert sum(shared.echo.calls) == 16
    assert len(shared.echo.calls) < 8


def test_other_limits_and_full_batches_go_separately() -> None:
    shared = Shared(most_prompts=3)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: shared.call(["x"], seed=n % 2), range(8)))
    assert found == [[f"x {n % 2}"] for n in range(8)]
    assert max(shared.echo.calls) <= 3


def test_one_broken_prompt_does_not_break_its_batch() -> None:
    shared = Shared()
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(shared.call, [text]) for text in ("first", "a", "broken", "b")]
    assert [run.result() for run in runs if not run.exception()] == [["first 0"], ["a 0"], ["b 0"]]
    assert isinstance(runs[2].exception(), GenerationError)


def test_a_cancelled_call_is_not_made() -> None:
    shared = Shared()
    ticket = Ticket()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(shared.call, ["first"])
        time.sleep(0.03)
        second = pool.submit(shared.call, ["second"], 0, ticket)
        time.sleep(0.03)
        ticket.cancel("left")
        with pytest.raises(Abandoned):
            second.result(timeout=0.05)
        assert first.result() == ["first 0"]
    time.sleep(0.15)
    assert shared.echo.calls == [1]


def streamer(path: Path, **settings: int) -> SharedStreamer:
    generator = GgufGenerator(path, Settings(threads=1, **settings), name="gguf:tiny")
    return SharedStreamer(generator, Permits(1))


def read(shared: SharedStreamer, text: str, ticket: Ticket, words: int = 100) -> str:
    work_for(ticket, shared._permits)
    asked = prompt(text).model_copy(update={"max_words": words})
    with permitted(shared._permits, ticket):
        return "".join(shared.stream(asked, Limits()))


def test_a_request_that_is_given_up_stops_the_model(tiny_gguf: Path) -> None:
    shared, ticket = streamer(tiny_gguf), Ticket()
    with ThreadPoolExecutor(2) as pool:
        left = pool.submit(read, shared, "The bridge is closed.", ticket, 200)
        waiting = pool.submit(read, shared, "The bridge is closed.", ticket, 200)
        time.sleep(0.1)
        begun = time.monotonic()
        ticket.cancel("left")
        for run in (left, waiting):
            with pytest.raises(Abandoned):
                run.result(timeout=10)
        assert read(shared, "The ferry sails.", Ticket(), 5)
        assert time.monotonic() - begun < 3


def test_with_slots_nobody_waits_for_the_end_of_anothers_text(tiny_gguf: Path) -> None:
    shared = streamer(tiny_gguf, slots=4)
    ticket = Ticket()
    work_for(ticket, shared._permits)
    with permitted(shared._permits, ticket):
        open_text = shared.stream(prompt("Bridge 1 is closed."), Limits())
        next(open_text)
    with ThreadPoolExecutor(8) as pool, closing(open_text):  # closed first, so that nobody waits for it for ever
        others = [pool.submit(read, shared, f"Bridge {number} is closed.", Ticket(), 5) for number in range(8)]
        assert all(other.result(timeout=60) for other in others)

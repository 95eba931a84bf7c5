"""Threads that share the processors: short texts first, long ones in the end too, and nobody for ever."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from api.permits import LONG, Permits, Share
from summarizer.cached import cached_property


class GoneError(Exception):
    """Nobody waits for the request any more."""


def work(permits: Permits, share: Share, seconds: float) -> float:
    """Run for so long, with a look every few milliseconds; when it was done."""
    permits.acquire(share)
    try:
        had = 0.0
        while had < seconds:
            begun = time.monotonic()
            time.sleep(0.005)
            had += time.monotonic() - begun
            permits.give_way(share)
        return time.monotonic()
    finally:
        permits.release(share)


def test_a_long_text_gives_way_to_a_short_one() -> None:
    permits = Permits(1)
    with ThreadPoolExecutor(2) as pool:
        long = pool.submit(work, permits, Share(length=2 * LONG), 0.6)
        time.sleep(0.1)
        begun = time.monotonic()
        short = pool.submit(work, permits, Share(length=500), 0.05)
        assert short.result() - begun < 0.25
        assert not long.done()
        assert long.result() > short.result()


def test_of_those_that_wait_the_shortest_is_next() -> None:
    permits, order = Permits(1), []
    holder = Share()
    permits.acquire(holder)

    def enter(length: int) -> None:
        share = Share(length=length)
        permits.acquire(share)
        order.append(length)
        permits.release(share)

    with ThreadPoolExecutor(3) as pool:
        for length in (30_000, 10_000, 20_000):
            pool.submit(enter, length)
            time.sleep(0.02)
        permits.release(holder)
    assert order == [10_000, 20_000, 30_000]


def test_a_stream_of_short_texts_does_not_starve_a_long_one() -> None:
    permits, stop = Permits(1), threading.Event()

    def insist() -> None:
        while not stop.is_set():
            work(permits, Share(length=500), 0.03)

    with ThreadPoolExecutor(4) as pool:
        clients = [pool.submit(insist) for _ in range(3)]
        time.sleep(0.1)
        long: Future[float] = pool.submit(work, permits, Share(length=LONG), 0.1)
        try:
            assert long.result(timeout=15)
        finally:
            stop.set()
        [client.result() for client in clients]


def test_without_short_texts_long_ones_have_all_permits() -> None:
    permits, first, second = Permits(2), Share(length=LONG), Share(length=LONG)
    permits.acquire(first)
    permits.acquire(second)  # at once, or this test would hang
    permits.release(first)
    permits.release(second)


def test_while_short_texts_come_one_permit_is_not_for_long_ones() -> None:
    permits, first, second = Permits(2), Share(length=LONG), Share(length=LONG)
    work(permits, Share(length=500), 0.01)
    permits.acquire(first)
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(permits.acquire, second)
        time.sleep(0.05)
        assert not waits.done()
        short = Share(length=500)
        permits.acquire(short)  # at once, or this test would hang
        permits.release(short)
        permits.release(first)
        waits.result(timeout=5)


def test_who_is_given_up_leaves_the_line() -> None:
    permits, holder = Permits(1), Share()
    permits.acquire(holder)

    def gone() -> None:
        raise GoneError

    with pytest.raises(GoneError):
        permits.acquire(Share(gone))
    permits.release(holder)
    permits.acquire(holder)  # the one that left has taken nothing along
    permits.release(holder)


def test_who_gives_way_comes_back_even_if_the_other_waits_for_its_lock() -> None:
    permits, lock, short_waits = Permits(1), threading.Lock(), threading.Event()

    def short() -> None:
        share = Share(length=500)
        permits.acquire(share)
        short_waits.set()
        with lock:
            permits.release(share)

    long = Share(length=LONG)
    permits.acquire(long)
    with ThreadPoolExecutor(1) as pool:
        with lock:
            other = pool.submit(short)
            while not short_waits.is_set():
                time.sleep(0.01)
                permits.give_way(long)
        permits.release(long)
        other.result(timeout=10)


def test_what_is_computed_for_one_holds_up_no_other() -> None:
    """functools.cached_property of Python 3.11 has one lock for all instances of a class."""
    inside = threading.Barrier(2)

    class Article:
        @cached_property
        def words(self) -> int:
            """Counted by both at once, or never."""
            inside.wait(timeout=10)
            return 3

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda article: article.words, [Article(), Article()])) == [3, 3]
    assert Article.words.__doc__ == "Counted by both at once, or never."
    article = Article()
    article.__dict__["words"] = 5
    assert article.words == 5

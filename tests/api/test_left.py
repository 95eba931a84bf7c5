"""A request that nobody waits for holds no processor a second later, whatever its text is."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hostile import SHAPES
from serving import Server, sqlite_url, story

POSTED = ["table", "clauses", "times", "quotation marks"]
_SECONDS = re.compile(r"^process_cpu_seconds_total (\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that gives every request a second and a half."""
    with Server(jobs_url=sqlite_url(tmp_path_factory.mktemp("jobs")), request_timeout=1.5, cache_bytes=0) as running:
        yield running


def processor_seconds(server: Server) -> float:
    """What the server has used so far."""
    found = _SECONDS.search(httpx.get(f"{server.url}/metrics", timeout=30).text)
    assert found is not None
    return float(found[1])


def used_after_a_second(server: Server) -> float:
    """Processor seconds of the second after the next one."""
    time.sleep(1.0)
    before = processor_seconds(server)
    time.sleep(1.0)
    return processor_seconds(server) - before


def post(server: Server, shape: str, patience: float) -> int | None:
    """The status of a request with 64 KB of that shape; None when the client left before there was one."""
    try:
        body = {"documents": [{"text": SHAPES[shape](64_000)}]}
        return httpx.post(f"{server.url}/v1/summaries", json=body, timeout=patience).status_code
    except httpx.TimeoutException:
        return None


@pytest.mark.parametrize(("patience", "answer"), [(20.0, 504), (0.7, None)], ids=["deadline", "left"])
def test_nothing_goes_on_after_the_deadline_or_the_client(hurried: Server, patience: float, answer: int | None) -> None:
    with ThreadPoolExecutor(len(POSTED)) as clients:
        answers = list(clients.map(lambda shape: post(hurried, shape, patience), POSTED))
    assert answers == [answer] * len(POSTED)
    assert used_after_a_second(hurried) < 0.3
    assert hurried.client().summarize([{"text": story(1)}]).sentences

"""Two hundred hostile texts at once leave the service quick, of the same size, and of use to others."""

from __future__ import annotations

import re
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import httpx
import pytest
from hostile import SHAPES
from serving import Server, sqlite_url, story

POSTED, CLIENTS, SIZE = 200, 8, 64_000
_MEMORY = re.compile(r"^process_resident_memory_bytes (\S+)$", re.MULTILINE)


def memory(client: httpx.Client) -> float:
    """Bytes that the server holds."""
    found = _MEMORY.search(client.get("/metrics").text)
    assert found is not None
    return float(found[1])


@pytest.mark.slow
def test_two_hundred_hostile_texts_hold_up_nobody(tmp_path: Path) -> None:
    # Less than a second each: what is too long for it must be over then.
    with (
        Server(jobs_url=sqlite_url(tmp_path), request_timeout=0.8, cache_bytes=0) as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        pulse: list[float] = []
        stop = threading.Event()

        def look() -> None:
            with httpx.Client(base_url=server.url, timeout=60) as other:
                while not stop.wait(0.1):
                    begun = time.perf_counter()
                    other.get("/healthz").raise_for_status()
                    pulse.append(time.perf_counter() - begun)

        def post(shape: str) -> int:
            body = {"documents": [{"text": SHAPES[shape](SIZE)}]}
            return client.post("/v1/summaries", json=body).status_code

        shapes = list(islice(cycle(SHAPES), POSTED))
        with ThreadPoolExecutor(CLIENTS + 1) as clients:
            looking = clients.submit(look)
            statuses = list(clients.map(post, shapes[: POSTED // 2]))
            before = memory(client)
            statuses += clients.map(post, shapes[POSTED // 2 :])
            after = memory(client)
            stop.set()
            looking.result()
        begun = time.monotonic()
        assert client.post("/v1/summaries", json={"documents": [{"text": story(1)}]}).status_code == 200
        assert time.monotonic() - begun < 0.8
    assert set(statuses) <= {200, 422, 504}
    assert after < 1.2 * before
    assert statistics.quantiles(pulse, n=20)[-2] < 0.1, statistics.quantiles(pulse, n=20)

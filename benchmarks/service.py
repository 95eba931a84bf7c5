"""Load on a real server: requests a second, latency, refusals and memory at 1x, 2x and 4x of what it can do.

    python benchmarks/service.py load --model extractive --seconds 15
    python benchmarks/service.py clients --model embedded --requests 16      # 8 clients against 1, side by side
    python benchmarks/service.py memory --minutes 10
    python benchmarks/service.py job --requests 100000               # sent and received, a line at a time

Capacity is what eight clients without a pause get answered; the multiples are offered open-loop, at fixed times whether
or not earlier requests have ended. Every request is a story of its own, and the cache is off.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))
from serving import Server, sqlite_url, story

from summarizer.client import job_request


class Load:
    """Requests to a server, or to several by turns, and what became of them."""

    def __init__(self, *urls: str) -> None:
        limits = httpx.Limits(max_connections=None)
        self.http, self.urls = httpx.AsyncClient(timeout=1200, limits=limits), urls
        self.number = 0
        self.reset()

    def reset(self) -> None:
        """Forget the outcomes so far."""
        self.outcomes: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.refusals: list[float] = []
        self.health: list[float] = []

    async def one(self) -> None:
        """One request, timed."""
        self.number += 3
        body = {"documents": [{"text": story(self.number + n)} for n in range(3)], "max_words": 60}
        begun = time.perf_counter()
        try:
            url = self.urls[self.number // 3 % len(self.urls)]
            answer = await self.http.post(f"{url}/v1/summaries", json=body)
        except httpx.TransportError:
            self.outcomes["lost"] += 1
            return
        took = time.perf_counter() - begun
        kind = {200: "done", 503: "refused", 504: "late"}.get(answer.status_code, str(answer.status_code))
        self.outcomes[kind] += 1
        (self.refusals if kind == "refused" else self.seconds).append(took)

    async def probe(self) -> None:
        """Time /healthz ten times a second."""
        while True:
            begun = time.perf_counter()
            await self.http.get(f"{self.urls[0]}/healthz")
            self.health.append(time.perf_counter() - begun)
            await asyncio.sleep(0.1)

    async def closed(self, clients: int, *, seconds: float = 0.0, requests: int = 0) -> float:
        """``clients`` that ask again as soon as they are answered; the requests a second that were done."""
        self.reset()
        begun = time.perf_counter()
        left = requests or sys.maxsize

        async def client() -> None:
            nonlocal left
            while left > 0 and (not seconds or time.perf_counter() - begun < seconds):
                left -= 1
                await self.one()

        await asyncio.gather(*(client() for _ in range(clients)))
        return self.outcomes["done"] / (time.perf_counter() - begun)

    async def open(self, rate: float, seconds: float) -> float:
        """Requests at ``rate`` a second, come what may; the requests a second that were done."""
        self.reset()
        probe = asyncio.create_task(self.probe())
        begun, running = time.perf_counter(), []
        for n in range(max(1, int(rate * seconds))):
            await asyncio.sleep(max(0.0, begun + n / rate - time.perf_counter()))
            running.append(asyncio.create_task(self.one()))
        await asyncio.gather(*running)
        probe.cancel()
        return self.outcomes["done"] / (time.perf_counter() - begun)


def megabytes(server: Server) -> float:
    """Resident memory of the server."""
    return float(psutil.Process(server.process.pid).memory_info().rss) / 2**20


def processor_seconds(server: Server) -> float:
    """What the server has used of processors since its start."""
    times = psutil.Process(server.process.pid).cpu_times()
    return float(times.user + times.system)


def percentiles(values: list[float]) -> str:
    """p50 / p95 / p99 in milliseconds."""
    if len(values) < 2:
        return "-"
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return " / ".join(f"{1000 * cuts[at - 1]:.0f}" for at in (50, 95, 99))


async def load(server: Server, seconds: float) -> None:
    """The table at 1x, 2x and 4x of capacity."""
    driver = Load(server.url)
    await driver.closed(8, seconds=3)
    capacity = await driver.closed(8, seconds=seconds)
    print(f"capacity {capacity:.2f} requests a second (8 clients)\n")
    print("| offered | done a second | p50 / p95 / p99 ms | refused | their p50 / p95 / p99 ms | late | lost "
          "| /healthz p50 / p95 / p99 ms | MB |\n|---|---|---|---|---|---|---|---|---|")  # fmt: skip
    for times in (1, 2, 4):
        done = await driver.open(times * capacity, seconds)
        counts = driver.outcomes
        print(f"| {times}x | {done:.2f} | {percentiles(driver.seconds)} | {counts['refused']} "
              f"| {percentiles(driver.refusals)} | {counts['late']} | {counts['lost']} "
              f"| {percentiles(driver.health)} | {megabytes(server):.0f} |", flush=True)  # fmt: skip


async def clients(servers: Sequence[Server], requests: int) -> None:
    """Throughput of eight clients against one, on one process and, where there are more, on all."""
    ways = {"1 client": (1, Load(servers[0].url)), "8 clients": (8, Load(servers[0].url))}
    if len(servers) > 1:
        ways[f"8 clients, {len(servers)} processes"] = (8, Load(*(server.url for server in servers)))
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for turn in range(2):  # by turns, so that a noisy neighbour meets all
        for way, (count, driver) in ways.items():
            begun, used = time.perf_counter(), sum(map(processor_seconds, servers))
            rate = await driver.closed(count, requests=max(count, requests // 2))
            used = sum(map(processor_seconds, servers)) - used
            found[way].append((rate, used / (time.perf_counter() - begun)))
            print(f"turn {turn + 1}, {way}: {60 * rate:.1f} requests a minute", flush=True)
    one = statistics.mean(rate for rate, _ in found["1 client"])
    print(f"| | requests a minute | to 1 client | processors busy of {os.cpu_count()} |\n|---|---|---|---|")
    for way, turns in found.items():
        rate, busy = (statistics.mean(values) for values in zip(*turns, strict=True))
        print(f"| {way} | {60 * rate:.1f} | {rate / one:.2f}x | {busy:.2f} |")


async def memory(server: Server, minutes: float) -> None:
    """Resident memory, minute by minute, under steady load."""
    driver = Load(server.url)
    begun, done = time.monotonic(), 0
    for minute in range(int(minutes) + 1):
        print(f"minute {minute}: {megabytes(server):.0f} MB, {done} done", flush=True)
        if minute < minutes:
            await driver.closed(4, seconds=begun + 60 * (minute + 1) - time.monotonic())
            done += driver.outcomes["done"]


async def job(server: Server, requests: int) -> None:
    """Memory and time of a large job, sent and read back while it runs. Every second line is a request that is refused
    on arrival, so that its result is there to be read."""
    before = megabytes(server)
    with server.client() as client:
        begun = time.perf_counter()
        sent = client.submit(job_request(f"story-{n}", [story(n)] * (n % 2)) for n in range(requests))
        took = time.perf_counter() - begun
        print(f"{requests:,} requests taken in {took:.1f} s; {before:.0f} MB before, {megabytes(server):.0f} MB after")
        begun = time.perf_counter()
        read = sum(1 for _ in client.results(sent.id))
        took = time.perf_counter() - begun
        print(f"{read:,} results read in {took:.1f} s while it ran; {megabytes(server):.0f} MB")
        print(client.cancel(sent.id).counts)


def main() -> None:
    """Run one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["load", "clients", "memory", "job"])
    parser.add_argument("--model", default="extractive")
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--requests", type=int, default=16)
    parser.add_argument("--processes", type=int, default=1, help="servers of the clients' test")
    parser.add_argument("--minutes", type=float, default=10.0)
    given = parser.parse_args()
    settings = {"cache_bytes": 0, "rate_limit": "", "request_timeout": 1200}
    folder = Path(tempfile.mkdtemp())
    with ExitStack() as servers:

        def start() -> Server:
            return servers.enter_context(Server(jobs_url=sqlite_url(folder), model=given.model, **settings))

        server = start()
        work = {
            "load": lambda: load(server, given.seconds),
            "clients": lambda: clients([server, *(start() for _ in range(given.processes - 1))], given.requests),
            "memory": lambda: memory(server, given.minutes),
            "job": lambda: job(server, given.requests),
        }
        asyncio.run(work[given.what]())


if __name__ == "__main__":
    main()

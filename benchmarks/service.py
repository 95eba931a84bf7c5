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
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))
from serving import Server, sqlite_url, story

from summarizer.client import job_request


class Load:
    """Requests to one server and what became of them."""

    def __init__(self, url: str) -> None:
        limits = httpx.Limits(max_connections=None)
        self.http = httpx.AsyncClient(base_url=url, timeout=300, limits=limits)
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
            answer = await self.http.post("/v1/summaries", json=body)
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
            await self.http.get("/healthz")
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
    found = re.search(r"^VmRSS:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def processor_seconds(server: Server) -> float:
    """What the server has used of processors since its start."""
    user, system = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


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


async def clients(server: Server, requests: int) -> None:
    """Throughput of eight clients against one."""
    driver = Load(server.url)
    await driver.closed(2, requests=2)
    rates: dict[int, list[float]] = {1: [], 8: []}
    busy: dict[int, list[float]] = {1: [], 8: []}
    for _ in range(2):  # turn about, so that a noisy neighbour meets both
        for count, found in rates.items():
            begun, used = time.perf_counter(), processor_seconds(server)
            found.append(await driver.closed(count, requests=requests // 2))
            busy[count].append((processor_seconds(server) - used) / (time.perf_counter() - begun))
    one, eight = (statistics.mean(rates[count]) for count in (1, 8))
    print(f"1 client {one:.3f}, 8 clients {eight:.3f} requests a second: {eight / one:.2f}x {rates}")
    print(f"processors that the server kept busy of {os.cpu_count()}: {busy}")
    for line in httpx.get(f"{server.url}/metrics").text.splitlines():
        if re.match(r"summarizer_generate_(calls|prompts)_(sum|count) ", line):
            print(line)


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
    parser.add_argument("--minutes", type=float, default=10.0)
    given = parser.parse_args()
    settings = {"cache_bytes": 0, "rate_limit": "", "request_timeout": 120}
    folder = Path(tempfile.mkdtemp())
    with Server(jobs_url=sqlite_url(folder), model=given.model, **settings) as server:
        work = {
            "load": lambda: load(server, given.seconds),
            "clients": lambda: clients(server, given.requests),
            "memory": lambda: memory(server, given.minutes),
            "job": lambda: job(server, given.requests),
        }
        asyncio.run(work[given.what]())


if __name__ == "__main__":
    main()

"""An operator's bad day, at random: whatever was accepted ends, every line with one result and the right one."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from faults import Clock, Disk, Postgres
from job_runs import requests
from serving import Server, sqlite_url, story

from summarizer.client import Client, RequestError

SEED = int(os.environ.get("FAULT_SEED", "1"))
"""Another seed is another day."""
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "0"))
"""So many rounds of longer faults in the place of one short one."""
LONGEST = 120.0
"""Seconds that a job may take once everything is right again."""
DAY = 86_400


class Service:
    """Two servers on one database, one disk and one clock, and everything that may happen to them."""

    def __init__(self, stack: ExitStack, kind: str, dice: random.Random) -> None:
        # Not among pytest's own folders, which another user may not enter.
        folder = Path(stack.enter_context(TemporaryDirectory()))
        folder.chmod(0o755)
        self.dice = dice
        self.disk = Disk(folder / "disk", megabytes=24 if kind == "sqlite" else 120)
        stack.callback(self.disk.close)
        self.postgres = Postgres(self.disk.folder) if kind == "postgresql" else None
        if self.postgres:
            stack.callback(self.postgres.close)
        self.clock = Clock(folder / "clock")
        url = self.postgres.url if self.postgres else sqlite_url(self.disk.folder)
        given = {"lease_seconds": 2, "request_timeout": 60, "environment": self.clock.environment}
        self.servers = [stack.enter_context(Server(jobs_url=url, **given)) for _ in range(2)]

    @contextmanager
    def restarted(self) -> Iterator[None]:
        """The database is restarted."""
        assert self.postgres
        self.postgres.stop()
        self.postgres.start()
        yield

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """The database is away."""
        assert self.postgres
        self.postgres.stop()
        yield
        self.postgres.start()

    @contextmanager
    def full(self) -> Iterator[None]:
        """The disk is full."""
        self.disk.fill()
        yield
        self.disk.free()
        if self.postgres:
            self.postgres.start()  # it may have given up

    @contextmanager
    def killed(self) -> Iterator[None]:
        """A server dies."""
        server = self.dice.choice(self.servers)
        server.kill()
        yield
        server.start()

    @contextmanager
    def terminated(self) -> Iterator[None]:
        """A server is stopped as orchestrators do."""
        server = self.dice.choice(self.servers)
        server.stop()
        yield
        server.start()

    @contextmanager
    def moved(self) -> Iterator[None]:
        """The clock is wrong, and put right."""
        self.clock.move(self.dice.choice([-400 * DAY, -3600, 3600, 400 * DAY]))
        yield
        self.clock.move(0)

    def faults(self) -> list[str]:
        """What may happen here, in the order in which it is put right: a database needs its disk, servers need both."""
        return ["full", *(["restarted", "stopped"] if self.postgres else []), "moved", "killed", "terminated"]

    def client(self) -> Client:
        return self.dice.choice(self.servers).client(attempts=6, timeout=30)


def bad_day(kind: str, rounds: int, lines: int, longest_pause: float) -> None:
    """So many rounds of a job, one or two faults at once in the midst of it, and another job while they last."""
    dice = random.Random(SEED)
    with ExitStack() as stack:
        service = Service(stack, kind, dice)
        for number in range(rounds):
            accepted = [_submitted(service.client(), 1000 * number, lines)]
            chosen = dice.sample(service.faults(), k=dice.choice([1, 1, 2]))
            done = _run_until(service, accepted[0][0], dice.randrange(lines // 2))
            with ExitStack() as happening:
                # Entered in the reverse order of being put right.
                for fault in sorted(chosen, key=service.faults().index, reverse=True):
                    happening.enter_context(getattr(service, fault)())
                try:
                    with dice.choice(service.servers).client(attempts=1, timeout=5) as hasty:
                        accepted.append(_submitted(hasty, 1000 * number + lines, 5))
                except RequestError:
                    pass  # it was told so, and nothing was promised
                time.sleep(dice.uniform(0.2, longest_pause))
            print(
                f"round {number}: {' and '.join(chosen)} at {done} of {lines}, {len(accepted)} jobs accepted",
                flush=True,
            )
            for job, first, count in accepted:
                _all_there(service, job, first, count, f"round {number} of seed {SEED}: {' and '.join(chosen)}")


def _run_until(service: Service, job: str, done: int) -> int:
    """Wait until so many lines have a result; how many have one then."""
    with service.client() as client:
        while (now := client.job(job).counts.done) < done:
            time.sleep(0.05)
    return now


def _submitted(client: Client, first: int, count: int) -> tuple[str, int, int]:
    return client.submit(list(requests(count, first))).id, first, count


def _all_there(service: Service, job: str, first: int, count: int, when: str) -> None:
    until = time.monotonic() + LONGEST
    with service.client() as client:
        while not (found := client.job(job)).ended_at:
            assert time.monotonic() < until, (
                f"{when}: the job stands at {found.counts}\n{service.servers[0].read_log()}"
            )
            time.sleep(0.2)
        results = list(client.results(job))
        assert [one.custom_id for one in results] == [f"story-{n}" for n in range(first, first + count)], when
        assert [one.error for one in results if one.error] == [], when
        assert found.counts.done == found.counts.total == count, when
        expected = client.summarize([story(first + count - 1)], max_words=30, key_points=2)
    assert results[-1].response == expected, when


def test_a_server_started_on_a_full_disk_waits_for_room(tmp_path: Path) -> None:
    with ExitStack() as stack:
        disk = Disk(tmp_path / "disk", megabytes=24)
        stack.callback(disk.close)
        server = stack.enter_context(Server(jobs_url=sqlite_url(disk.folder), lease_seconds=1))
        with server.client() as client:
            job, _, count = _submitted(client, 0, 40)
        disk.fill()
        server.kill()
        server._awaited = "/healthz"
        server.start()
        time.sleep(1.5)
        assert "database" in httpx.get(f"{server.url}/readyz").json()["missing"]
        with server.client(attempts=1) as client:
            with pytest.raises(RequestError, match="database is not there"):
                _submitted(client, 1_000, 1)
            disk.free()
            client.wait(job, poll=0.2)
            assert [one.line for one in client.results(job, failed=False)] == list(range(1, count + 1))
            assert [listed.id for listed in client.jobs()] == [job]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_bad_day_loses_and_doubles_nothing(kind: str) -> None:
    if ROUNDS:
        bad_day(kind, rounds=ROUNDS, lines=80, longest_pause=30.0)
    else:
        bad_day(kind, rounds=1, lines=40, longest_pause=1.5)

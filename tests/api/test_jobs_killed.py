"""Jobs whose servers are killed: nothing is lost, nothing is done twice, and another server takes over."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from job_runs import ended, requests
from serving import Server, sqlite_url, story

from summarizer.client import job_request

ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))
"""How often the kill tests are run, each with fresh jobs; 20 before a release."""
KILLS = 2
"""In each of them at most."""


DEADLY = " ".join(story(n) for n in range(400))
"""Work enough that the server can be killed in the midst of it."""


def killed_again_and_again(url: str, total: int = 40) -> None:
    """Kill the server at random moments until the job has ended; every request has one result, and the right one."""
    with Server(jobs_url=url, lease_seconds=1, request_timeout=600) as server:
        for _ in range(ROUNDS):
            with server.client() as client:
                job = client.submit(list(requests(total))).id
            kills = 0
            while True:
                time.sleep(random.uniform(0.0, 1.5))
                with server.client() as client:
                    if client.job(job).ended_at:
                        break
                server.kill()
                kills += 1
                server.start()
                if kills == KILLS:
                    with server.client() as client:
                        client.wait(job, poll=0.2)
            with server.client() as client:
                results = ended(client, job)
                assert [one.custom_id for one in results] == [f"story-{n}" for n in range(total)]
                assert [one.error for one in results if one.error] == []
                assert client.job(job).counts.done == total
                expected = client.summarize([story(total - 1)], max_words=30, key_points=2)
            assert results[-1].response == expected


@pytest.mark.slow
def test_kill_9_loses_and_doubles_nothing_on_sqlite(tmp_path: Path) -> None:
    killed_again_and_again(sqlite_url(tmp_path))


@pytest.mark.slow
def test_kill_9_loses_and_doubles_nothing_on_postgresql(postgresql: str) -> None:
    killed_again_and_again(postgresql)


@pytest.mark.slow
def test_two_servers_share_a_job_and_one_takes_over_from_the_other(postgresql: str) -> None:
    total = 120
    with Server(jobs_url=postgresql, lease_seconds=1) as first, Server(jobs_url=postgresql, lease_seconds=1) as second:
        with first.client() as client:
            job = client.submit(list(requests(total))).id
        with second.client() as client:
            while not (_done_by(first) and _done_by(second)):
                assert not client.job(job).ended_at, "one server did all the work"
                time.sleep(0.05)
            first.kill()
            results = ended(client, job)
        assert [one.custom_id for one in results] == [f"story-{n}" for n in range(total)]


def test_a_line_that_kills_the_server_again_and_again_fails_and_the_others_run(tmp_path: Path) -> None:
    """The server dies as by a fault in a library, as soon as it writes that line, of nothing else: the first time and
    the fifth of five."""
    with Server(jobs_url=sqlite_url(tmp_path), lease_seconds=1, job_concurrency=1) as server:
        with server.client() as client:
            job = client.submit([job_request("deadly", [DEADLY], max_words=30), *requests(3)]).id
        with closing(sqlite3.connect(tmp_path / "jobs.sqlite", timeout=30)) as database:

            def until_taken(deaths: int) -> None:
                taken = "SELECT 1 FROM summarizer_job_parts WHERE first = 0 AND server IS NOT NULL AND deaths = ?"
                until = time.monotonic() + 30
                while not database.execute(taken, (deaths,)).fetchall():
                    assert time.monotonic() < until
                    time.sleep(0.02)

            until_taken(0)
            server.kill()
            server.start()
            until_taken(1)
            database.execute("UPDATE summarizer_job_parts SET deaths = 4 WHERE first = 0")  # as three more leave it
            database.commit()
            server.kill()
            server.start()
        with server.client() as client:
            results = ended(client, job)
        assert [one.custom_id for one in results if one.error] == ["deadly"]
        assert "died 5 times" in results[0].error.detail
        assert len(results) == 4


def _done_by(server: Server) -> bool:
    return 'job_requests_total{outcome="done"}' in httpx.get(f"{server.url}/metrics").text

"""Jobs: many requests at once, their results, and what becomes of them when servers die."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from job_runs import ended, requests
from serving import Server, Threaded, sqlite_url, story

from summarizer.client import Client, job_request


def test_results_come_in_the_order_sent_and_broken_lines_have_their_errors(server: Server, client: Client) -> None:
    lines = [*map(_line, requests(4)), b"{", b'{"custom_id": "empty", "documents": []}', _line(next(requests(1)))]
    lines.append(_line(job_request("no-story", ["Home"])))
    sent = httpx.post(
        f"{server.url}/v1/jobs", content=b"\r\n".join(lines), headers={"Content-Type": "application/x-ndjson"}
    )
    assert sent.status_code == 202
    assert sent.headers["Location"] == f"/v1/jobs/{sent.json()['id']}"
    results = ended(client, sent.json()["id"])
    assert [one.custom_id for one in results] == [
        *(f"story-{n}" for n in range(4)),
        None,
        "empty",
        "story-0",
        "no-story",
    ]
    kinds = [one.error.type.rpartition(":")[2] if one.error else "" for one in results]
    assert kinds == ["", "", "", "", "malformed-json", "invalid-request", "invalid-request", "unusable-article"]
    assert results[0].response == client.summarize([story(0)], max_words=30, key_points=2)
    counts = client.job(sent.json()["id"]).counts
    assert (counts.total, counts.done, counts.failed) == (8, 4, 4)


BROKEN: list[tuple[bytes, str | None]] = [
    (rb'{"custom_id": "a\ud800", "documents": [{"text": "x"}]}', None),
    (rb'{"custom_id": "b\u0000", "documents": [{"text": "x"}]}', "b\x00"),
    (rb'{"custom_id": "c", "documents": [{"text": "x\udfff"}]}', "c"),
    (rb'{"custom_id": "d", "documents": [{"text": "x\u0000"}]}', "d"),
    (b'{"custom_id": "e", "documents": [{"text": "x\x00"}]}', None),
    (b'{"custom_id": "f", "documents": [{"text": "x\xff"}]}', None),
    (b"\x00", None),
    (b'{"custom_id": "g", "documents": ' + b"[" * 64 + b"]" * 64 + b"}", "g"),
    (b"[" * 100_000, None),
    (b'{"custom_id": "h", "documents": [{"text": "x"}], "seed": ' + b"9" * 5_000 + b"}", None),
    (b'{"custom_id": "' + b"i" * 5_000 + b'", "documents": [{"text": "x"}]}', "i" * 5_000),
]
"""Lines that cannot be read, and what can of their custom_id."""


@pytest.mark.parametrize("name", ["server", "beside_postgresql"])
def test_lines_that_cannot_be_read_fail_alone(request: pytest.FixtureRequest, name: str) -> None:
    on: Server = request.getfixturevalue(name)
    lines = [_line(one) for one in requests(len(BROKEN), first=40)]
    body = b"\n".join(piece for line, (broken, _) in zip(lines, BROKEN, strict=True) for piece in (line, broken))
    sent = httpx.post(f"{on.url}/v1/jobs", content=body, headers={"Content-Type": "application/x-ndjson"})
    assert sent.status_code == 202
    with on.client() as client:
        results = ended(client, sent.json()["id"])
    assert [(one.custom_id, bool(one.error)) for one in results[::2]] == [(f"story-{n}", False) for n in range(40, 51)]
    assert [(one.custom_id, bool(one.error)) for one in results[1::2]] == [(custom_id, True) for _, custom_id in BROKEN]


def test_a_json_body_is_a_job_too(server: Server, client: Client) -> None:
    sent = httpx.post(f"{server.url}/v1/jobs", json={"requests": list(requests(2))})
    assert [one.custom_id for one in ended(client, sent.json()["id"])] == ["story-0", "story-1"]


def test_results_are_readable_while_the_job_runs_and_cancelling_stops_it(client: Client) -> None:
    job = client.submit(list(requests(400, first=1000)))
    while client.job(job.id).counts.done == 0:
        time.sleep(0.05)
    early = list(client.results(job.id))
    assert all(one.response for one in early)
    cancelled = client.cancel(job.id)
    assert cancelled.status == "cancelled"
    assert cancelled.counts.done < 400
    time.sleep(1.5)
    settled = client.job(job.id).counts
    time.sleep(1.5)
    assert client.job(job.id).counts == settled
    assert client.cancel(job.id).status == "cancelled"
    assert len(list(client.results(job.id))) == settled.done >= len(early)


def test_a_small_job_does_not_wait_for_a_large_one(client: Client) -> None:
    large = client.submit(list(requests(600, first=2000)))
    small = client.submit(list(requests(2, first=2)))
    client.wait(small.id, poll=0.1)
    assert client.job(large.id).status in ("queued", "running")
    client.cancel(large.id)


def test_an_idempotency_key_makes_one_job(server: Server) -> None:
    post, headers = f"{server.url}/v1/jobs", {"Idempotency-Key": "job-1", "Content-Type": "application/x-ndjson"}
    body, other = (b"\n".join(map(_line, requests(3, first=first))) for first in (10, 20))
    first = httpx.post(post, content=body, headers=headers)
    again = httpx.post(post, content=body, headers=headers)
    assert first.status_code == again.status_code == 202
    assert again.json()["id"] == first.json()["id"]
    assert httpx.post(post, content=other, headers=headers).json()["type"].endswith("idempotency-mismatch")


def test_limits_of_a_job_and_of_its_life(tmp_path: Path) -> None:
    limits = {"max_job_requests": 5, "max_job_bytes": 40_000, "max_body_bytes": 10_000}
    retention = {"job_retention_days": 2 / 86_400}
    with Threaded(jobs_url=sqlite_url(tmp_path), **limits, **retention) as server:
        with server.client() as client:
            short = f"{server.url}/v1/jobs/{client.submit(list(requests(2))).id}"
        post, headers = f"{server.url}/v1/jobs", {"Content-Type": "application/x-ndjson"}
        many = b"\n".join(map(_line, requests(6)))
        long = _line(job_request("long", ["word " * 3_000]))
        assert httpx.post(post, content=many, headers=headers).status_code == 413
        assert httpx.post(post, content=long, headers=headers).status_code == 413
        assert httpx.post(post, content=b"x" * 50_000, headers=headers).status_code == 413
        assert httpx.post(post, content=iter([b"{}\n" * 2_000] * 10), headers=headers).status_code == 413
        assert httpx.post(post, content=b"\n \n", headers=headers).status_code == 422
        whole = {"Content-Type": "application/json"}  # read whole: no larger than any other body, announced or not
        assert httpx.post(post, content=b" " * 20_000, headers=whole).status_code == 413
        assert httpx.post(post, content=iter([b" " * 2_000] * 10), headers=whole).status_code == 413
        assert (
            httpx.post(f"{server.url}/v1/summaries", json={"documents": [{"text": "word " * 3_000}]}).status_code == 413
        )
        assert httpx.get(f"{post}/{'0' * 32}").status_code == 404
        until = time.monotonic() + 90
        while httpx.get(short).status_code == 200:
            assert time.monotonic() < until
            time.sleep(0.5)
        assert httpx.get(f"{short}/results").status_code == 404


def test_stopping_hands_the_work_back(tmp_path: Path) -> None:
    with Server(jobs_url=sqlite_url(tmp_path)) as server, server.client() as client:
        job = client.submit(list(requests(30)))
        while client.job(job.id).counts.done < 3:
            time.sleep(0.05)
        assert server.stop() < 30
        assert "Application shutdown complete" in server.read_log()
        server.start()
        with server.client() as again:
            assert [one.custom_id for one in ended(again, job.id)] == [f"story-{n}" for n in range(30)]


def test_an_upload_that_is_cut_off_leaves_nothing(tmp_path: Path) -> None:
    with Server(jobs_url=sqlite_url(tmp_path), lease_seconds=1) as server:
        headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": "cut-off"}

        def cut() -> Iterator[bytes]:
            yield b"\n".join(map(_line, requests(300))) + b"\n"
            time.sleep(0.5)
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
            yield from (b" " * 65_536 for _ in range(100))

        with pytest.raises(httpx.TransportError):
            httpx.post(f"{server.url}/v1/jobs", content=cut(), headers=headers)
        server.start()
        post, body = f"{server.url}/v1/jobs", b"\n".join(map(_line, requests(3)))
        until = time.monotonic() + 30
        while (sent := httpx.post(post, content=body, headers=headers)).status_code == 409:
            assert time.monotonic() < until  # the dead server's reservation ends with its lease
            time.sleep(0.2)
        assert sent.json()["counts"]["total"] == 3


def _line(request: dict[str, object]) -> bytes:
    return json.dumps(request).encode()


def test_jobs_of_the_release_before_are_finished(tmp_path: Path) -> None:
    """Its tables had no parts, no metadata, and no webhooks."""
    with closing(sqlite3.connect(tmp_path / "jobs.sqlite")) as database:
        database.executescript(
            """CREATE TABLE summarizer_jobs (id TEXT NOT NULL PRIMARY KEY, owner TEXT NOT NULL, server TEXT NOT NULL,
            created DOUBLE NOT NULL, total INTEGER, begun DOUBLE, ended DOUBLE, cancelled BOOLEAN NOT NULL);
            CREATE TABLE summarizer_job_requests (job TEXT NOT NULL, line INTEGER NOT NULL, request TEXT, result TEXT,
            failed BOOLEAN NOT NULL, PRIMARY KEY (job, line));"""
        )
        row = ("0" * 32, "anonymous", "gone", time.time(), 3, time.time(), None, False)
        database.execute(f"INSERT INTO summarizer_jobs VALUES ({','.join('?' * len(row))})", row)
        lines = [(row[0], n, json.dumps(one), None, False) for n, one in enumerate(requests(3))]
        lines[1] = (row[0], 1, None, '{"custom_id":"story-1","error":null}', False)
        database.executemany("INSERT INTO summarizer_job_requests VALUES (?, ?, ?, ?, ?)", lines)
        database.commit()
    with Threaded(jobs_url=sqlite_url(tmp_path)) as server, server.client() as client:
        results = ended(client, "0" * 32)
    assert [(one.line, one.custom_id, bool(one.response)) for one in results] == [
        (1, "story-0", True),
        (2, "story-1", False),
        (3, "story-2", True),
    ]

"""What clients are told when something is wrong: on the way, in the request, in the database, in the model."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from faults import Postgres
from serving import Server, Threaded, sqlite_url, story

from summarizer.client import Client, job_request

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        running = Postgres(Path(folder))
        yield running
        running.close()


@pytest.fixture(scope="module")
def beside(database: Postgres) -> Iterator[Server]:
    with Server(jobs_url=database.url) as running:
        yield running


def until_ready(server: Server) -> None:
    until = time.monotonic() + 20
    while httpx.get(f"{server.url}/readyz").status_code != 200:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_without_its_database_the_service_says_so_and_goes_on(database: Postgres, beside: Server) -> None:
    with beside.client() as client:
        job = client.submit([job_request("a", [story(1)])]).id
    url, named = f"{beside.url}/v1/jobs/{job}", {"X-Request-Id": "desk-503"}
    database.stop()
    try:
        for answer in (
            httpx.get(url, headers=named),
            httpx.get(f"{url}/results", headers=named),
            httpx.delete(url, headers=named),
            httpx.post(f"{beside.url}/v1/jobs", json={"requests": [job_request("a", [story(1)])]}, headers=named),
            httpx.post(
                f"{beside.url}/v1/summaries",
                json={"documents": [{"text": story(1)}]},
                headers={**named, "Idempotency-Key": "one"},
            ),
        ):
            assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
            assert answer.json()["type"] == "urn:summarizer:problem:storage-unavailable"
            assert answer.json()["request_id"] == answer.headers["X-Request-Id"] == "desk-503"
            assert int(answer.headers["Retry-After"]) >= 1
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        # What needs no database is served.
        assert httpx.post(f"{beside.url}/v1/summaries", json={"documents": [{"text": story(1)}]}).status_code == 200
        time.sleep(1.5)
        unready = httpx.get(f"{beside.url}/readyz")
        assert (unready.status_code, list(unready.json()["missing"])) == (503, ["database"])
        counted = httpx.get(f"{beside.url}/metrics").text
        assert 'summarizer_http_requests_total{method="GET",route="/v1/jobs/{job}",status="503"} 1.0' in counted
        assert 'status="499"' not in counted
    finally:
        database.start()
    until_ready(beside)
    assert httpx.get(url).json()["counts"]["total"] == 1
    said = [json.loads(line) for line in beside.read_log().splitlines() if "desk-503" in line]
    assert {line["status"] for line in said if line["message"] == "request"} == {503}


def test_a_summary_is_answered_though_its_key_can_only_be_kept_later(database: Postgres, beside: Server) -> None:
    long = " ".join(story(n) for n in range(60))
    body, headers = {"documents": [{"text": long + story(n)} for n in range(6)]}, {"Idempotency-Key": "kept-later"}

    def ask() -> httpx.Response:
        return httpx.post(f"{beside.url}/v1/summaries", json=body, headers=headers, timeout=60)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask)
        time.sleep(0.6)
        assert not first.done()
        database.stop()
        try:
            assert first.result().status_code == 200
            assert ask().status_code == 503
        finally:
            database.start()
    until_ready(beside)
    until = time.monotonic() + 10
    while (again := ask()).status_code == 409:
        assert time.monotonic() < until
        time.sleep(0.2)
    assert again.content == first.result().content


def test_a_model_that_does_not_load_is_named_with_when_it_is_tried_again(tmp_path: Path) -> None:
    missing = f"gguf:{tmp_path}/none.gguf"
    with Threaded(jobs_url=sqlite_url(tmp_path), model=missing, ready=False) as server:
        until = time.monotonic() + 60
        while "tried again in" not in (said := httpx.get(f"{server.url}/readyz")).json()["missing"]["model"]:
            assert time.monotonic() < until
            time.sleep(0.1)
        assert said.status_code == 503
        assert "none.gguf" in said.json()["missing"]["model"]
        refused = httpx.post(f"{server.url}/v1/summaries", json={"documents": [{"text": story(1)}]})
        assert refused.json()["type"].endswith("model-unavailable")


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/static/nothing.js", 404, "not-found"),
        ("GET", "/static/../../etc/passwd", 404, "not-found"),
        ("GET", "/v1/summaries", 405, "method-not-allowed"),
        ("PUT", "/v1/jobs", 405, "method-not-allowed"),
        ("POST", "/", 405, "method-not-allowed"),
        ("POST", "/static/page.js", 405, "method-not-allowed"),
        ("GET", "/v1/jobs/x", 422, "invalid-request"),
    ],
)
def test_what_is_not_there_is_a_problem_too(server: Server, method: str, path: str, status: int, kind: str) -> None:
    answer = httpx.request(method, server.url + path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["type"].endswith(kind)
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    assert status != 405 or answer.headers["Allow"]


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_a_problem(server: Server, announced: bool) -> None:
    chunks = [b" " * 1_000_000] * 11
    content = b"".join(chunks) if announced else iter(chunks)
    answer = httpx.post(f"{server.url}/v1/summaries", content=content, headers=JSON)
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["type"].endswith("too-large")
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


def test_bodies_may_come_compressed(server: Server, client: Client) -> None:
    body = json.dumps({"documents": [{"text": story(3)}], "max_words": 30}).encode()
    lines = b"\n".join(json.dumps(job_request(f"a{n}", [story(n)])).encode() for n in range(3))
    packed = {**JSON, "Content-Encoding": "gzip"}
    post = f"{server.url}/v1/summaries"
    plain = httpx.post(post, content=body, headers=JSON)
    assert httpx.post(post, content=gzip.compress(body), headers=packed).json() == plain.json()
    twice = gzip.compress(body[:20]) + gzip.compress(body[20:])
    assert httpx.post(post, content=iter([twice[:9], twice[9:30], twice[30:]]), headers=packed).json() == plain.json()
    job = httpx.post(
        f"{server.url}/v1/jobs",
        content=gzip.compress(lines),
        headers={"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"},
    )
    assert job.json()["counts"]["total"] == 3
    client.wait(job.json()["id"], poll=0.1)


@pytest.mark.parametrize(
    ("content", "encoding", "status", "kind"),
    [
        (gzip.compress(b"{}")[:-9], "gzip", 400, "malformed-encoding"),
        (b"{}", "gzip", 400, "malformed-encoding"),
        (b"", "gzip", 400, "malformed-encoding"),
        (gzip.compress(b" " * 11_000_000), "gzip", 413, "too-large"),
        (b"{}", "br", 415, "unsupported-media-type"),
    ],
    ids=["cut off", "not gzip", "empty", "far larger than it looks", "unknown"],
)
def test_compressed_bodies_keep_to_the_rules(
    server: Server, content: bytes, encoding: str, status: int, kind: str
) -> None:
    answer = httpx.post(f"{server.url}/v1/summaries", content=content, headers={**JSON, "Content-Encoding": encoding})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["type"].endswith(kind)


def test_answers_are_compressed_for_those_who_ask_and_events_are_not(server: Server) -> None:
    body = {"documents": [{"text": story(n)} for n in range(5)]}
    post = f"{server.url}/v1/summaries"
    packed = httpx.post(post, json=body, headers={"Accept-Encoding": "gzip"})
    plain = httpx.post(post, json=body, headers={"Accept-Encoding": "identity"})
    assert (packed.headers["Content-Encoding"], packed.json()) == ("gzip", plain.json())
    assert "Content-Encoding" not in plain.headers
    events = httpx.post(post, json=body, headers={"Accept-Encoding": "gzip", "Accept": "text/event-stream"})
    assert "Content-Encoding" not in events.headers


def test_an_idempotency_key_belongs_to_an_endpoint(server: Server) -> None:
    named = {"Idempotency-Key": "one-name-for-two"}
    summary = httpx.post(f"{server.url}/v1/summaries", json={"documents": [{"text": story(1)}]}, headers=named)
    job = httpx.post(f"{server.url}/v1/jobs", json={"requests": [job_request("a", [story(1)])]}, headers=named)
    assert (summary.status_code, job.status_code) == (200, 202)

"""Jobs found again, read on, erased, and told of."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from serving import Server, Threaded, keys_file, sqlite_url, story

from api.webhooks import allowed
from summarizer.client import Client, RequestError, job_request

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


def lines(*numbers: int) -> list[dict[str, object]]:
    return [job_request(f"story-{n}", [story(n)], max_words=30, key_points=2) for n in numbers]


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client of a server on each database."""
    name = "server" if request.param == "sqlite" else "beside_postgresql"
    with request.getfixturevalue(name).client() as client:
        yield client


def test_jobs_are_listed_by_status_time_and_metadata(kept: Client) -> None:
    begun = datetime.now(UTC)
    run = f"run-{begun.timestamp()}"
    made = [
        kept.submit(lines(n), metadata={"run": run, "desk": desk}).id
        for n, desk in enumerate(["sport", "politics", "sport"])
    ]
    long = kept.submit(lines(*range(300)), metadata={"run": run, "desk": "archive: all"})
    for job in made:
        kept.wait(job, poll=0.1)
    assert [job.id for job in kept.jobs(metadata={"run": run})] == [long.id, *reversed(made)]
    assert [job.id for job in kept.jobs(metadata={"run": run, "desk": "sport"})] == [made[2], made[0]]
    assert [job.metadata["desk"] for job in kept.jobs(metadata={"desk": "archive: all", "run": run})] == [
        "archive: all"
    ]
    assert [job.id for job in kept.jobs(metadata={"run": run}, status="completed")] == list(reversed(made))
    kept.cancel(long.id)
    assert [job.id for job in kept.jobs(metadata={"run": run}, status="cancelled")] == [long.id]
    assert list(kept.jobs(metadata={"run": run}, created_before=begun)) == []
    assert len(list(kept.jobs(metadata={"run": run}, created_after=begun))) == 4
    assert list(kept.jobs(metadata={"run": "another"})) == []


def test_the_list_comes_in_pages_that_miss_and_repeat_nothing(kept: Client) -> None:
    run = f"pages-{time.time()}"
    made = [kept.submit(lines(n), metadata={"run": run}).id for n in range(5)]
    seen: list[str] = []
    with httpx.Client(base_url=kept._settings["base_url"]) as http:
        asked: dict[str, str | int] = {"metadata": f"run:{run}", "limit": 2}
        while True:
            page = http.get("/v1/jobs", params=asked).json()
            seen += [job["id"] for job in page["jobs"]]
            if page["next"] is None:
                break
            asked["after"] = page["next"]
            if len(seen) == 2:
                kept.erase(seen[-1])  # the one that the cursor stands on
        assert http.get("/v1/jobs", params={"after": "nonsense"}).status_code == 422
        assert http.get("/v1/jobs", params={"status": "lost"}).status_code == 422
    assert seen == list(reversed(made))


def test_jobs_are_listed_for_their_owner_alone(tmp_path: Path) -> None:
    with (
        Threaded(jobs_url=sqlite_url(tmp_path), api_keys_file=keys_file(tmp_path, "desk", "wire")) as server,
        server.client(key="desk") as desk,
        server.client(key="wire") as wire,
    ):
        mine = desk.submit(lines(1), metadata={"desk": "sport"})
        assert [job.id for job in desk.jobs()] == [mine.id]
        assert list(wire.jobs()) == list(wire.jobs(metadata={"desk": "sport"})) == []
        with pytest.raises(RequestError, match="nothing here"):
            wire.erase(mine.id)


def test_who_reads_on_from_the_last_line_gets_every_result_once(kept: Client) -> None:
    job = kept.submit(lines(*range(500, 520)))
    seen: list[int] = []
    rounds = 0
    while not (found := kept.job(job.id)).ended_at or len(seen) < found.counts.total:
        rounds += 1
        seen += [one.line for one in kept.results(job.id, after=seen[-1] if seen else 0)]
    assert seen == list(range(1, 21))
    assert rounds > 1, "the job had ended before it was read: nothing was shown"
    assert list(kept.results(job.id, after=20)) == []


def test_results_are_read_by_their_outcome(kept: Client) -> None:
    job = kept.wait(kept.submit([*lines(1), job_request("none", ["Home"]), *lines(2)]).id, poll=0.1)
    assert [(one.line, one.custom_id) for one in kept.results(job.id, failed=True)] == [(2, "none")]
    assert [one.line for one in kept.results(job.id, failed=False)] == [1, 3]
    assert [one.line for one in kept.results(job.id, failed=False, after=1)] == [3]


def test_an_erased_job_leaves_no_word_behind(tmp_path: Path) -> None:
    secret = "Zebulonia"
    with Threaded(jobs_url=sqlite_url(tmp_path), job_concurrency=1) as server, server.client() as client:
        ended = client.wait(client.submit([job_request("a", [story(1).replace("ferry", secret)])]).id, poll=0.1)
        running = client.submit([job_request(f"{n}", [story(n).replace("ferry", secret)]) for n in range(300)])
        for job in (ended, running):
            client.erase(job.id)
            with pytest.raises(RequestError, match="nothing here"):
                client.job(job.id)
        time.sleep(1.0)
        assert list(client.jobs()) == []
        with closing(sqlite3.connect(tmp_path / "jobs.sqlite")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert [file.name for file in tmp_path.iterdir() if secret.encode() in file.read_bytes()] == []


class Hook(BaseHTTPRequestHandler):
    """Somebody's endpoint: refuses, then redirects, then breaks off, then listens."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        heard = self.server.heard  # type: ignore[attr-defined]
        heard.append((self.path, dict(self.headers), body))
        if len(heard) == 3:
            self.connection.close()
            return
        self.send_response({1: 500, 2: 302}.get(len(heard), 204))
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as listening:
        listening.heard = []  # type: ignore[attr-defined]
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield listening
        listening.shutdown()


def test_a_webhook_is_told_of_the_end_signed_until_it_hears(tmp_path: Path, hook: ThreadingHTTPServer) -> None:
    base = f"http://127.0.0.1:{hook.server_port}/hooks"
    heard: list[tuple[str, dict[str, str], bytes]] = hook.heard  # type: ignore[attr-defined]
    settings = {"webhooks": json.dumps([base]), "webhook_secret": SECRET, "lease_seconds": 1}
    with Server(jobs_url=sqlite_url(tmp_path), **settings) as server:
        with server.client() as client:
            job = client.submit(lines(1), metadata={"desk": "sport"}, webhook=f"{base}/desk?n=1")
            client.wait(job.id, poll=0.1)
        until = time.monotonic() + 30
        while not heard:
            assert time.monotonic() < until
            time.sleep(0.05)
        server.kill()  # another server goes on where it died
        server.start()
        while len(heard) < 4:
            assert time.monotonic() < until
            time.sleep(0.1)
        time.sleep(2.5)
    assert [path for path, _, _ in heard] == ["/hooks/desk?n=1"] * 4  # and no redirect was followed
    _, headers, body = heard[-1]
    told = json.loads(body)
    assert (told["type"], told["data"]["id"], told["data"]["metadata"]) == ("job.completed", job.id, {"desk": "sport"})
    named = {name.lower(): value for name, value in headers.items()}
    assert named["webhook-id"] == job.id
    assert abs(int(named["webhook-timestamp"]) - time.time()) < 60
    content = f"{named['webhook-id']}.{named['webhook-timestamp']}.".encode() + body
    mac = hmac.digest(base64.b64decode(SECRET.removeprefix("whsec_")), content, hashlib.sha256)
    assert named["webhook-signature"] == "v1," + base64.b64encode(mac).decode()


def test_a_receiver_that_does_not_answer_holds_up_no_other(tmp_path: Path, hook: ThreadingHTTPServer) -> None:
    hook.heard.extend([()] * 3)  # type: ignore[attr-defined] - past its refusals
    other = f"http://127.0.0.1:{hook.server_port}/"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        settings = {"webhooks": json.dumps([slow, other]), "webhook_secret": SECRET}
        with Server(jobs_url=sqlite_url(tmp_path), **settings) as server, server.client() as client:
            for address in (slow, slow, other):
                client.wait(client.submit(lines(1), webhook=address).id, poll=0.1)
            begun = time.monotonic()
            while len(hook.heard) < 4:  # type: ignore[attr-defined]
                assert time.monotonic() - begun < 15, "the others wait for a receiver that does not answer"
                time.sleep(0.1)


def test_no_other_address_is_ever_told(server: Server) -> None:
    with server.client() as client, pytest.raises(RequestError, match="allows no such address"):
        client.submit(lines(1), webhook="http://127.0.0.1:1/")
    body = {"requests": lines(1), "webhook": "http://127.0.0.1:1/"}
    assert httpx.post(f"{server.url}/v1/jobs", json=body).json()["errors"][0]["pointer"] == "/webhook"


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("https://hooks.example.org/summaries", True),
        ("https://hooks.example.org:443/summaries/desk?job=1", True),
        ("https://HOOKS.example.org/summaries/", True),
        ("https://hooks.example.org/summariesX", False),
        ("https://hooks.example.org/", False),
        ("http://hooks.example.org/summaries", False),
        ("https://hooks.example.org:8443/summaries", False),
        ("https://hooks.example.org.evil.net/summaries", False),
        ("https://hooks.example.org@evil.net/summaries", False),
        ("https://user:pass@hooks.example.org/summaries", False),
        ("https://evil.net/#https://hooks.example.org/summaries", False),
        ("https://hooks.example.org/summaries/../admin", False),
        ("https://hooks.example.org/summaries/%2e%2e/admin", False),
        ("https://hooks.example.org/summaries/..%2fadmin", False),
        ("https://hooks.example.org/summaries/..%5cadmin", False),
        ("https://hooks.example.org\\@evil.net/summaries", False),
        ("//hooks.example.org/summaries", False),
        ("file:///etc/passwd", False),
        ("", False),
        ("https://[::1/summaries", False),
    ],
)
def test_an_address_is_allowed_by_its_origin_and_path(address: str, wanted: bool) -> None:
    assert allowed(address, ["https://hooks.example.org/summaries"]) is wanted
    assert allowed(address, []) is False


@pytest.mark.parametrize(
    "metadata",
    ['{"a": 1}', "[]", "{", '{"a b": "c"}', '{"a": "\\u0000"}', json.dumps({f"n{n}": "" for n in range(17)})],
)
def test_metadata_is_a_few_short_strings(server: Server, metadata: str) -> None:
    url, headers = f"{server.url}/v1/jobs", {"Content-Type": "application/x-ndjson"}
    content = json.dumps(lines(1)[0]).encode()
    answer = httpx.post(url, params={"metadata": metadata}, content=content, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/metadata")

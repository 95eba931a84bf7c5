"""How patiently the client asks, and what it makes of answers that are broken or not ours."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from serving import Threaded, sqlite_url, story

from api.examples import EVENTS
from summarizer.client import AsyncClient, Client, RequestError, job_request

UNDER_WAY = httpx.Response(409, headers={"Retry-After": "1"}, request=httpx.Request("POST", "http://service"))
BUSY = httpx.Response(503, headers={"Retry-After": "3"}, request=httpx.Request("POST", "http://service"))


def test_a_request_whose_first_attempt_is_under_way_is_asked_for_until_the_timeout() -> None:
    """A server that died leaves its reservation for a lease: longer than a few attempts at a second each."""
    patience = Client("http://service", attempts=3, timeout=60).patience(again=True)
    assert all(1.0 <= patience.pause(UNDER_WAY) <= 1.2 for _ in range(100))
    assert 3.0 <= patience.pause(BUSY) <= 3.6
    assert patience.pause(httpx.ConnectError("gone")) <= 1.0
    with pytest.raises(RequestError, match="503"):
        patience.pause(BUSY)
    impatient = Client("http://service", attempts=3, timeout=0).patience(again=True)
    with pytest.raises(RequestError, match="409"):
        [impatient.pause(UNDER_WAY) for _ in range(3)]


def test_what_cannot_be_sent_again_is_not() -> None:
    with pytest.raises(RequestError, match="409"):
        Client("http://service").patience(again=False).pause(UNDER_WAY)


@contextmanager
def somebody_else(status: int, content_type: str, body: bytes, length: int | None = None) -> Iterator[str]:
    """The address of a server that is not ours and says the same to everyone; ``length``: what it announces."""

    class Stranger(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body) if length is None else length))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as stranger:
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{stranger.server_port}"
        stranger.shutdown()


SENTENCE = "".join(
    f"event: {kind}\ndata: {json.dumps(event['data'])}\n\n" for kind, event in EVENTS.items() if kind != "done"
).encode()


@pytest.mark.parametrize("announced", [len(SENTENCE), len(SENTENCE) + 1_000], ids=["ended", "cut off"])
def test_events_that_end_before_the_summary_are_an_error(announced: int) -> None:
    async def kinds(url: str, arrived: list[str]) -> None:
        async with AsyncClient(url) as client:
            async for event in client.stream(["x"]):
                arrived.append(event.kind)  # noqa: PERF401 - what came before the error is looked at

    with somebody_else(200, "text/event-stream", SENTENCE, announced) as url, Client(url) as client:
        first: list[str] = []
        with pytest.raises(RequestError, match=r"ended before|no answer"):
            first.extend(event.kind for event in client.stream(["x"]))
        second: list[str] = []
        with pytest.raises(RequestError, match=r"ended before|no answer"):
            asyncio.run(kinds(url, second))
    assert first == second == ["sentence", "key_point"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (413, "413 .*not from the service itself.* takes less at once"),
        (502, "502 Bad Gateway.* the service behind it is not"),
        (504, "504 .* waits for a shorter time"),
        (404, "404 .*is it this service"),
        (200, "not this service's.* a proxy's own page"),
    ],
)
def test_an_answer_that_is_not_the_services_is_told_in_words(status: int, said: str) -> None:
    page = b"<html><body><center><h1>nginx</h1></center></body></html>"
    with somebody_else(status, "text/html", page) as url, Client(url, attempts=1) as client:
        for asked in (client.models, lambda: client.summarize(["x"]), lambda: list(client.results("0" * 32))):
            with pytest.raises(RequestError, match=said):
                asked()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Threaded]:
    with Threaded(jobs_url=sqlite_url(tmp_path_factory.mktemp("jobs"))) as running:
        yield running


def test_what_some_call_the_end_of_a_line_is_text(server: Threaded) -> None:
    source = "Harrow\u2028Evening\x85News"
    articles = [{"text": story(5), "source": source}]

    async def told() -> list[str | None]:
        async with AsyncClient(server.url) as client:
            [done] = [event.value async for event in client.stream(articles) if event.kind == "done"]
            job = await client.submit([job_request("one", articles)])
            await client.wait(job.id, poll=0.1)
            [result] = [result async for result in client.results(job.id)]
            assert result.response is not None
            return [done.documents[0].source, result.response.documents[0].source]

    assert asyncio.run(told()) == [source, source]
    with server.client() as client:
        *_, done = client.stream(articles)
        assert done.value.documents[0].source == source
        job = client.submit([job_request("one", articles)])
        client.wait(job.id, poll=0.1)
        [result] = client.results(job.id)
        assert result.response is not None
        assert result.response.documents[0].source == source

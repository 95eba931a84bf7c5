"""Connections that are drawn out end after a stated time, and too many of them are turned away in few words."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from serving import Server, Threaded, sqlite_url, story

from api import connections
from api.connections import RESERVED

SECONDS = 2.0


def connect(server: Server) -> socket.socket:
    address = urlsplit(server.url)
    return socket.create_connection((address.hostname, address.port), timeout=1.0)


def dripped(connection: socket.socket, opening: bytes, most: float) -> tuple[float, bytes]:
    """Seconds until the server ends a connection that gets a byte a second after ``opening``, and what it said."""
    begun, said = time.monotonic(), b""
    connection.sendall(opening)
    while time.monotonic() - begun < most:
        try:
            while piece := connection.recv(65_536):
                said += piece
            return time.monotonic() - begun, said
        except TimeoutError:
            pass
        except ConnectionError:
            return time.monotonic() - begun, said
        try:
            connection.sendall(b"a")
        except OSError:
            return time.monotonic() - begun, said
    return time.monotonic() - begun, said


@pytest.fixture(scope="module")
def drawn_out(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, bytes]]:
    """What became of connections that were drawn out, all at the same time, of a server that is less patient: seconds
    until their end, and what came."""
    head = b"POST /v1/summaries HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 9000\r\n\r\n"
    openings = {
        "headers": b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        "another request": b"GET /healthz HTTP/1.1\r\nX-Slow: ",
        "unread body": head,
    }
    with ExitStack() as stack, ThreadPoolExecutor(len(openings)) as pool:
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(connections, "HEADER_SECONDS", SECONDS)
        server = stack.enter_context(Threaded(jobs_url=sqlite_url(tmp_path_factory.mktemp("jobs"))))
        to = {name: stack.enter_context(connect(server)) for name in [*openings, "silent"]}
        to["another request"].sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"200 OK" in to["another request"].recv(65_536)
        ends = {name: pool.submit(dripped, to[name], said, SECONDS + 5) for name, said in openings.items()}
        found = {name: end.result() for name, end in ends.items()}
        return {**found, "silent": (SECONDS, to["silent"].recv(1))}


def test_headers_that_never_end_are_given_a_stated_time(drawn_out: dict[str, tuple[float, bytes]]) -> None:
    seconds, said = drawn_out["headers"]
    assert SECONDS - 0.5 < seconds < SECONDS + 2.5
    assert said == b""
    assert drawn_out["silent"][1] == b""


def test_another_request_on_a_connection_is_given_as_long(drawn_out: dict[str, tuple[float, bytes]]) -> None:
    assert SECONDS - 0.5 < drawn_out["another request"][0] < SECONDS + 2.5


def test_a_body_that_nobody_reads_does_not_keep_its_connection(drawn_out: dict[str, tuple[float, bytes]]) -> None:
    seconds, said = drawn_out["unread body"]
    assert b" 415 " in said.partition(b"\r\n")[0]
    assert seconds < SECONDS + 2.5


@pytest.mark.parametrize(
    ("path", "kind"), [("/v1/summaries", b"application/json"), ("/v1/jobs", b"application/x-ndjson")]
)
def test_a_body_that_is_dripped_ends_with_the_time_of_a_request(narrow: Server, path: str, kind: bytes) -> None:
    head = b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: 9000\r\n\r\n" % (path.encode(), kind)
    with connect(narrow) as connection:
        seconds, said = dripped(connection, head, 10)
    assert b" 408 " in said.partition(b"\r\n")[0]
    assert b"problem+json" in said
    assert seconds < 5


def test_a_client_that_does_not_read_is_given_the_time_of_a_request(narrow: Server) -> None:
    path = "/static/swagger/swagger-ui-bundle.js"
    size = len(httpx.get(f"{narrow.url}{path}", headers={"Accept-Encoding": "identity"}).content)
    asked = f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode() * 8  # more than the system keeps for a reader
    with connect(narrow) as patient, connect(narrow) as asleep:
        for connection in (patient, asleep):
            connection.settimeout(10)
            connection.sendall(asked)
        read, begun = 0, time.monotonic()
        while read < 8 * size:  # slower than it could, but it reads
            read += len(patient.recv(1_000_000))
            time.sleep(0.2)
        assert time.monotonic() - begun > 1.5
        time.sleep(max(0.0, begun + 5 - time.monotonic()))
        got = 0
        with suppress(ConnectionError):
            while piece := asleep.recv(1_000_000):
                got += len(piece)
    assert got < 8 * size


FILES = RESERVED + 60
LIMITED = ("sh", "-c", f'ulimit -n {FILES}; exec "$@"', "sh")


def test_more_connections_than_files_are_turned_away_and_do_not_fill_the_log(tmp_path: Path) -> None:
    with Server(jobs_url=sqlite_url(tmp_path), under=LIMITED) as server:
        before = len(server.read_log().splitlines())
        with ExitStack() as stack:
            silent = [stack.enter_context(connect(server)) for _ in range(FILES * 2)]
            time.sleep(2.0)
            refused = silent[-1].recv(65_536)
            silent[0].sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")  # who is in is served
            assert b"200 OK" in silent[0].recv(65_536)
        assert refused.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 5" in refused
        assert b"problem+json" in refused
        time.sleep(0.5)
        assert server.client().summarize([{"text": story(1)}]).sentences
        said = server.read_log().splitlines()[before:]
        assert sum("connections are taken" in line for line in said) == 1
        assert sum("no file" in line for line in said) <= 1
        assert len(said) < 10
        assert not any("Traceback" in line for line in said)

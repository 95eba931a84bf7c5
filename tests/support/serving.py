"""A real server, in a process of its own as an operator starts it or in a thread, and stories to send to it."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from summarizer.client import Client

PLACES = [
    "Port Ellis",
    "Harrow",
    "Westmere",
    "Saltash",
    "Kingsbridge",
    "Ardmore",
    "Dunmore",
    "Lyme",
    "Falmouth",
    "Oban",
]


def story(number: int) -> str:
    """A short article of our own; every number gives another."""
    place = PLACES[number % len(PLACES)]
    return (
        f"A ferry ran aground near {place} in thick fog on Tuesday with {100 + number} people on board. "
        f"Fishing boats from {place} carried the passengers ashore before the lifeboats arrived. "
        "The coast guard said that nobody was hurt, and that the captain would be questioned on Wednesday. "
        f"The operator suspended the route for {2 + number % 9} days while divers look at the hull."
    )


class Server:
    """``summarizer serve`` with the extractive model unless ``model`` says otherwise; further settings by name.

    under: a command that runs it, by what follows.

    >>> with Server(jobs_url="sqlite:///jobs.sqlite", queue_size=1) as server: server.client().summarize([...])
    """

    def __init__(
        self,
        *,
        jobs_url: str,
        model: str = "extractive",
        environment: Mapping[str, str] | None = None,
        ready: bool = True,
        under: Sequence[str] = (),
        **settings: Any,
    ) -> None:
        self._under, self._environment, self._awaited = under, environment or {}, "/readyz" if ready else "/healthz"
        self._settings = {"jobs_url": jobs_url, "model": model, "rate_limit": "100000/minute", **settings}
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self.start()

    def start(self) -> None:
        """Start, and wait until it is ready, or only lives."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        environment = dict(self._environment) | {
            f"SUMMARIZER_{name.upper()}": str(value) for name, value in self._settings.items()
        }
        command = [*self._under, sys.executable, "-m", "summarizer.cli", "serve", "--port", str(port)]
        self.process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=self._log)
        until = time.monotonic() + 300
        with httpx.Client(base_url=self.url) as probe:
            while time.monotonic() < until and self.process.poll() is None:
                with suppress(httpx.TransportError):
                    if probe.get(self._awaited).status_code == 200:
                        return
                time.sleep(0.05)
        self.kill()
        raise RuntimeError("the server does not start:\n" + self.read_log())

    def read_log(self) -> str:
        """All that it has logged so far."""
        self._log.seek(0)
        return self._log.read().decode()

    def client(self, **options: Any) -> Client:
        """A client of it."""
        return Client(self.url, **options)

    def kill(self) -> None:
        """As kill -9: no goodbye."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> float:
        """As an orchestrator stops it; the seconds that it took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        return time.monotonic() - begun

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()  # what stopping does has tests of its own
        self._log.close()


class Threaded:
    """The same service on a thread of this process, for what asks nothing of a process: it starts in no time.

    Settings as those of ServiceSettings; ready: wait for its model.
    """

    def __init__(self, *, jobs_url: str, model: str = "extractive", ready: bool = True, **settings: Any) -> None:
        import uvicorn

        from api.app import create_app
        from api.settings import ServiceSettings
        from api.startup import options

        chosen = ServiceSettings(**{"jobs_url": jobs_url, "model": model, "rate_limit": "100000/minute", **settings})
        self._app = create_app(chosen)
        self._server = uvicorn.Server(uvicorn.Config(self._app, **options(chosen)))
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()
        # Connections wait in the socket's queue until it runs.
        while ready and not httpx.get(f"{self.url}/readyz", timeout=60).is_success:
            time.sleep(0.01)

    def client(self, **options: Any) -> Client:
        """A client of it."""
        return Client(self.url, **options)

    def __enter__(self) -> Threaded:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


def keys_file(folder: Path, *keys: str) -> Path:
    """A file of keys, each of which is its own name."""
    path = folder / "keys"
    path.write_text("".join(f"{key} {hashlib.sha256(key.encode()).hexdigest()}\n" for key in keys))
    return path


def sqlite_url(folder: Path) -> str:
    """Jobs in a file of their own."""
    return f"sqlite:///{folder}/jobs.sqlite"

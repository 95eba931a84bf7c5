"""Faults at the start: one sentence for the operator, and an exit code."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import sqlite_url


def start(port: str = "0", **settings: str) -> tuple[int, str]:
    """What becomes of ``summarizer serve``: exit code and standard error."""
    environment = {f"SUMMARIZER_{name.upper()}": value for name, value in {"model": "extractive", **settings}.items()}
    command = [sys.executable, "-m", "summarizer.cli", "serve", "--port", port]
    ended = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False
    )
    return ended.returncode, ended.stderr


@pytest.fixture
def broken_file(tmp_path: Path) -> str:
    (tmp_path / "jobs.sqlite").write_bytes(b"this was a database before the disk went bad " * 100)
    return sqlite_url(tmp_path)


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield str(other.getsockname()[1])


def one_sentence(ended: tuple[int, str], *said: str) -> None:
    code, error = ended
    assert code == 1, error
    assert error.count("\n") == 1, error
    assert error.startswith("summarizer: ")
    for part in said:
        assert part in error


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"stop_timeout": "abc"}, ("SUMMARIZER_STOP_TIMEOUT", "'abc'")),
        ({"webhooks": '["https://hooks.example.org/"]'}, ("needs SUMMARIZER_WEBHOOK_SECRET",)),
        ({"webhook_secret": "whsec_secret!"}, ("SUMMARIZER_WEBHOOK_SECRET", "base64")),
        ({"cors_origins": "https://example.org"}, ("cors_origins", "lists are JSON")),
        ({"rate_limit": "often"}, ("SUMMARIZER_RATE_LIMIT", "600/minute")),
        ({"api_keys_file": "/nowhere/keys"}, ("/nowhere/keys", "cannot be read")),
        ({"jobs_url": "postgresql://me:secret@127.0.0.1:1/jobs"}, ("127.0.0.1:1/jobs", "refused", "--jobs-url")),
        ({"jobs_url": "mysql://127.0.0.1/jobs"}, ("mysql://127.0.0.1/jobs", "sqlite")),
        ({"jobs_url": "jobs"}, ("SUMMARIZER_JOBS_URL", "cannot be opened")),
        ({"jobs_url": "sqlite:////proc/jobs/jobs.sqlite"}, ("/proc/jobs", "cannot be opened")),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_setting(settings: dict[str, str], said: tuple[str, ...]) -> None:
    ended = start(**settings)
    one_sentence(ended, *said)
    assert "secret" not in ended[1]


def test_a_file_that_is_no_database(broken_file: str) -> None:
    one_sentence(start(jobs_url=broken_file), "jobs.sqlite", "not a database")


def test_a_port_that_is_taken(taken: str, tmp_path: Path) -> None:
    one_sentence(start(port=taken, jobs_url=sqlite_url(tmp_path)), f"127.0.0.1:{taken}", "already in use")

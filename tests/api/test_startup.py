"""Faults at the start: one sentence for the operator, and an exit code."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import sqlite_url

from api.startup import check
from summarizer.errors import InputError


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield str(other.getsockname()[1])


def one_sentence(error: str, *said: str) -> None:
    assert "\n" not in error
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
def test_what_is_wrong_with_a_setting(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], said: tuple[str, ...]
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"SUMMARIZER_{name.upper()}", value)
    with pytest.raises(InputError) as error:
        check("127.0.0.1", 0)
    one_sentence(str(error.value), *said)
    assert "secret" not in str(error.value)


def test_a_file_that_is_no_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "jobs.sqlite").write_bytes(b"this was a database before the disk went bad " * 100)
    monkeypatch.setenv("SUMMARIZER_JOBS_URL", sqlite_url(tmp_path))
    with pytest.raises(InputError) as error:
        check("127.0.0.1", 0)
    one_sentence(str(error.value), "jobs.sqlite", "not a database")


def test_a_port_that_is_taken_ends_the_process_with_that_sentence(taken: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "summarizer.cli", "serve", "--port", taken, "--jobs-url", sqlite_url(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1, ended.stderr
    assert ended.stderr.startswith("summarizer: ")
    one_sentence(ended.stderr.removesuffix("\n"), f"127.0.0.1:{taken}", "already in use")

"""Below a path of its own, alone and behind the real nginx with the lines that stand in the docs."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from serving import Server, sqlite_url, story

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that knows that a proxy serves it below /news, and asks for keys."""
    folder = tmp_path_factory.mktemp("below")
    keys = folder / "keys"
    keys.write_text(f"desk {hashlib.sha256(b'one').hexdigest()}\n")
    with Server(jobs_url=sqlite_url(folder), root_path="/news", api_keys_file=keys) as running:
        yield running


@pytest.fixture(scope="module")
def proxied(below: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which nginx serves it."""
    nginx = shutil.which("nginx")
    if nginx is None:
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = re.search(r"```nginx\n(.*?)```", (ROOT / "docs" / "service.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    location = found[1].replace("http://127.0.0.1:8000/", f"{below.url}/")
    user = "user root; " if os.geteuid() == 0 else ""  # or its workers could not write what they buffer
    (folder / "nginx.conf").write_text(
        f"{user}daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;"
        f" fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
        f"server {{ listen 127.0.0.1:{port};\n{location}}} }}\n"
    )
    running = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
    for _ in range(100):
        with suppress(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/news/healthz")
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/news"
    running.terminate()
    running.wait(timeout=20)


def test_keys_are_asked_for_however_a_path_is_written(below: Server) -> None:
    address = httpx.URL(below.url)
    for path in ("/v1/models", "/news/v1/models", "//v1/models", "/%2fv1/models", "/x/../v1/models", "/v1%2fmodels"):
        with socket.create_connection((address.host, address.port or 80)) as raw:  # httpx would tidy the path
            raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            status = int(raw.makefile("rb").readline().split()[1])
        assert status in {401, 404}, path
    assert httpx.get(f"{below.url}/v1/models").status_code == 401
    assert httpx.get(f"{below.url}/v1/models", headers={"Authorization": "Bearer one"}).status_code == 200


def test_addresses_of_its_own_are_below_the_path(below: Server, proxied: str) -> None:
    with httpx.Client(headers={"Authorization": "Bearer one"}) as client:
        taken = client.post(
            f"{proxied}/v1/jobs",
            content=b'{"custom_id": "a", "documents": [{"text": "%s"}]}' % story(1).encode(),
            headers={"Content-Type": "application/x-ndjson"},
        )
        assert taken.status_code == 202, taken.text
        assert taken.headers["Location"] == f"/news/v1/jobs/{taken.json()['id']}"
        assert client.get(httpx.URL(proxied).join(taken.headers["Location"])).status_code == 200
        assert client.get(f"{proxied}/openapi.json").json()["servers"] == [{"url": "/news"}]
        page = client.get(f"{proxied}/").text
        for asset in re.findall(r'(?:src|href)="([^"#:]+)"', page):
            assert client.get(httpx.URL(f"{proxied}/").join(asset)).status_code == 200, asset


def test_events_pass_through_it(proxied: str) -> None:
    asked = {"documents": [{"text": story(1)}, {"text": story(2) * 100}]}
    headers = {"Authorization": "Bearer one", "Accept": "text/event-stream"}
    with httpx.stream("POST", f"{proxied}/v1/summaries", json=asked, headers=headers, timeout=60) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        kinds = [line.removeprefix("event: ") for line in answer.iter_lines() if line.startswith("event: ")]
    assert kinds[0] == "sentence"
    assert kinds[-1] == "done"

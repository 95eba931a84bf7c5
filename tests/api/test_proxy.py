"""Below a path of its own, alone and behind the real nginx and Caddy with the lines that stand in the docs."""

from __future__ import annotations

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
from serving import Threaded, keys_file, sqlite_url, story

ROOT = Path(__file__).resolve().parent.parent.parent


def server_with_a_key(folder: Path, **settings: str) -> Threaded:
    return Threaded(jobs_url=sqlite_url(folder), api_keys_file=keys_file(folder, "one"), **settings)


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Threaded]:
    """A server that knows that a proxy serves it below /news, and asks for keys."""
    with server_with_a_key(tmp_path_factory.mktemp("below"), root_path="/news") as running:
        yield running


@pytest.fixture(scope="module")
def unaware(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Threaded]:
    """One that has only the proxy's word for it."""
    with server_with_a_key(tmp_path_factory.mktemp("unaware")) as running:
        yield running


def lines_of(proxy: str, server: Threaded) -> str:
    """What the docs say, for ``server``."""
    found = re.search(rf"```{proxy}\n(.*?)```", (ROOT / "docs" / "service.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1].replace("127.0.0.1:8000", server.url.removeprefix("http://"))


def nginx(lines: str, folder: Path, port: int) -> list[str]:
    """Its command, for these lines."""
    user = "user root; " if os.geteuid() == 0 else ""  # or its workers could not write what they buffer
    (folder / "nginx.conf").write_text(
        f"{user}daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;"
        f" fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
        f"server {{ listen 127.0.0.1:{port};\n{lines}}} }}\n"
    )
    return ["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def caddy(lines: str, folder: Path, port: int) -> list[str]:
    """Its command, for these lines."""
    own = f"{{\nadmin off\nauto_https off\nstorage file_system {folder}\n}}\n"
    (folder / "Caddyfile").write_text(f"{own}http://127.0.0.1:{port} {{\n{lines}}}\n")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


@pytest.fixture(scope="module", params=["below by nginx", "unaware by nginx", "unaware by caddy"])
def proxied(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which a proxy serves it."""
    name, proxy = request.param.split(" by ")
    if shutil.which(proxy) is None:
        pytest.skip(f"{proxy} is not installed")
    folder = tmp_path_factory.mktemp(proxy)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lines = lines_of(proxy, request.getfixturevalue(name))
    command = {"nginx": nginx, "caddy": caddy}[proxy](lines, folder, port)
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(command, stderr=log, env={**os.environ, "HOME": str(folder)})
    for _ in range(100):
        with suppress(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/news/healthz")
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/news"
    running.terminate()
    running.wait(timeout=20)


def test_keys_are_asked_for_however_a_path_is_written(below: Threaded) -> None:
    address = httpx.URL(below.url)
    for path in ("/v1/models", "/news/v1/models", "//v1/models", "/%2fv1/models", "/x/../v1/models", "/v1%2fmodels"):
        with socket.create_connection((address.host, address.port or 80)) as raw:  # httpx would tidy the path
            raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            status = int(raw.makefile("rb").readline().split()[1])
        assert status in {401, 404}, path
    assert httpx.get(f"{below.url}/v1/models").status_code == 401
    assert httpx.get(f"{below.url}/v1/models", headers={"Authorization": "Bearer one"}).status_code == 200


def test_addresses_of_its_own_are_below_the_path(proxied: str) -> None:
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
    asked = {"documents": [{"text": story(1)}, {"text": story(2) * 20}]}
    headers = {"Authorization": "Bearer one", "Accept": "text/event-stream"}
    with httpx.stream("POST", f"{proxied}/v1/summaries", json=asked, headers=headers, timeout=60) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        kinds = [line.removeprefix("event: ") for line in answer.iter_lines() if line.startswith("event: ")]
    assert kinds[0] == "sentence"
    assert kinds[-1] == "done"


def test_chat_clients_pass_through_it(proxied: str) -> None:
    asked = {"messages": [{"role": "user", "content": story(1)}]}
    for path in ("/v1/chat/completions", "/chat/completions"):
        assert httpx.post(f"{proxied}{path}", json=asked).status_code == 401
        answer = httpx.post(f"{proxied}{path}", json=asked, headers={"Authorization": "Bearer one"}, timeout=60)
        assert answer.status_code == 200


def test_a_prefix_is_believed_of_trusted_proxies_alone(
    unaware: Threaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def servers(of: Threaded, prefix: str) -> list[str]:
        document = httpx.get(f"{of.url}/openapi.json", headers={"X-Forwarded-Prefix": prefix}).json()
        return [one["url"] for one in document.get("servers", [])]

    assert servers(unaware, "/news/") == ["/news"]
    assert servers(unaware, "/one/two") == ["/one/two"]
    for no_path in ("//evil.example", "https://evil.example", "/a b", "news", "/", "/a, /b"):
        assert servers(unaware, no_path) == []
    # A prefix gives nobody a way around the keys.
    for prefix in ("/v1", "/v1/models", "/x"):
        assert httpx.get(f"{unaware.url}/v1/models", headers={"X-Forwarded-Prefix": prefix}).status_code == 401
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.1")
    with Threaded(jobs_url=sqlite_url(tmp_path)) as strange:
        assert servers(strange, "/news") == []


@pytest.mark.parametrize(("trusted", "counted"), [("127.0.0.1", False), ("10.0.0.1", True)])
def test_an_address_is_believed_of_trusted_proxies_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: str, counted: bool
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", trusted)
    with Threaded(jobs_url=sqlite_url(tmp_path), rate_limit="2/hour") as server:
        statuses = [
            httpx.get(f"{server.url}/v1/models", headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
            for n in range(3)
        ]
    assert (429 in statuses) == counted

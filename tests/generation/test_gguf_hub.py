"""A GGUF on the hub: which file, at which commit, checked and kept; a stand-in for the hub's HTTP interface serves."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tiny_gguf import save_gguf

from summarizer.errors import ModelError
from summarizer.generation.gguf_hub import Named, fetched, named
from summarizer.generation.registry import load_generator
from summarizer.settings import Settings

COMMITS = {"main": "a" * 40, "v1": "b" * 40}


class Hub(ThreadingHTTPServer):
    """One repository, owner/tiny-GGUF, with ``files``; ``asked`` holds the paths that were asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []

    def listing(self) -> list[dict]:
        return [
            {
                "type": "file",
                "path": path,
                "size": len(body),
                "lfs": {"oid": hashlib.sha256(body).hexdigest(), "size": len(body)},
            }
            for path, body in self.files.items()
        ]


class _Answers(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        path, _, _ = self.path.partition("?")
        api, resolve = "/api/models/owner/tiny-GGUF", "/owner/tiny-GGUF/resolve/"
        if path.startswith(f"{api}/revision/") and path.rpartition("/")[2] in COMMITS:
            self.answer(json.dumps({"sha": COMMITS[path.rpartition("/")[2]]}).encode())
        elif path.startswith(f"{api}/tree/"):
            self.answer(json.dumps(self.server.listing()).encode())
        elif path.startswith(resolve) and path.removeprefix(resolve).partition("/")[2] in self.server.files:
            self.answer(self.server.files[path.removeprefix(resolve).partition("/")[2]])
        else:
            self.send_error(404)

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tiny_gguf: Path) -> Iterator[Hub]:
    with Hub() as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{running.server_port}")
        running.files = {
            "README.md": b"no model",
            "tiny-q8_0.gguf": b"another",
            "tiny-Q4_K_M.gguf": tiny_gguf.read_bytes(),
            "mmproj-tiny-Q4_K_M.gguf": b"a picture encoder",
        }
        yield running
        running.shutdown()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(threads=1, cache_dir=tmp_path / "cache")


@pytest.mark.parametrize(
    ("rest", "meant"),
    [
        ("Qwen/Qwen3-4B-GGUF", Named("Qwen/Qwen3-4B-GGUF", "main", "")),
        ("Qwen/Qwen3-4B-GGUF:Q8_0", Named("Qwen/Qwen3-4B-GGUF", "main", "Q8_0")),
        ("Qwen/Qwen3-4B-GGUF@v2:a/b.gguf", Named("Qwen/Qwen3-4B-GGUF", "v2", "a/b.gguf")),
        ("./model.gguf", None),
        ("models/model.gguf", None),
        ("/models/model.gguf", None),
        ("model.gguf", None),
        ("~/model.gguf", None),
        (r"C:\models\model.gguf", None),
    ],
)
def test_a_path_and_a_name_of_the_hub_are_told_apart(rest: str, meant: Named | None) -> None:
    assert named(rest) == meant


def test_the_usual_quantisation_is_fetched_once_and_runs(hub: Hub, settings: Settings) -> None:
    generator = load_generator("gguf:owner/tiny-GGUF", settings)
    assert (generator.name, generator.window) == ("gguf:owner/tiny-GGUF", 1024)
    generator.close()
    assert any(COMMITS["main"] in path for path in hub.asked)
    hub.asked.clear()
    offline = settings.model_copy(update={"offline": True})
    path = fetched(Named("owner/tiny-GGUF", "main", ""), offline)
    assert path.read_bytes() == hub.files["tiny-Q4_K_M.gguf"]
    assert hub.asked == []


def test_another_file_another_revision(hub: Hub, settings: Settings, tmp_path: Path) -> None:
    hub.files["old/tiny-q8_0.gguf"] = hub.files.pop("tiny-q8_0.gguf")
    for choice in ("Q8_0", "q8_0", "tiny-q8_0.gguf", "old/tiny-q8_0.gguf"):
        assert fetched(Named("owner/tiny-GGUF", "v1", choice), settings).read_bytes() == b"another"
    assert any(COMMITS["v1"] in path for path in hub.asked)


def test_what_cannot_be_had_is_said(hub: Hub, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(model: Named, match: str, **changed: object) -> None:
        with pytest.raises(ModelError, match=match):
            fetched(model, settings.model_copy(update=changed))

    said(Named("owner/absent", "main", ""), "no such repository")
    said(Named("owner/tiny-GGUF", "v9", ""), "no such repository")
    said(Named("owner/tiny-GGUF", "main", "Q5_K_M"), r"no file there is Q5_K_M.*tiny-Q4_K_M\.gguf, tiny-q8_0\.gguf")
    said(Named("owner/tiny-GGUF", "main", "tiny"), "several files")
    said(Named("owner/tiny-GGUF", "main", ""), "SUMMARIZER_OFFLINE", offline=True)
    hub.files = {f"tiny-Q4_K_M-0000{n}-of-00002.gguf": b"x" for n in (1, 2)}
    said(Named("owner/tiny-GGUF", "main", ""), "2 parts.*llama-gguf-split")
    hub.files = {"README.md": b"safetensors only"}
    said(Named("owner/tiny-GGUF", "main", ""), "no GGUF file")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    said(Named("owner/tiny-GGUF", "main", ""), "could not be asked")


def test_a_file_that_is_not_what_the_hub_said_is_not_kept(hub: Hub, settings: Settings, tmp_path: Path) -> None:
    listing = hub.listing()
    hub.listing = lambda: listing  # type: ignore[method-assign]
    body = bytearray(hub.files["tiny-Q4_K_M.gguf"])
    body[-5] ^= 1
    hub.files["tiny-Q4_K_M.gguf"] = bytes(body)
    with pytest.raises(ModelError, match="could not be fetched"):
        fetched(Named("owner/tiny-GGUF", "main", ""), settings)
    hub.files["tiny-Q4_K_M.gguf"] = save_gguf(tmp_path / "again.gguf").read_bytes()
    assert fetched(Named("owner/tiny-GGUF", "main", ""), settings).is_file()

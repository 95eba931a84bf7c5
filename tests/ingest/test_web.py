"""URLs, fetched from a real server on this machine."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from summarizer.errors import InputError
from summarizer.ingest import load_documents
from summarizer.settings import Settings

PAGE = (Path(__file__).parents[1] / "data" / "harbour_bridge.html").read_text(encoding="utf-8")


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/latin")
            self.end_headers()
        elif self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif self.path == "/latin":
            page = PAGE.replace('<meta charset="utf-8">', "").replace("“", "").replace("”", "")
            self.answer(page.encode("latin-1"), "text/html; charset=ISO-8859-1")
        elif self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            for _ in range(200):
                self.wfile.write(b"x" * 10_000)
        elif self.path == "/image":
            self.answer(b"\xff\xd8\xff\xe0 jpeg", "image/jpeg")
        else:
            self.send_error(404)

    def answer(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_page_is_fetched_through_a_redirect_in_its_charset(site):
    [document] = load_documents(f"{site}/moved", allow_urls=True)
    assert document.id == f"{site}/moved"
    assert document.title == "Harbour Bridge to close for three months"
    assert "Zoë Brandt" in document.text


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/none", "answered 404"),
        ("/loop", "More than 5 redirects"),
        ("/endless", "More than 100,000 bytes"),
        ("/image", "Looks like a JPEG image"),
    ],
)
def test_what_cannot_be_read_is_an_error(site, path, problem):
    with pytest.raises(InputError, match=problem) as caught:
        load_documents(site + path, allow_urls=True, settings=Settings(max_document_bytes=100_000))
    assert caught.value.where == site + path


def test_no_server_offline_and_bad_address():
    with pytest.raises(InputError, match="Could not be fetched"):
        load_documents("http://127.0.0.1:9/", allow_urls=True)
    with pytest.raises(InputError, match="offline"):
        load_documents("http://127.0.0.1:9/", allow_urls=True, settings=Settings(offline=True))
    with pytest.raises(InputError, match=r"Not a usable address|Could not be fetched"):
        load_documents("http://[::bad/", allow_urls=True)

"""Crawls as their tools write them."""

from __future__ import annotations

import http.server
import shutil
import subprocess
import threading
from functools import partial
from pathlib import Path

import pytest
from archives import article, page, zipped

from summarizer import load_documents
from summarizer.types import Document

pytest.importorskip("warcio")
FILES = Path(__file__).parent / "files"


def check(documents: list[Document]) -> None:
    assert [document.title for document in documents] == [article(number)["title"] for number in range(2)]
    assert [(document.url or "").rpartition("/")[2] for document in documents] == ["0.html", "1.html"]
    assert [document.published.isoformat() for document in documents if document.published] == [
        article(number)["published"] for number in range(2)
    ]


def test_wacz() -> None:
    """A crawl by ``wget --warc-file`` of two pages, an image and no page, packed by ``wacz create``."""
    check(load_documents(FILES / "crawl.wacz"))


@pytest.mark.skipif(not shutil.which("wget"), reason="needs wget")
def test_a_crawl_of_wget_now(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    for number in range(2):
        (tmp_path / "site" / f"{number}.html").write_bytes(page(number))
    answer = partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path / "site")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        urls = [f"http://127.0.0.1:{server.server_port}/{name}.html" for name in (0, 1, "none")]
        command = [
            "wget",
            "--quiet",
            "--no-proxy",
            "--tries=5",
            "--retry-connrefused",
            "--waitretry=1",
            "--warc-file=crawl",
            *urls,
        ]
        subprocess.run(command, cwd=tmp_path, timeout=60, check=False)
        server.shutdown()
    crawl = tmp_path / "crawl.warc.gz"
    check(load_documents(crawl))
    pages = b'{"format": "json-pages-1.0"}\n{"url": "http://a.example", "text": "The text of the page, once more."}\n'
    members = {"archive/data.warc.gz": crawl.read_bytes(), "pages/pages.jsonl": pages, "datapackage.json": b"{}"}
    (tmp_path / "crawl.wacz").write_bytes(zipped(members))
    check(load_documents(tmp_path / "crawl.wacz"))


def test_a_zip_file_with_a_folder_called_archive_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"archive/0.html": page(0), "1.html": page(1)}))
    assert len(load_documents(tmp_path / "a.zip")) == 2

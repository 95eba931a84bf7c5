"""Files through the service: what the library reads is read, what it cannot read is a problem that says why."""

from __future__ import annotations

import httpx
import pytest
from archives import pdf
from serving import Server, story


def sent(server: Server, name: str, content: bytes) -> httpx.Response:
    headers = {"Content-Type": "application/octet-stream"}
    return httpx.post(f"{server.url}/v1/documents", params={"name": name}, content=content, headers=headers)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-16-le"])
def test_text_in_any_encoding(server: Server, encoding: str) -> None:
    (document,) = sent(server, "a.txt", f"{story(1)} The café is shut.".encode(encoding)).json()["documents"]
    assert document["text"].endswith("The café is shut.")
    assert document["id"] == "a.txt"


def test_a_pdf_has_its_text_and_a_page_its_title_and_address(server: Server) -> None:
    (document,) = sent(server, "a.pdf", pdf(story(2).split(". "), title="Aground")).json()["documents"]
    assert (document["title"], document["text"].split()[:3]) == ("Aground", story(2).split()[:3])
    head = "<head><title>Aground</title><link rel=canonical href=https://a.example/b></head>"
    page = f"<html>{head}<p>{story(3)}</p></html>"
    (document,) = sent(server, "a.html", page.encode()).json()["documents"]
    assert (document["title"], document["url"]) == ("Aground", "https://a.example/b")


def test_of_several_articles_the_broken_ones_are_warnings(server: Server) -> None:
    lines = f'{{"text": "{story(1)}"}}\n{{"text": ""}}\n{{"text": "{story(2)}"}}\n'
    found = sent(server, "news.jsonl", lines.encode()).json()
    assert [one["text"] for one in found["documents"]] == [story(1), story(2)]
    assert len(found["warnings"]) == 1
    assert "line 2" in found["warnings"][0]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "Empty"), (b"%PDF-1.4 broken", "a PDF document"), (b"\xff\xd8\xff" * 50, "a JPEG image")],
)
def test_what_cannot_be_read_is_a_problem(server: Server, content: bytes, said: str) -> None:
    answer = sent(server, "../folder/x.bin", content)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("x.bin: ")
    assert said in answer.json()["detail"]
    assert answer.json()["remedy"]


def test_a_file_beyond_the_limit_is_refused(server: Server) -> None:
    answer = sent(server, "long.txt", b"a " * 5_000_001)
    assert answer.status_code == 413
    assert answer.json()["type"].endswith("too-large")

"""Files through the service: what the library reads is read, what it cannot read is a problem that says why."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from archives import pdf, zipped
from serving import Server, story

FILES = Path(__file__).parents[1] / "ingest" / "files"


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


@pytest.mark.parametrize(
    ("name", "count", "title"),
    [
        ("report.docx", 1, "Bridge closes for three months"),
        ("report.odt", 1, "Bridge closes for three months"),
        ("book.epub", 3, "The wooden bridge"),
        ("newsletter.eml", 1, "Bridge closes – and two more stories"),
    ],
)
def test_documents_that_people_have(server: Server, name: str, count: int, title: str) -> None:
    documents = sent(server, name, (FILES / name).read_bytes()).json()["documents"]
    assert (len(documents), documents[0]["title"]) == (count, title)


def test_mboxes_and_tables_are_read_and_archives_are_not(server: Server) -> None:
    mail = f"From a@b Tue Mar  3 10:00:00 2026\nFrom: A <a@b.example>\nSubject: S\nDate: x\n\n{story(1)}\n\n"
    documents = sent(server, "list.mbox", (mail + mail).encode()).json()["documents"]
    assert [one["id"] for one in documents] == ["list.mbox#1", "list.mbox#2"]
    (document,) = sent(server, "a.csv", f'Title;Text\nAground;"{story(2)}"'.encode("cp1252")).json()["documents"]
    assert (document["title"], document["text"]) == ("Aground", story(2))
    answer = sent(server, "a.zip", zipped({"a.txt": story(1).encode()}))
    assert answer.status_code == 422
    assert answer.json()["remedy"] == "Unpack it and give the files inside"

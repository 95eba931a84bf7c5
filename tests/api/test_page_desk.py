"""The page as a journalist uses it: files, links that last, right-to-left text, a phone, keys, faults on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from archives import pdf
from browsing import PHONE, summarised
from serving import Server, Threaded, sqlite_url, story

PAGE = (
    "<html><head><title>Ferry aground | Wire</title><link rel=canonical href=https://wire.example/ferry></head>"
    f"<body><article><h1>Ferry aground</h1><p>{story(1)}</p></article></body></html>"
)
CAFE = story(3).replace("A ferry", "A café ferry")


def file(name: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "", "buffer": content}


def written(page: Any) -> str:
    page.get_by_role("button", name="Summarise").click()
    page.get_by_text("Written by extractive.").wait_for()
    return str(page.locator("#summary").inner_text())


def test_a_summary_has_a_link_that_outlives_reload_and_back(page: Any, server: Server) -> None:
    summarised(page)
    first, link = page.locator("#summary").inner_text(), page.url
    assert re.fullmatch(rf"{server.url}/#job=[0-9a-f]{{32}}", link)
    page.reload()
    page.get_by_text("Written by extractive.").wait_for()
    assert page.locator("#summary").inner_text() == first
    assert page.locator("#documents article").count() == 3
    page.get_by_label("Words, at most").fill("20")
    page.get_by_role("button", name="Summarise").click()
    page.wait_for_url(lambda url: url != link)
    assert page.locator("#summary").inner_text() != first
    page.go_back()
    page.get_by_text("Written by extractive.").wait_for()
    assert page.url == link
    assert page.locator("#summary").inner_text() == first
    elsewhere = page.context.new_page()
    elsewhere.goto(link)
    elsewhere.get_by_text("Written by extractive.").wait_for()
    assert elsewhere.locator("#summary").inner_text() == first
    elsewhere.get_by_role("button", name="Delete from the server").click()
    elsewhere.get_by_text("Deleted from the server.").wait_for()
    page.reload()
    page.get_by_text("There is no such summary").wait_for()


def test_what_was_typed_survives_reload_in_its_tab_only(page: Any, server: Server) -> None:
    page.locator("textarea").first.fill(story(1))
    page.get_by_label("Title of article 1").fill("A title")
    page.get_by_label("Words, at most").fill("33")
    page.reload()
    assert page.locator("textarea").first.input_value() == story(1)
    assert page.get_by_label("Title of article 1").input_value() == "A title"
    assert page.get_by_label("Words, at most").input_value() == "33"
    other = page.context.new_page()
    other.goto(server.url)
    assert other.locator("textarea").first.input_value() == ""


def test_title_and_address_are_given_or_taken_from_html_and_stand_in_what_is_copied(page: Any) -> None:
    page.locator("textarea").first.fill(PAGE)
    assert page.get_by_label("Title of article 1").input_value() == "Ferry aground"
    assert page.get_by_label("Address of article 1").input_value() == "https://wire.example/ferry"
    page.get_by_label("Title of article 1").fill("What the wire says")
    written(page)
    assert page.locator("#documents h3").inner_text() == "[1] What the wire says"
    with page.expect_download() as download:
        page.get_by_role("button", name="Download text").click()
    text = Path(download.value.path()).read_text()
    assert "[1] What the wire says" in text
    assert "https://wire.example/ferry" in text


def test_a_fragment_of_html_is_html(page: Any) -> None:
    rows = "".join(f"<tr><td><p>{sentence}.</p></td></tr>" for sentence in story(2).split(". "))
    page.locator("textarea").first.fill(f"<!-- a page of old -->\n<table>{rows}</table>")
    assert "<td>" not in written(page)
    assert "<td>" not in page.locator("#documents").inner_text()


def test_an_address_is_told_to_be_one(page: Any) -> None:
    page.locator("textarea").first.fill("https://wire.example/ferry")
    page.get_by_text("This is an address, and no page is fetched from here.").wait_for()
    page.get_by_role("button", name="Summarise").click()
    page.locator("#error", has_text="Article 1 is an address").wait_for()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("narrow.txt", CAFE.encode("cp1252")),
        ("wide.txt", CAFE.encode("utf-16")),
        ("page.html", f"<html><body><article><p>{CAFE.replace('é', '&eacute;')}</p></article></body></html>".encode()),
        ("print.pdf", pdf(story(3).split(". "), title="Ferry aground")),
    ],
)
def test_files_are_read_whatever_their_encoding_or_format(page: Any, name: str, content: bytes) -> None:
    page.locator("#files").set_input_files(file(name, content))
    page.locator("#articles label", has_text=name).wait_for()
    assert page.locator("#articles li").count() == 1
    opening = story(3) if name == "print.pdf" else CAFE
    assert page.locator("textarea").input_value().startswith(opening[:60])
    written(page)


def test_a_file_that_cannot_be_read_is_told(page: Any) -> None:
    page.locator("#files").set_input_files(file("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 99))
    page.locator("#error", has_text="a.png: Looks like a PNG image").wait_for()


def test_arabic_reads_from_right_to_left(page: Any) -> None:
    summarised(page, arabic=True)
    for read in ("textarea", "#summary", "#documents .text"):
        assert page.locator(read).first.evaluate("node => getComputedStyle(node).direction") == "rtl"
    assert page.locator("#status").evaluate("node => getComputedStyle(node).direction") == "ltr"


@pytest.mark.parametrize("way", ["button", "Escape", "back"])
def test_on_a_phone_the_summary_comes_into_view_and_a_citation_is_gone_back_from(page: Any, way: str) -> None:
    page.set_viewport_size(PHONE)
    summarised(page)
    seen = "node => { const { top } = node.getBoundingClientRect(); return top >= 0 && top < innerHeight / 2; }"
    assert page.locator("#summary").evaluate(seen)
    citation, link = page.locator("#summary .ref").first, page.url
    citation.click()
    assert page.locator("#documents mark.on").first.evaluate(seen.replace("/ 2", ""))
    back = page.get_by_role("button", name=f"Back to {citation.inner_text()}")
    assert back.is_visible()
    {"button": back.click, "Escape": lambda: page.keyboard.press("Escape"), "back": page.go_back}[way]()
    back.wait_for(state="hidden")
    assert citation.evaluate("node => node === document.activeElement")
    assert citation.evaluate(seen.replace("/ 2", ""))
    assert page.url == link


def test_focus_stays_where_a_keyboard_left_it(page: Any) -> None:
    page.get_by_role("button", name="Use an example").click()
    go = page.get_by_role("button", name="Summarise")
    go.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Written by extractive.").wait_for()
    focused = "node => node === document.activeElement"
    assert go.evaluate(focused)
    citation = page.locator("#summary .ref").first
    citation.focus()
    page.keyboard.press("Enter")
    assert citation.evaluate(focused)
    page.get_by_role("button", name="Remove article 2").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="Remove article 2").evaluate(focused)


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Threaded]:
    keys = tmp_path / "keys"
    keys.write_text(f"desk {sha256(b'open sesame').hexdigest()}\n")
    with Threaded(jobs_url=sqlite_url(tmp_path), api_keys_file=keys) as running:
        yield running


def test_with_keys_on_the_key_field_shows_itself(page: Any, locked: Threaded) -> None:
    page.goto(locked.url)
    page.get_by_text("This service asks for a key").wait_for()
    page.get_by_label("API key").fill("open sesame")
    page.get_by_label("API key").press("Tab")
    page.locator("#model option").first.wait_for(state="attached")
    summarised(page)


@pytest.mark.parametrize(
    ("status", "said"),
    [(200, "sign in first"), (413, "fewer or shorter articles"), (502, "is not running"), (504, "fewer articles")],
)
def test_an_answer_of_somebody_else_is_told_in_words(page: Any, status: int, said: str) -> None:
    html = "<html><h1>Sign in, or go away</h1></html>"
    page.get_by_role("button", name="Use an example").click()
    for path in ("*/v1/documents*", "*/v1/summaries"):
        page.route(f"*{path}", lambda route: route.fulfill(status=status, body=html, content_type="text/html"))
    page.locator("#files").set_input_files(file("a.txt", story(1).encode()))
    page.locator("#error", has_text=f"HTTP {status}, and not from the service itself").wait_for()
    page.get_by_role("button", name="Summarise").click()
    page.locator("#error", has_text=f"HTTP {status}, and not from the service itself").wait_for()
    assert said in page.locator("#error").inner_text()
    assert page.locator("#summary").inner_text() == ""


@pytest.mark.parametrize("cut", ["", 'event: done\ndata: {"text": "The ferry', "event: done\n"])
def test_a_summary_that_is_cut_off_anywhere_is_none(page: Any, cut: str) -> None:
    body = 'event: sentence\ndata: {"text": "It ran.", "citations": [], "supported": true}\n\n' + cut
    page.route("**/v1/summaries", lambda route: route.fulfill(body=body, content_type="text/event-stream"))
    page.get_by_role("button", name="Use an example").click()
    page.get_by_role("button", name="Summarise").click()
    page.get_by_text("ended before the summary did").wait_for()
    assert not page.locator("#copy").is_visible()
    assert not page.locator("#link").is_visible()

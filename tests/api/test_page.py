"""The page in a real browser: clicks, keys, and what a screen reader is told."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import Server, story

from summarizer import Document

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""A folder to leave screenshots in; docs/ has those of the last release."""
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
DESKTOP, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def page(browser: Any, server: Server) -> Iterator[Any]:
    context = browser.new_context(viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    broken: list[str] = []
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.on("console", lambda message: message.type == "error" and broken.append(message.text))
    opened.goto(server.url)
    yield opened
    context.close()
    assert [text for text in broken if "status of 4" not in text] == []


def summarised(page: Any) -> None:
    page.get_by_role("button", name="Use an example").click()
    page.get_by_role("button", name="Summarise").click()
    page.get_by_text("Written by extractive.").wait_for()


def test_a_sentence_lights_up_its_sources(page: Any) -> None:
    summarised(page)
    first = page.locator("#summary .cites").first
    assert page.locator("mark.on").count() == 0
    first.hover()
    lit = page.locator("mark.on")
    assert lit.count() >= 1
    words = set(first.inner_text().lower().split())
    assert len(words & set(lit.first.inner_text().lower().split())) >= 3
    page.mouse.move(0, 0)
    assert page.locator("mark.on").count() == 0
    first.focus()
    assert page.locator("mark.on").count() >= 1
    page.keyboard.press("Enter")
    assert first.get_attribute("aria-pressed") == "true"


def test_key_points_say_who_backs_them_and_disagreements_are_shown(page: Any) -> None:
    summarised(page)
    assert page.locator("#key-points li").count() >= 1
    assert re.fullmatch(r"\d+ independent articles?", page.locator(".backing").first.inner_text())
    shown = page.locator("#disagreements").inner_text()
    assert "231" in shown
    assert "214" in shown


def test_markup_in_an_article_stays_text(page: Any) -> None:
    markup = "<img src=x onerror=\"document.title='owned'\"> and <b>bold</b>"
    hostile = f"{story(3)} The mayor wrote {markup} words on Friday."
    page.locator("textarea").first.fill(hostile)
    page.get_by_role("button", name="Summarise").click()
    page.get_by_text("Written by extractive.").wait_for()
    assert "<img src=x" in page.locator("#documents").inner_text()
    assert page.locator("#output img, #documents img, #documents b").count() == 0
    assert page.title() == "summarizer"


def test_unsupported_text_is_marked(page: Any) -> None:
    """No model here writes such a sentence, so the service's answer is changed on the way."""
    sentence = {"text": "Pigs flew on Friday.", "citations": [], "support": 0.1, "supported": False}
    events = f"event: sentence\ndata: {json.dumps(sentence)}\n\n"
    page.route("**/v1/summaries", lambda route: route.fulfill(body=events, content_type="text/event-stream"))
    page.locator("textarea").first.fill(story(1))
    page.get_by_role("button", name="Summarise").click()
    page.get_by_text("[no article supports this]").wait_for()
    assert page.locator(".unsupported").inner_text() == "Pigs flew on Friday."


def test_a_stream_that_breaks_off_is_an_error_and_never_a_whole_summary(page: Any) -> None:
    sentence = {"text": "The sea is purple.", "citations": [], "support": 0.0, "supported": True}
    cut = f"event: sentence\ndata: {json.dumps(sentence)}\n\n"
    page.route("**/v1/summaries", lambda route: route.fulfill(body=cut, content_type="text/event-stream"))
    page.get_by_role("button", name="Use an example").click()
    page.get_by_role("button", name="Summarise").click()
    page.get_by_text("ended before the summary did").wait_for()
    assert not page.locator("#copy").is_visible()


def test_a_proxys_own_page_is_told_in_words(page: Any) -> None:
    html = "<html><h1>502 Bad Gateway</h1></html>"
    page.route("**/v1/summaries", lambda route: route.fulfill(status=413, body=html, content_type="text/html"))
    page.get_by_role("button", name="Use an example").click()
    page.get_by_role("button", name="Summarise").click()
    page.get_by_text("not from the service itself").wait_for()
    assert "fewer or shorter articles" in page.locator("#error").inner_text()


def test_files_are_read_and_dropped_files_too(page: Any, tmp_path: Path, ferry: list[Document]) -> None:
    paths = []
    for document in ferry[:2]:
        paths.append(tmp_path / f"{document.id}.txt")
        paths[-1].write_text(document.text)
    page.locator("#files").set_input_files([str(path) for path in paths])
    page.locator("#articles li").nth(1).wait_for()
    assert page.locator("#articles li").count() == 2
    dropped = page.evaluate_handle(
        "text => { const d = new DataTransfer(); d.items.add(new File([text], 'c.html')); return d; }",
        f"<article><p>{story(5)}</p></article>",
    )
    page.dispatch_event("body", "drop", {"dataTransfer": dropped})
    page.locator("#articles li").nth(2).wait_for()
    page.get_by_role("button", name="Remove article 1").click()
    page.get_by_role("button", name="Summarise").click()
    page.get_by_text("Written by extractive.").wait_for()
    assert page.locator("#documents article").count() == 2


def test_a_summary_is_copied_in_four_forms_and_the_curl_runs(page: Any) -> None:
    summarised(page)
    copied = {}
    for form in ("text", "Markdown", "JSON", "curl"):
        page.get_by_role("button", name=f"Copy {form}").click()
        page.get_by_text("Copied.").wait_for()
        copied[form] = page.evaluate("navigator.clipboard.readText()")
    summary = json.loads(copied["JSON"])
    assert copied["text"].startswith(summary["text"])
    assert "[^1]: **" in copied["Markdown"]
    answer = subprocess.run(["sh", "-c", copied["curl"]], capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == summary


def test_errors_say_what_to_do(page: Any) -> None:
    page.get_by_role("button", name="Summarise").click()
    page.locator("#error", has_text="documents").wait_for()


def test_a_job_shows_its_progress_and_results(page: Any) -> None:
    page.get_by_role("button", name="Use an example").click()
    page.get_by_role("button", name="Each alone, as a job").click()
    page.get_by_text("completed: 3 done, 0 failed, of 3").wait_for()
    page.locator("#job-results li").nth(2).wait_for()
    assert page.locator("#job-results li").count() == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(page: Any, scheme: str, size: dict[str, int]) -> None:
    axe = pytest.importorskip("axe_core_python.sync_playwright").Axe()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(size)
    page.get_by_role("button", name="Key", exact=True).click()
    found = axe.run(page)["violations"]
    summarised(page)
    page.locator("#summary .cites").first.hover()
    found += axe.run(page)["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    if SCREENSHOTS:
        page.get_by_role("button", name="Key", exact=True).click()
        page.locator("#summary .cites").first.click()
        page.evaluate("scrollTo(0, 0)")
        name = "phone" if size is PHONE else "desktop"
        page.screenshot(path=str(Path(SCREENSHOTS, f"page-{name}-{scheme}.png")), full_page=size is PHONE)


def test_the_reference_needs_no_cdn(page: Any, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/docs")
    page.get_by_text("/v1/summaries").first.wait_for()
    assert all(url.startswith((server.url, "data:")) for url in asked)

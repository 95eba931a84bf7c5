"""The page in a real browser: clicks, keys, and what a screen reader is told."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, PHONE, picture, summarised
from serving import Server, story

from summarizer import Document

SCREENSHOTS = os.environ.get("SCREENSHOTS")
"""A folder to leave screenshots in; docs/pictures has those of the last release."""


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
    number = page.locator("#summary .ref").first
    number.focus()
    assert page.locator("mark.on").count() >= 1
    page.keyboard.press("Enter")
    assert number.get_attribute("aria-pressed") == "true"
    assert page.locator("#documents h3", has_text=number.inner_text()).count() == 1


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
    for form, source in (("text", "[1] Coast Wire"), ("Markdown", "1. Coast Wire")):
        body, _, sources = copied[form].partition("Sources\n")
        for one in summary["sentences"]:
            ids = [document["id"] for document in summary["documents"]]
            numbers = sorted({ids.index(citation["document"]) + 1 for citation in one["citations"]})
            assert f"{one['text']} {''.join(f'[{number}]' for number in numbers)}" in body
        assert source in sources
    answer = subprocess.run(["sh", "-c", copied["curl"]], capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == summary


def test_errors_say_what_to_do(page: Any) -> None:
    page.get_by_role("button", name="Summarise").click()
    page.get_by_text("There is no article yet: paste one, or open a file.").wait_for()
    page.get_by_role("button", name="Use an example").click()
    page.locator("textarea").nth(1).fill("Home | News | Sport")
    page.get_by_role("button", name="Summarise").click()
    page.locator("#error", has_text="Article 2").wait_for()
    assert "/documents" not in page.locator("#error").inner_text()
    assert page.locator("textarea").nth(1).get_attribute("aria-invalid") == "true"
    page.get_by_label("Words, at most").fill("")
    page.get_by_role("button", name="Each alone, as a job").click()
    assert page.evaluate("document.activeElement.id") == "words"


def test_a_job_shows_its_progress_and_results(page: Any) -> None:
    page.get_by_role("button", name="Use an example").click()
    page.get_by_role("button", name="Each alone, as a job").click()
    page.get_by_text("completed: 3 done, 0 failed, of 3").wait_for()
    results = page.locator("#job-results > li")
    results.nth(2).wait_for()
    assert results.count() == 3
    results.nth(1).locator(".ref").first.click()
    assert results.nth(1).locator("details mark.on").first.is_visible()
    page.get_by_role("button", name="Copy Markdown").click()
    page.get_by_text("Copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert all(f"# {name}\n" in copied for name in ("Coast Wire", "Harbour Times", "Island Post"))
    assert " [1]" in copied
    with page.expect_download() as download:
        page.get_by_role("button", name="Download JSON").click()
    assert len(json.loads(Path(download.value.path()).read_text())) == 3
    page.reload()
    page.locator("#job-results > li").nth(2).wait_for()


LOOKS = [
    ("light", DESKTOP, True),
    ("light", PHONE, False),
    ("dark", DESKTOP, False),
    ("dark", PHONE, True),
    *([("light", DESKTOP, False), ("dark", PHONE, False)] if SCREENSHOTS else []),
]
"""Every two of scheme, size and script meet; the screenshots are of all in English."""


@pytest.mark.parametrize(("scheme", "size", "arabic"), LOOKS)
def test_axe_finds_nothing(page: Any, scheme: str, size: dict[str, int], arabic: bool) -> None:
    axe = pytest.importorskip("axe_core_python.sync_playwright").Axe()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(size)
    page.get_by_role("button", name="Key", exact=True).click()
    page.locator("textarea").fill("https://wire.example/")
    found = axe.run(page)["violations"]
    page.get_by_role("button", name="Summarise").click()
    page.locator("#error", has_text="Article 1").wait_for()
    found += axe.run(page)["violations"]
    page.locator("textarea").fill("")
    page.get_by_label("Address of article 1").fill("")
    page.get_by_role("button", name="Key", exact=True).click()
    summarised(page, arabic=arabic)
    found += axe.run(page)["violations"]
    page.locator("#summary .ref").first.click()
    found += axe.run(page)["violations"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    if SCREENSHOTS:
        name = f"{'phone' if size is PHONE else 'desktop'}-{scheme}{'-arabic' if arabic else ''}"
        if size is PHONE:
            if scheme == "light":
                picture(page, Path(SCREENSHOTS, f"{name}-source.webp"))
            page.get_by_role("button", name="Back to").click()
        page.mouse.move(0, 0)
        page.evaluate("size => scrollTo(0, size.width > 1000 ? 0 : scrollY)", size)
        picture(page, Path(SCREENSHOTS, f"{name}.webp"))
    page.get_by_role("button", name="Each alone, as a job").click()
    page.get_by_text("completed:").wait_for()
    page.locator("#job-results .ref").first.click()
    found += axe.run(page)["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_the_reference_needs_no_cdn(page: Any, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/docs")
    page.get_by_text("/v1/summaries").first.wait_for()
    assert all(url.startswith((server.url, "data:")) for url in asked)

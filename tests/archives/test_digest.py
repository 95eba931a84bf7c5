"""A digest: what is news, what comes back and how, what a reader may follow, and what a kill leaves behind."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from archives import article
from browsing import DESKTOP, PHONE
from faults import ROUNDS, killed
from shell import summarizer_command

pytest.importorskip("rensa")
pytest.importorskip("jinja2")

from summarizer import Document
from summarizer.archives.digest import remembered
from summarizer.archives.news import outlet, spoken
from summarizer.errors import InputError

NEWSROOM = Path(__file__).resolve().parents[2] / "examples" / "newsroom"
TUESDAY, WEDNESDAY, THURSDAY = "2026-03-03T23:00:00", "2026-03-04T23:30:00", "2026-03-05T12:00:00"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def command(source: Path, *outputs: Path, **options: str) -> list[str]:
    given = [part for name, value in options.items() for part in (f"--{name}", value)]
    written = [part for output in outputs for part in ("-o", str(output))]
    model = ["--model", "extractive", "--max-words", "60", "--workers", "1"]
    return ["digest", str(source), *written, *model, *given]


def digest(source: Path, *outputs: Path, **options: str) -> str:
    """What was said on stderr."""
    done = summarizer_command(*command(source, *outputs, **options))
    assert done.returncode == 0, done.stderr
    return done.stderr


def entries(path: Path) -> dict[str, str]:
    """Titles of the feed's entries by their ids."""
    found = [
        (entry.findtext("a:id", "", ATOM), entry.findtext("a:title", "", ATOM))
        for entry in Xml.parse(path).findall("a:entry", ATOM)
    ]
    assert len(dict(found)) == len(found)
    return dict(found)


def test_three_days(tmp_path: Path) -> None:
    page, text, feed = tmp_path / "d.html", tmp_path / "d.md", tmp_path / "d.atom"
    digest(NEWSROOM, page, text, feed, until=TUESDAY)
    first = entries(feed)
    assert list(first.values()) == ["Fishing boats rescue 231 from stranded ferry"]
    assert "Update" not in text.read_text()

    digest(NEWSROOM, page, text, feed, until=WEDNESDAY)
    second = entries(feed)
    [ferry] = first
    assert second[ferry] == "Update: Tug frees the Northern Star"
    assert len(second) == 2
    told = text.read_text()
    assert "**New:**" in told
    new = told[told.index("**New:**") : told.index("The whole story")]
    assert "tear four metres long" in new
    assert "231 people" not in new
    assert "she will not sail again before may" in told.lower()
    assert "We heard a long scrape" not in told, "a quotation of yesterday's digest"
    assert "- 3 March 2026: Ferry runs aground off Harrow Island (Evening Echo)" in told

    digest(NEWSROOM, page, text, feed, until=THURSDAY)
    assert set(second) < set(entries(feed))
    titles = [line for line in text.read_text().splitlines() if line.startswith("## ")]
    assert titles[0] == "## Ferry towed to Port Arden with torn hull", "four outlets tell it"
    assert titles[-1] == "## Library of Larne reopens after flood"
    assert page.read_text().count("<article ") == len(titles) == 3

    written = [path.read_bytes() for path in (page, text, feed)]
    digest(NEWSROOM, page, text, feed, until=THURSDAY)
    assert [path.read_bytes() for path in (page, text, feed)] == written, "the same once more"

    digest(NEWSROOM, page, text, feed, until="2026-03-06T09:00:00")
    assert "Nothing new" in text.read_text()
    assert len(entries(feed)) == 3


def test_a_story_goes_on_when_its_first_articles_have_left_the_archive(tmp_path: Path) -> None:
    feed = tmp_path / "d.atom"
    digest(NEWSROOM / "tuesday.jsonl", feed)
    before = entries(feed)
    digest(NEWSROOM / "wednesday.jsonl", feed)
    assert before.keys() < entries(feed).keys()
    assert entries(feed)[next(iter(before))] == "Update: Tug frees the Northern Star"


def test_nothing_of_an_article_becomes_markup_or_a_link_to_follow(tmp_path: Path) -> None:
    hostile = article(1) | {
        "title": "<script>alert(1)</script> [x](y)",
        "url": "javascript:alert(1)",
        "source": "A & B",
    }
    source = tmp_path / "a.jsonl"
    source.write_text(json.dumps(hostile) + "\n" + json.dumps(article(2) | {"published": None}) + "\n")
    said = digest(source, tmp_path / "d.html", tmp_path / "d.md", tmp_path / "d.atom")
    assert "articles without a date, left out: 1" in said
    page = (tmp_path / "d.html").read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "A &amp; B" in page
    for name in ("d.html", "d.md", "d.atom"):
        assert "javascript:" not in (tmp_path / name).read_text()
    assert "\\<script\\>" in (tmp_path / "d.md").read_text()
    assert len(remembered(tmp_path / "d.html.told.jsonl")) == 1


def test_who_is_quoted_is_named_and_the_words_are_the_articles_own() -> None:
    texts = {
        "a": 'Snow fell. "We will clear every road before the schools open," said Ada Lind of the council. '
        'She called it "a bit of weather". The mayor said: "Nobody told me about any of it at all."',
        "b": 'Ada Lind said: "We will clear every road before the schools open."',
        "c": 'Skier Tom Berg said "the snow on the north side is the best in ten years".',
    }
    found = spoken([Document(id=name, text=text, language="en") for name, text in texts.items()])
    assert [(q.speaker, q.document) for q in found] == [("Ada Lind", "a"), ("Skier Tom Berg", "c")]
    assert all(q.text in texts[q.document] for q in found)
    assert outlet(Document(id="x", text="t", url="https://www.example.org/x")) == "example.org"


@pytest.mark.parametrize("since", ["tomorrow", "0d"])
def test_what_is_no_length_of_time_is_told_in_a_sentence(tmp_path: Path, since: str) -> None:
    done = summarizer_command(*command(NEWSROOM, tmp_path / "d.html", since=since))
    assert done.returncode == 1
    assert "is no length of time" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_that_asks_for_no_form_and_a_broken_memory_are_told(tmp_path: Path) -> None:
    done = summarizer_command(*command(NEWSROOM, tmp_path / "d.pdf"))
    assert done.returncode == 1
    assert ".html, .md or .atom" in done.stderr
    broken = tmp_path / "told.jsonl"
    broken.write_text('{"id": 1}\n')
    with pytest.raises(InputError, match="no stories of a digest"):
        remembered(broken)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_page_is_read_on_any_screen(browser: Any, edition: Path, size: dict[str, int], scheme: str) -> None:
    axe = pytest.importorskip("axe_core_python.sync_playwright").Axe()
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(edition.as_uri())
    found = axe.run(page)["violations"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    page.locator("sup a").first.click()
    page.locator("li:target").wait_for(state="visible")
    found += axe.run(page)["violations"]
    assert asked == [edition.as_uri()], "it loads something"
    context.close()
    assert found == []


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of two days, with a story that was told before."""
    page = tmp_path_factory.mktemp("edition") / "d.html"
    digest(NEWSROOM, page, until=TUESDAY)
    digest(NEWSROOM, page, until=THURSDAY, since="2d")
    return page


@pytest.mark.slow
def test_a_killed_digest_goes_on_to_the_same_page(tmp_path: Path) -> None:
    whole, begun = tmp_path / "whole.html", time.monotonic()
    digest(NEWSROOM, whole, until=TUESDAY)
    told = (tmp_path / "whole.html.told.jsonl").read_bytes()
    digest(NEWSROOM, whole, until=THURSDAY, since="2d")
    took = (time.monotonic() - begun) / 2
    for number in range(ROUNDS):
        page = tmp_path / f"{number}.html"
        (tmp_path / f"{number}.html.told.jsonl").write_bytes(told)
        stops = [took * (number + 1) / (ROUNDS + 1), took / 2]
        for stop in stops:
            given = command(NEWSROOM, page, until=THURSDAY, since="2d")
            run = subprocess.Popen([sys.executable, "-m", "summarizer.cli", *given], stderr=subprocess.DEVNULL)
            if not killed(run, stop):
                break
        else:
            digest(NEWSROOM, page, until=THURSDAY, since="2d")
        assert page.read_bytes() == whole.read_bytes()
        memory = [path.with_name(path.name + ".told.jsonl") for path in (page, whole)]
        assert memory[0].read_bytes() == memory[1].read_bytes()
        assert not list(tmp_path.glob(f"{number}.html.*ledger*"))

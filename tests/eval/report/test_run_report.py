"""The report is read back, and opened in a real browser where there is one."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from eval.data import datasets
from eval.report import run_report
from eval.report.source_marking import mark
from eval.run.run_folder import RunFolder
from eval.run.runner import RunOptions, run
from eval.types import Example, Output
from summarizer.errors import InputError
from summarizer.types import Citation, Document, SummarySentence

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"


@pytest.fixture
def written(data_file: Path, tmp_path: Path) -> Path:
    text = data_file.read_text()
    data_file.write_text(text.replace("Nobody was hurt, the", "<script>alert('x')</script> & nobody was hurt, the", 1))
    folder = RunFolder(tmp_path / "run")
    systems = ("lead", "lexrank", "oracle", "recorded:elsewhere")
    options = RunOptions(systems=systems, metrics=("rouge", "length", "abstractiveness"), resamples=200)
    run(datasets.load(str(data_file), "en"), options, folder)
    run_report.write(folder, tmp_path / "report", examples=2)
    return tmp_path / "report"


def test_the_page_stands_alone_and_escapes_what_articles_say(written: Path) -> None:
    page = (written / "report.html").read_text()
    assert not re.search(r"(?:src|href)=[\"'](?!data:|#)", page)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert page.count("data:image/png;base64,") == 3
    for part in ("floods-dev", "Reference", "best 1", "worst 1", "system:lexrank", "<mark"):
        assert part in page, part


def test_markdown_csv_and_plots_hold_the_same_run(written: Path) -> None:
    rows = list(csv.DictReader((written / "report.csv").open()))
    lead = next(row for row in rows if row["system"] == "lead" and row["measure"] == "rouge1")
    assert float(lead["low"]) <= float(lead["mean"]) <= float(lead["high"])
    assert "system:lead" in lead["signature"]
    text = (written / "report.md").read_text()
    assert f"{100 * float(lead['mean']):.1f} [" in text
    for name in ("intervals", "distribution", "against"):
        assert (written / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert f"({name}.png)" in text


def test_a_report_is_the_same_twice(written: Path, tmp_path: Path) -> None:
    run_report.write(RunFolder(tmp_path / "run"), tmp_path / "again", examples=2)
    for path in written.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_an_unknown_measure_and_an_unfinished_run_are_told(written: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such measure"):
        run_report.write(RunFolder(tmp_path / "run"), tmp_path / "x", measure="bleu")
    (tmp_path / "run" / "metrics.json").unlink()
    with pytest.raises(InputError, match="did not finish"):
        run_report.write(RunFolder(tmp_path / "run"), tmp_path / "x")


@pytest.mark.slow
def test_a_real_browser_opens_it_without_an_error(written: Path) -> None:
    sync = pytest.importorskip("playwright.sync_api")
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        pytest.skip("no browser here")
    messages, requests = [], []
    with sync.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS.split())
        context = browser.new_context(offline=True)
        page = context.new_page()
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto((written / "report.html").as_uri())
        widths = page.evaluate("[...document.images].map((image) => image.naturalWidth)")
        first = page.locator("table").first.locator("tbody tr td:first-child")
        assert first.first.inner_text() == "lead"
        page.locator("table").first.locator("th").nth(2).click()
        shown = [
            float(cell.split()[0]) for cell in page.locator("table").first.locator("td:nth-child(3)").all_inner_texts()
        ]
        assert shown == sorted(shown, reverse=True)
        assert page.locator("td.top").count() > 0
        # An output sentence and the source sentences that it rests on carry one colour, and both are seen at once.
        example = page.locator("details[open] .example").first
        line = example.locator(".lines .on").first
        source = example.locator(f"mark.{(line.get_attribute('class') or '').split()[1]}").first
        assert line.is_visible()
        assert source.is_visible()
        colours = [one.evaluate("(node) => getComputedStyle(node).backgroundColor") for one in (line, source)]
        assert colours[0] == colours[1] != "rgba(0, 0, 0, 0)"
        closed = page.locator("details").first
        assert not closed.locator(".example").first.is_visible()
        closed.locator("summary").first.click()
        assert closed.locator(".example").first.is_visible()
        browser.close()
    assert messages == []
    assert [url for url in requests if urlsplit(url).scheme not in ("file", "data")] == []
    assert len(widths) == 3
    assert all(width > 300 for width in widths)


def test_citations_cut_the_document_at_their_edges() -> None:
    text = "Rain fell. The bridge closed. A dog barked."
    example = Example(id="x", documents=(Document(id="d1", text=text),))
    cited = SummarySentence(
        text="Rain shut the bridge.", support=0.9, supported=True,
        citations=tuple(Citation(document="d1", start=start, end=29, score=0.9) for start in (0, 11)),
    )  # fmt: skip
    silent = SummarySentence(text="Dogs like it.", support=0.1, supported=False)
    marked = mark(example, Output(text="x", sentences=(cited, silent)))
    ((_, pieces),) = marked.documents
    assert "".join(piece.text for piece in pieces) == text
    assert [(p.text, p.numbers) for p in pieces if p.numbers] == [("Rain fell. ", (1,)), ("The bridge closed.", (1,))]
    assert [(line.marked, line.supported) for line in marked.lines] == [(True, True), (False, False)]
    assert marked.by == "citation"


def test_copies_are_marked_where_nothing_is_cited() -> None:
    text = "Rain fell all over the county. The old bridge closed."
    example = Example(id="x", documents=(Document(id="d1", text=text, language="en"),))
    marked = mark(example, Output(text="Floods came. Rain fell all over the county."))
    ((_, pieces),) = marked.documents
    assert [(p.text, p.numbers) for p in pieces if p.numbers] == [("Rain fell all over the county.", (2,))]
    assert marked.by == "copy"

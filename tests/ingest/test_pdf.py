"""PDF of several columns, however a program drew it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from summarizer import load_documents
from summarizer.ingest.columns import Box, reading_order

pypdfium2 = pytest.importorskip("pypdfium2")
FILES = Path(__file__).parent / "files"
SENTENCE = re.compile(r"(\w+) sentence (\d) tells that the [a-z ]+ was repaired\.")
TOLD = [
    *((f"First{letter}", str(number)) for letter in "ABCD" for number in range(1, 7)),
    *(("Middle", str(number)) for number in range(1, 6)),
    *((f"Last{letter}", str(number)) for letter in "ABC" for number in range(1, 7)),
]


def check(path: Path) -> None:
    """A headline above three columns, a second one above a text of full width, and two columns onto the next page."""
    [document] = load_documents(path)
    assert document.title == "Harbour bridge closes for three months after cracks are found"
    assert SENTENCE.findall(document.text) == TOLD
    assert "The library in Ashby opens again" not in document.text


def test_a_newspaper_of_libreoffice() -> None:
    """columns.pdf was made from columns.fodt by ``soffice --headless --convert-to pdf``."""
    check(FILES / "columns.pdf")


def test_a_newspaper_that_is_drawn_line_by_line_across_its_columns(tmp_path: Path) -> None:
    """The same pages, with their texts in the order of their height, as some layout programs write them."""
    with pypdfium2.PdfDocument(FILES / "columns.pdf") as pdf:
        for page in pdf:
            texts = [piece for piece in page.get_objects(max_depth=1) if piece.type == 1]
            texts.sort(key=lambda piece: (-round(piece.get_bounds()[1]), piece.get_bounds()[0]))
            for piece in texts:
                page.remove_obj(piece)
            for piece in texts:
                page.insert_obj(piece)
            page.gen_content()
        pdf.save(tmp_path / "rows.pdf")
        drawn = pdf[0].get_textpage().get_text_bounded()
    assert len(SENTENCE.findall(drawn.replace("\r\n", " "))) < len(TOLD) / 2
    check(tmp_path / "rows.pdf")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice: apt-get install libreoffice-writer-nogui")
def test_a_newspaper_that_libreoffice_makes_now(tmp_path: Path) -> None:
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
    command += ["pdf", "--outdir", str(tmp_path), str(FILES / "columns.fodt")]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    check(tmp_path / "columns.pdf")


def lines(left: float, right: float, top: float, count: int) -> list[Box]:
    """Lines of ten points, twelve apart, from ``top`` down."""
    return [Box(left, top - 12 * number - 10, right, top - 12 * number) for number in range(count)]


def test_headlines_columns_of_unlike_length_and_what_stands_below() -> None:
    headline, below = Box(50, 700, 550, 720), lines(50, 550, 400, 6)
    left, right = lines(50, 290, 680, 20), lines(310, 550, 680, 12)
    order = reading_order([*right, *below, headline, *left])
    assert order == [headline, Box(50, 442, 290, 680), Box(310, 538, 550, 680), Box(50, 330, 550, 400)]


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param((50, 56, 80, 500), id="bullets and their items"),
        pytest.param((50, 400, 450, 480), id="names and figures of a table"),
        pytest.param((50, 290, 294, 500), id="a gap as between two words"),
    ],
)
def test_what_is_no_gutter(beside: tuple[float, float, float, float]) -> None:
    first, second, third, fourth = beside
    pieces = lines(first, second, 700, 20) + lines(third, fourth, 700, 20)
    assert reading_order(pieces) == [Box(50, 462, fourth, 700)]


def test_pieces_of_many_words_make_one_column() -> None:
    words = [piece for at in range(50, 290, 40) for piece in lines(at, at + 36, 700, 20)]
    others = [piece for at in range(310, 550, 40) for piece in lines(at, at + 36, 700, 20)]
    assert reading_order(words + others) == [Box(50, 462, 286, 700), Box(310, 462, 546, 700)]


def test_a_page_without_text_has_no_order() -> None:
    assert reading_order([]) == []
    assert reading_order([Box(1, 1, 1, 5)]) == []

"""Books: a chapter a document, in the book's order."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from archives import zipped

from summarizer import load_documents
from summarizer.errors import InputError
from summarizer.settings import Settings

BOOK = Path(__file__).parent / "files" / "book.epub"


def test_a_book_of_libreoffice() -> None:
    """Made from book.fodt by ``soffice --headless --convert-to epub``."""
    chapters = load_documents(BOOK)
    assert [chapter.title for chapter in chapters] == ["The wooden bridge", "The stone bridge", "The steel bridge"]
    assert chapters[0].text == (
        "The first bridge was built of oak in 1612. It stood for eighty years, until a flood carried it away.\n\n"
        "Nobody was on it that night, the parish book says."
    )
    assert {chapter.source for chapter in chapters} == {"The Bridges of Harrowgate"}
    assert {chapter.language for chapter in chapters} == {"en"}
    assert [chapter.id for chapter in chapters][2] == "book.epub/OEBPS/sections/section0003.xhtml"
    assert chapters[0].published is not None
    assert chapters[0].published.date().isoformat() == "2026-03-06"


SENTENCE = "The bridge of that year was opened in May, and two thousand people walked over it."
OPF = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
<dc:title>A book</dc:title><dc:date>1998</dc:date></metadata><manifest>{items}</manifest><spine>{refs}</spine>
<guide><reference type="cover" href="cover.xhtml"/></guide></package>"""


def book(pages: dict[str, str], **others: bytes) -> bytes:
    """An EPUB 2 with these pages in this order."""
    items = "".join(f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in pages)
    refs = "".join(f'<itemref idref="{name}"/>' for name in pages)
    container = b'<container><rootfiles><rootfile full-path="b/a.opf"/></rootfiles></container>'
    members = {"mimetype": b"application/epub+zip", "META-INF/container.xml": container}
    members["b/a.opf"] = OPF.format(items=items, refs=refs).encode()
    pages = {name: f"<html><body>{page}</body></html>" if page else "" for name, page in pages.items()}
    members |= {f"b/{name.replace('%20', ' ')}": page.encode() for name, page in pages.items()}
    return zipped(members | {f"META-INF/{name}.xml": data for name, data in others.items()})


def test_covers_and_dedications_are_no_chapters_and_a_broken_chapter_is_recorded(tmp_path: Path) -> None:
    pages = {"cover.xhtml": SENTENCE, "to.xhtml": "<p>For Anna</p>", "1%20a.xhtml": f"<h2>One</h2><p>{SENTENCE}</p>"}
    (tmp_path / "a.epub").write_bytes(book({**pages, "2.xhtml": f"<p>{SENTENCE}</p>", "3.xhtml": SENTENCE}))
    packed = bytearray((tmp_path / "a.epub").read_bytes())
    with zipfile.ZipFile(tmp_path / "a.epub") as archive:
        place = archive.getinfo("b/2.xhtml").header_offset
    packed[place + 45 : place + 60] = bytes(15)
    (tmp_path / "a.epub").write_bytes(packed)
    errors: list[InputError] = []
    chapters = load_documents(tmp_path / "a.epub", on_error=errors.append)
    assert [(chapter.id, chapter.title) for chapter in chapters] == [
        ("a.epub/b/1 a.xhtml", "One"),
        ("a.epub/b/3.xhtml", None),
    ]
    assert [(error.where or "").rpartition(", ")[2] for error in errors] == ["b/2.xhtml"]


LOCK = b'<encryption><CipherData><CipherReference URI="b/1.xhtml"/></CipherData></encryption>'


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (book({"1.xhtml": SENTENCE}, encryption=LOCK), "DRM"),
        (book({"1.xhtml": "<img src='a.png'/>"}), "No chapter has a text"),
        (zipped({"mimetype": b"application/epub+zip"}), "no META-INF/container.xml"),
        (book({f"{n}.xhtml": f"<p>{SENTENCE * 3_000}</p>" for n in range(50)}), "may have 1,500,000"),
    ],
)
def test_books_that_cannot_be_read(tmp_path: Path, data: bytes, problem: str) -> None:
    (tmp_path / "a.epub").write_bytes(data)
    errors: list[InputError] = []
    settings = Settings(max_document_bytes=300_000)
    assert len(load_documents(tmp_path / "a.epub", settings=settings, on_error=errors.append)) <= 6
    assert problem in errors[-1].problem
    assert errors[-1].remedy

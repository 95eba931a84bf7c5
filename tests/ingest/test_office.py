"""Office documents: what their readers see, and nothing that was struck out, noted or hidden."""

from __future__ import annotations

import gzip
import io
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from archives import tarred, zipped

from summarizer import load_documents
from summarizer.errors import InputError
from summarizer.settings import Settings
from summarizer.types import Document

FILES = Path(__file__).parent / "files"
PARAGRAPHS = [
    "The Harbour Bridge in Harrowgate closes on Monday for three months, the city said on Thursday. Engineers found"
    " cracks in two of its steel beams.",
    "For these months the city promises:",
    "- Extra ferries will carry 6,000 people a day.",
    "- The fare stays at two pounds until July.",
    "“We cannot wait another winter,” said Lydia Marsh, who leads the port authority.",
    "The works begin on Monday.",
]


def check(document: Document) -> None:
    assert document.text.split("\n\n") == PARAGRAPHS
    assert (document.title, document.source) == ("Bridge closes for three months", "Lydia Marsh")
    assert document.published is not None
    assert document.published.isoformat() == "2026-03-06T07:30:00+00:00"


@pytest.mark.parametrize("name", ["report.docx", "report.odt", "report.fodt"])
def test_documents_of_libreoffice(name: str) -> None:
    """The .docx, .odt, .doc and .rtf were made from the .fodt by ``soffice --headless --convert-to``."""
    [document] = load_documents(FILES / name)
    check(document)
    [document] = load_documents("-", stdin=io.BytesIO((FILES / name).read_bytes()))
    check(document)


def test_documents_within_archives(tmp_path: Path) -> None:
    names = ("report.docx", "report.odt")
    members = {f"a/{name}": (FILES / name).read_bytes() for name in names}
    (tmp_path / "b.tar.gz").write_bytes(gzip.compress(tarred({"in.zip": zipped(members)})))
    documents = load_documents(tmp_path / "b.tar.gz")
    assert [document.id for document in documents] == [f"b.tar/in.zip/a/{name}" for name in names]
    for document in documents:
        check(document)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["docx", "odt"])
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice: apt-get install libreoffice-writer-nogui")
def test_documents_that_libreoffice_makes_now(tmp_path: Path, form: str) -> None:
    command = [
        "soffice",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        form,
    ]
    subprocess.run(
        [*command, "--outdir", tmp_path / "out", FILES / "report.fodt"], check=True, timeout=120, capture_output=True
    )
    [document] = load_documents(tmp_path / "out")
    check(document)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document2'
    b'.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def docx(body: str, *, names: str = W, before: str = "") -> bytes:
    document = f'<?xml version="1.0"?>{before}<w:document xmlns:w="{names}" xmlns:mc="urn:mc"><w:body>{body}</w:body>'
    return zipped({"[Content_Types].xml": TYPES, "word/document2.xml": f"{document}</w:document>".encode()})


def run(text: str, about: str = "") -> str:
    return f"<w:r><w:rPr>{about}</w:rPr><w:t>{text}</w:t></w:r>"


WORD = (
    '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>'
    f"<w:p>{run('The bridge and its history, a table of contents.')}</w:p></w:sdtContent></w:sdt>"
    f"<w:p>{run('The bridge is ')}{run('not ', '<w:vanish/>')}<w:moveFrom>{run('now ')}</w:moveFrom>"
    f"<w:ins>{run('closed.')}</w:ins><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    f"<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p>{run('A ferry runs.')}</w:p></w:txbxContent>"
    f"</mc:Choice><mc:Fallback><w:p>{run('A ferry runs.')}</w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    f"<w:sdt><w:sdtContent><w:p>{run('It costs two pounds.')}</w:p></w:sdtContent></w:sdt>"
)


@pytest.mark.parametrize("names", [W, STRICT])
def test_what_word_writes_besides(tmp_path: Path, names: str) -> None:
    (tmp_path / "a.docx").write_bytes(docx(WORD, names=names))
    [document] = load_documents(tmp_path / "a.docx")
    assert document.text.split("\n\n") == ["The bridge is closed.", "A ferry runs.", "It costs two pounds."]


ODS = b"application/vnd.oasis.opendocument.spreadsheet"
LOCKED = {"mimetype": b"application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": b"<a><encryption-data/></a>"}
OTHERS = {
    "report.doc": ((FILES / "report.doc").read_bytes(), "a Word document of before 2007", "DOCX"),
    "report.rtf": ((FILES / "report.rtf").read_bytes(), "a rich text", "DOCX"),
    "table.xlsx": (zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}), "an Excel workbook", "CSV"),
    "talk.pptx": (zipped({"[Content_Types].xml": b"<x/>", "ppt/a.xml": b"<x/>"}), "a PowerPoint presentation", "PDF"),
    "table.ods": (zipped({"mimetype": ODS, "content.xml": b"<x/>"}), "an OpenDocument spreadsheet", "CSV"),
    "letter.pages": (zipped({"Index/Document.iwa": b"x"}), "a document of Pages", "DOCX"),
    "mail.msg": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__properties_version1.0".encode("utf-16-le"), "(MSG)", "EML"),
    "locked.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "locked", "without"),
    "locked.odt": (zipped(LOCKED), "Locked", "without"),
    "half.docx": (docx(WORD)[:300], "Damaged", "again"),
    "empty.docx": (docx(""), "Empty", "article"),
    "bare.odt": (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "no content.xml", "again"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_read_is_named_with_what_to_do(tmp_path: Path, name: str) -> None:
    data, problem, remedy = OTHERS[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as caught:
        load_documents(tmp_path / name)
    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


ENTITIES = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 40}'>" for before, name in zip("abcdef", "bcdefg", strict=True)
)


def test_entities_that_grow_are_an_error_and_files_are_not_read(tmp_path: Path) -> None:
    body = f"<w:p>{run('The bridge is closed to everyone. &g;')}</w:p>"
    (tmp_path / "a.docx").write_bytes(docx(body, before=ENTITIES + "]>"))
    (tmp_path / "b.docx").write_bytes(docx(body, before="<!DOCTYPE x [<!ENTITY g SYSTEM 'file:///etc/passwd'>]>"))
    errors: list[InputError] = []
    begun = time.process_time()
    [document] = load_documents(tmp_path, on_error=errors.append)
    assert time.process_time() - begun < 5
    assert document.text == "The bridge is closed to everyone."
    assert [error.problem for error in errors] == ["Damaged: Maximum entity amplification factor exceeded"]


def test_bombs_end_in_an_error(tmp_path: Path) -> None:
    bomb = docx(f"<w:p>{run('a ' * 30_000_000)}</w:p>")
    assert len(bomb) < 100_000
    deep = docx("<w:p>" * 500_000 + "</w:p>" * 500_000)
    for data, problem in ((bomb, "one article may have 20,000,000"), (deep, "Damaged")):
        (tmp_path / "a.docx").write_bytes(data)
        with pytest.raises(InputError) as caught:
            load_documents(tmp_path / "a.docx", settings=Settings(max_document_bytes=20_000_000))
        assert problem in caught.value.problem

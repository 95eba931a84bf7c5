"""Archives of every format, nested and damaged, read as streams."""

import bz2
import gzip
import io
import json
import lzma
import sys
import zipfile
import zlib

import pytest
from archives import article, json_line, page, pdf, tarred, warc, zipped

from summarizer.errors import InputError
from summarizer.ingest import archive, compressed, load_documents
from summarizer.ingest import open as formats

LIMIT = 20_000_000


def read(location, *, limit=LIMIT, fields=None):
    documents, errors = [], []
    for entry in archive.entries(location, limit):
        if isinstance(entry, InputError):
            errors.append(entry)
        else:
            documents += formats.documents(entry, errors.append, limit=limit, fields=fields)
    return documents, errors


def csv_bytes(delimiter):
    cells = [list(article(0)), *(list(map(str, article(n).values())) for n in range(3))]
    return "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in cells).encode()


def parquet_bytes():
    pyarrow = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet")
    written = io.BytesIO()
    sys.modules["pyarrow.parquet"].write_table(pyarrow.Table.from_pylist([article(n) for n in range(3)]), written)
    return written.getvalue()


def zst(data):
    return pytest.importorskip("backports.zstd").compress(data)


LINES = b"".join(map(json_line, range(3)))
FORMATS = {
    "lines.jsonl": lambda: LINES,
    "lines.jsonl.gz": lambda: gzip.compress(LINES[:500]) + gzip.compress(LINES[500:]),
    "lines.jsonl.bz2": lambda: bz2.compress(LINES),
    "lines.jsonl.xz": lambda: lzma.compress(LINES),
    "lines.jsonl.zst": lambda: zst(LINES),
    "utf-16.jsonl": lambda: LINES.decode().encode("utf-16"),
    "table.csv": lambda: csv_bytes(","),
    "table.tsv": lambda: csv_bytes("\t"),
    "table.parquet": parquet_bytes,
    "pages.zip": lambda: zipped({f"a/{n}.html": page(n) for n in range(3)}),
    "pages.tar": lambda: tarred({f"a/{n}.html": page(n) for n in range(3)}),
    "pages.tgz": lambda: gzip.compress(tarred({f"{n}.html": page(n) for n in range(3)})),
    "zip-in-tar.tar": lambda: tarred({"in.zip": zipped({"lines.jsonl.gz": gzip.compress(LINES)})}),
    "crawl.warc.gz": lambda: warc({f"https://post.example/{n}": page(n) for n in range(3)}),
    "crawl.warc": lambda: gzip.decompress(warc({f"https://post.example/{n}": page(n) for n in range(3)})),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_articles(tmp_path, name):
    if "warc" in name:
        pytest.importorskip("warcio")
    (tmp_path / name).write_bytes(FORMATS[name]())
    documents, errors = read(tmp_path / name)
    assert errors == []
    assert [d.title for d in documents] == [article(n)["title"] for n in range(3)]
    assert [d.source for d in documents] == [article(n)["source"] for n in range(3)]
    assert [d.published.isoformat() for d in documents] == [article(n)["published"] for n in range(3)]
    assert all(d.text.split() == article(n)["text"].split() for n, d in enumerate(documents))
    assert len({d.id for d in documents}) == 3


def test_urls_are_read_through_fsspec():
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe("/archive/b/lines.jsonl", LINES)
    memory.pipe("/archive/a.zip", zipped({"one.html": page(7)}))
    documents, errors = read("memory://archive")
    assert errors == []
    assert [d.id for d in documents] == ["a.zip/one.html", "article-0", "article-1", "article-2"]
    missing, [error] = read("memory://archive/nothing.jsonl")
    assert missing == []
    assert "nothing.jsonl" in error.where


def test_feeds(tmp_path):
    pytest.importorskip("feedparser")
    items = "".join(
        f"<item><title>{article(n)['title']}</title><link>https://post.example/{n}</link>"
        f"<pubDate>Fri, 01 Mar 2024 0{n}:00:00 GMT</pubDate>"
        f"<description><![CDATA[<p>{article(n)['text']}</p>]]></description></item>"
        for n in range(2)
    )
    channel = f"<title>The Post</title><language>en-gb</language>{items}<item><title>Only a link</title></item>"
    (tmp_path / "feed.xml").write_text(f"<rss version='2.0'><channel>{channel}</channel></rss>")
    documents, [error] = read(tmp_path / "feed.xml")
    assert [(d.id, d.title, d.source, d.language) for d in documents] == [
        (f"https://post.example/{n}", article(n)["title"], "The Post", "en") for n in range(2)
    ]
    assert documents[1].published.isoformat() == "2024-03-01T01:00:00+00:00"
    assert error.where.endswith("feed.xml, item 3")
    atom = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>The Post</title><entry><id>tag:1</id><title>One</title>"
        "<updated>2024-03-01T00:00:00Z</updated>"
        f"<content type='html'>&lt;p&gt;{article(1)['text']}&lt;/p&gt;</content></entry></feed>"
    )
    (tmp_path / "feed.xml").write_text(atom)
    [document], _ = read(tmp_path / "feed.xml")
    assert (document.id, document.title) == ("tag:1", "One")


def test_pdf(tmp_path):
    pytest.importorskip("pypdfium2")
    lines = [
        "The library in Ashby was reopened on Monday after eleven weeks of work and",
        "two delays, its keeper said.",
        "A second library will follow next spring, the council of the town said on",
        "Tuesday evening after a short debate.",
    ]
    (tmp_path / "report.pdf").write_bytes(pdf(lines, title="Ashby library reopened"))
    (tmp_path / "torn.pdf").write_bytes(pdf(lines, title="Torn")[:300])
    [document], [error] = read(tmp_path)
    assert document.text == f"{lines[0]} {lines[1]}\n\n{lines[2]} {lines[3]}"
    assert document.title == "Ashby library reopened"
    assert document.published.date().isoformat() == "2024-03-05"
    assert error.where.endswith("torn.pdf")


def test_a_field_map_reads_other_peoples_json(tmp_path):
    row = {"story": {"body": article(1)["text"]}, "hed": "A headline", "meta": {"when": "2024-05-06"}, "text": "no"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n" + json.dumps({"hed": "x"}))
    fields = {"text": "story.body", "title": "hed", "published": "meta.when"}
    [document], [error] = read(tmp_path / "a.jsonl", fields=fields)
    assert document.text == article(1)["text"]
    assert document.title == "A headline"
    assert document.published.date().isoformat() == "2024-05-06"
    assert error.problem == "No article text in it"


def test_what_stands_before_the_damage_is_read(tmp_path):
    pages = gzip.compress(b"".join(map(json_line, range(2000))))
    half = pages[: len(pages) // 2]
    (tmp_path / "cut.jsonl.gz").write_bytes(half)
    documents, [error] = read(tmp_path / "cut.jsonl.gz")
    assert 500 < len(documents) < 1500
    assert len(documents) == zlib.decompressobj(wbits=31).decompress(half).count(b"\n")
    assert [d.id for d in documents] == [f"article-{n}" for n in range(len(documents))]
    assert error.problem.startswith("Damaged: Compressed file ended")
    tar = tarred({f"{n}.html": page(n) for n in range(20)})
    (tmp_path / "cut.tar").write_bytes(tar[: len(tar) // 2])
    documents, errors = read(tmp_path / "cut.tar")
    assert [d.id for d in documents] == [f"cut.tar/{n}.html" for n in range(len(documents))]
    assert len(documents) >= 9
    assert errors
    assert all(error.problem.startswith("Damaged") for error in errors)


def test_paths_that_lead_outside_are_refused(tmp_path):
    names = ("../up.txt", "a/../../up.txt", "/etc/up.txt", "C:\\up.txt", "fine.txt")
    members = {name: article(1)["text"].encode() for name in names}
    for name, pack in (("a.zip", zipped), ("a.tar", tarred)):
        (tmp_path / name).write_bytes(pack(members))
        [document], errors = read(tmp_path / name)
        assert document.id == f"{name}/fine.txt"
        assert [e.problem for e in errors] == ["Its path leads out of the archive"] * 4
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.tar", "a.zip"]


def test_bombs_cost_little(tmp_path, monkeypatch):
    monkeypatch.setattr(compressed, "FREE_BYTES", 10_000_000)
    zeros = bytes(30_000_000)
    line = json_line(0)
    (tmp_path / "a.gz").write_bytes(gzip.compress(line + zeros + b"\n" + line))
    (tmp_path / "b.zip").write_bytes(zipped({"bomb.jsonl": zeros, "fine.jsonl": line}))
    nested = line
    for _ in range(5):
        nested = zipped({"a.zip": nested})
    (tmp_path / "c.zip").write_bytes(nested)
    documents, errors = read(tmp_path, limit=1_000_000)
    assert [d.id for d in documents] == ["article-0"]
    problems = [e.problem for e in errors]
    assert problems[0].startswith("Unpacks to more than 200 times") or "one article may have" in problems[0]
    assert problems[1].startswith("Unpacks to more than 200 times")
    assert problems[2].startswith("More than 3 archives within each other")


def test_large_pages_and_rows_are_refused_and_the_rest_read(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(json_line(0) + b"x" * 5000 + b"\n" + json_line(1))
    header = b"id,text\n"
    row = b"7,The library in Ashby was reopened on Monday after six weeks.\n"
    (tmp_path / "b.csv").write_bytes(header + row + b"8,too,many\n" + b"9," + b"y" * 5000 + b"\n" + row)
    with (tmp_path / "c.html").open("wb") as stream:
        stream.truncate(200_000_000)
    documents, errors = read(tmp_path, limit=2000)
    assert [d.id for d in documents] == ["article-0", "article-1", "7", "7"]
    assert [e.where.removeprefix(str(tmp_path)) for e in errors] == [
        "/a.jsonl, line 2", "/b.csv, line 3", "/b.csv, line 4", "/c.html",
    ]  # fmt: skip


def test_broken_office_documents_and_locked_members_say_what_they_are(tmp_path):
    (tmp_path / "a.docx").write_bytes(zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}))
    locked = bytearray(zipped({"a.txt": b"text"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1
    (tmp_path / "b.zip").write_bytes(locked)
    assert zipfile.is_zipfile(tmp_path / "b.zip")
    _, errors = read(tmp_path)
    assert [e.problem for e in errors] == ["Damaged: no text is named in it", "Encrypted"]


def test_summarize_reads_archives_too(tmp_path):
    (tmp_path / "story.zip").write_bytes(zipped({"one.html": page(1), "two.txt": article(1)["text"].encode()}))
    assert [d.id for d in load_documents(tmp_path / "story.zip")] == ["story.zip/one.html", "story.zip/two.txt"]


def test_text_in_no_charset_is_refused(tmp_path):
    (tmp_path / "a.txt").write_bytes(article(1)["text"].encode("cp037"))
    (tmp_path / "b.html").write_bytes(page(1).replace(b"<head>", b"<head><meta charset=utf-16>"))
    [document], [error] = read(tmp_path)
    assert error.problem == "Not readable in any charset"
    assert document.text.split() == article(1)["text"].split()

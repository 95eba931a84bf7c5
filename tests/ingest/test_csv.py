"""Tables as Excel and others write them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from summarizer import load_documents
from summarizer.errors import InputError
from summarizer.ingest.base import Entry
from summarizer.ingest.open import documents
from summarizer.settings import Settings

ROWS = [
    ("Zażółcony plan", "Prezydent ogłosił we wtorek, że wojsko opuści region przed latem; posłowie skrytykowali to."),
    ("Un été", "Le président l'a annoncé mardi.\nL'armée française quitterait la région d'ici à l'été."),
    ("Quoted", 'The mayor said "no" on Monday; the council said nothing.'),
]


def table(delimiter: str, rows: list[tuple[str, str]] = ROWS) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([("Title", "Text"), *rows])
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("CSV UTF-8.csv", table(",").encode("utf-8-sig")),
        ("CSV UTF-8, list separator of Germany.csv", table(";").encode("utf-8-sig")),
        ("Unicode Text.tsv", table("\t").encode("utf-16")),
        ("without a mark.csv", table(",").encode("utf-16-le")),
        ("big-endian.tsv", b"\xfe\xff" + table("\t").encode("utf-16-be")),
        ("said first.csv", b"sep=|\r\n" + table("|").encode()),
    ],
)
def test_tables_of_excel(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    found = load_documents(tmp_path / name)
    assert [document.title for document in found] == [title for title, _ in ROWS]
    assert [" ".join(document.text.split()) for document in found] == [" ".join(text.split()) for _, text in ROWS]
    errors: list[InputError] = []
    uploaded = documents(Entry(name, name, data), errors.append, limit=10_000_000)
    assert [document.text for document in uploaded] == [document.text for document in found]
    assert errors == []


@pytest.mark.parametrize(("charset", "which"), [("cp1250", 0), ("cp1252", 1)])
def test_charsets_of_windows_are_guessed_for_the_whole_file(tmp_path: Path, charset: str, which: int) -> None:
    title, text = ROWS[which]
    rows = [(f"Number {number}", "Nothing but ASCII stands in this row of the table.") for number in range(2_000)]
    short = [("ś" if which == 0 else "é", "Short, and one letter tells the charset.")]
    (tmp_path / "a.csv").write_bytes(table(";", rows=[*rows, *short, (title, text)]).encode(charset))
    found = load_documents(tmp_path / "a.csv", settings=Settings(max_documents=3_000))
    assert [document.title for document in found[2_000:]] == [short[0][0], title]


def test_names_of_columns_in_any_case_and_broken_rows(tmp_path: Path) -> None:
    lines = [
        "sep=;",
        "ID; TITLE ;Text;Published;Source",
        "7;Plan;The council approved it on Tuesday.;2026-03-06;The Post",
    ]
    (tmp_path / "a.csv").write_text("\r\n".join([*lines, "8;too;few", *lines[2:]]))
    errors: list[InputError] = []
    first, _ = load_documents(tmp_path / "a.csv", on_error=errors.append)
    assert (first.id, first.title, first.source) == ("7", "Plan", "The Post")
    assert first.published is not None
    assert [(error.where or "").rpartition(", ")[2] for error in errors] == ["line 4"]

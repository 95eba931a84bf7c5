"""JSON Lines to Documents: one JSON value a line; a broken line is one error and the rest go on."""

from __future__ import annotations

from collections.abc import Iterator

from summarizer.errors import InputError
from summarizer.ingest import json
from summarizer.ingest.base import Entries, Entry, File, Raw, Report, lines
from summarizer.ingest.encoding import as_utf8
from summarizer.types import Document

SUFFIXES = (".jsonl", ".ndjson")


def entries(file: File, limit: int) -> Entries:
    """One entry a line that is not blank; an article without an id is called ``name#line``."""
    found = False
    for number, line in enumerate(lines(as_utf8(file.stream), limit, where=file.where), start=1):
        if isinstance(line, InputError):
            yield line
        elif not line.isspace():
            yield Entry(f"{file.name}#{number}", f"{file.where}, line {number}", line, format="json")
        else:
            continue
        found = True
    if not found:
        yield InputError("Empty", remedy="Give a file that holds articles", where=file.where)


def read(raw: Raw, report: Report) -> Iterator[Document]:
    """The articles of JSON Lines that are already in memory."""
    found = False
    for number, line in enumerate(raw.text.split("\n"), start=1):
        if not line.strip():
            continue
        found = True
        here = raw._replace(name=f"{raw.name}#{number}", text=line, where=f"{raw.where}, line {number}")
        yield from json.read(here, report)
    if not found:
        report(InputError("Empty", remedy="Give a file that holds articles", where=raw.where))

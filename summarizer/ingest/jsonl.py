"""JSON Lines to Documents: one JSON value a line; a broken line is one error and the rest go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from summarizer.errors import InputError
from summarizer.ingest import json
from summarizer.ingest.base import Raw, Report
from summarizer.types import Document


def read(raw: Raw, report: Report) -> Iterator[Document]:
    """The articles of JSON Lines that are already in memory."""
    yield from read_lines(raw.text.split("\n"), raw, report)


def read_lines(lines: Iterable[str | InputError], raw: Raw, report: Report) -> Iterator[Document]:
    """Articles of ``lines`` (a line that could not be read is its InputError); ``raw.text`` is not looked at.

    An article without an id is called ``name#line``.
    """
    found = False
    for number, line in enumerate(lines, start=1):
        if isinstance(line, InputError):
            found = True
            report(line)
            continue
        if not line.strip():
            continue
        found = True
        here = raw._replace(where=f"{raw.where}, line {number}")
        try:
            value = json.parse(line, where=here.where)
        except InputError as error:
            report(error)
            continue
        yield from json.articles(value, here, report, name=f"{raw.name}#{number}")
    if not found:
        report(InputError("Empty", remedy="Give a file that holds articles", where=raw.where))

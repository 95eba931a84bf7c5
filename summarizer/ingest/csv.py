"""CSV and TSV (RFC 4180) to rows: the first line names the columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from summarizer.errors import InputError
from summarizer.ingest.base import Entries, Entry, File, lines
from summarizer.ingest.encoding import decode

SUFFIXES = (".csv", ".tsv")
_DELIMITERS = ",;\t|"


def entries(file: File, limit: int) -> Entries:
    """One entry a row; a row with more or fewer cells than there are columns, or a huge one, is its error."""
    broken: list[InputError] = []
    decoded = _decoded(file, limit, broken)
    first = next(decoded, "")
    delimiter = max(_DELIMITERS, key=first.count)
    columns = next(csv.reader([first], delimiter=delimiter), [])
    csv.field_size_limit(limit)
    rows = csv.reader(decoded, delimiter=delimiter)
    while True:
        where = f"{file.where}, line {rows.line_num + 2}"
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield InputError(f"Not a row of CSV: {error}", remedy="Quote the field, or close its quotes", where=where)
            continue
        yield from broken
        broken.clear()
        if row is None:
            return
        if len(row) == len(columns):
            yield Entry(f"{file.name}#{rows.line_num + 1}", where, dict(zip(columns, row, strict=True)))
        elif row:
            problem = f"{len(row)} cells, and the first line names {len(columns)} columns"
            yield InputError(problem, remedy="Quote cells that hold the delimiter", where=where)


def _decoded(file: File, limit: int, broken: list[InputError]) -> Iterator[str]:
    for number, line in enumerate(lines(file.stream, limit, where=file.where), start=1):
        try:
            if isinstance(line, InputError):
                raise line
            yield decode(line, where=f"{file.where}, line {number}")
        except InputError as error:
            broken.append(error)

"""CSV and TSV (RFC 4180) to rows: the first line names the columns.

As Excel writes them too: UTF-8, UTF-16 or a charset of Windows, between commas, semicolons or tabs, behind ``sep=;``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain

from summarizer.errors import InputError
from summarizer.ingest.base import Entries, Entry, File, lines
from summarizer.ingest.encoding import as_utf8, charset_of, decode

SUFFIXES = (".csv", ".tsv", ".tab")
_DELIMITERS = ",;\t|"
_AHEAD = 200_000  # bytes by which the charset of a file is guessed


def entries(file: File, limit: int) -> Entries:
    """One entry a row, under the names of the columns and these in lower case.

    A row with more or fewer cells than there are columns, or a huge one, is its error. ``file.stream`` must have
    ``peek``.
    """
    broken: list[InputError] = []
    decoded = _decoded(file, limit, broken)
    first, above = next(decoded, ""), 1
    delimiter = ""
    if first.lower().startswith("sep="):
        delimiter, first, above = first[4:5], next(decoded, ""), 2
    delimiter = delimiter.strip("\r\n") or max(_DELIMITERS, key=first.count)
    columns = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    csv.field_size_limit(limit)
    rows = csv.reader(decoded, delimiter=delimiter)
    while True:
        where = f"{file.where}, line {rows.line_num + above + 1}"
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
            cells = dict(zip(map(str.lower, columns), row, strict=True)) | dict(zip(columns, row, strict=True))
            yield Entry(f"{file.name}#{rows.line_num + above}", where, cells)
        elif row:
            problem = f"{len(row)} cells, and the first line names {len(columns)} columns"
            yield InputError(problem, remedy="Quote cells that hold the delimiter", where=where)


def _decoded(file: File, limit: int, broken: list[InputError]) -> Iterator[str]:
    """Lines in the one charset that the file is in: single lines are too short to be guessed well."""
    waiting = lines(as_utf8(file.stream), limit, where=file.where)
    charset: str | None = None
    number = 0
    while (line := next(waiting, None)) is not None:
        number += 1
        try:
            if isinstance(line, InputError):
                raise line
            if not charset and not _is_utf8(line):
                ahead = _ahead(waiting)
                charset = charset_of(line + b"".join(one for one in ahead if isinstance(one, bytes)))
                waiting = chain(ahead, waiting)
            yield decode(line, where=f"{file.where}, line {number}", declared=charset)
        except InputError as error:
            broken.append(error)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _ahead(waiting: Iterator[bytes | InputError]) -> list[bytes | InputError]:
    """The next lines, together hardly more than the sample for a guess."""
    ahead: list[bytes | InputError] = []
    size = 0
    while size < _AHEAD and (line := next(waiting, None)) is not None:
        ahead.append(line)
        size += len(line) if isinstance(line, bytes) else 1
    return ahead

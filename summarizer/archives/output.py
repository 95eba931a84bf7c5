"""The files that a run leaves: JSONL or Parquet, there whole or not at all, or growing by whole lines."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from summarizer.archives.ledger import Ledger
from summarizer.archives.pool import windows
from summarizer.ingest.base import needs_extra

_ROWS = 512  # of a Parquet file that are written at once


def write(ledger: Ledger, output: Path, *, by_completion: bool = False) -> None:
    """The output file, JSONL or (by its suffix) Parquet: it is there whole, or not at all."""
    with whole(output) as path:
        (_write_parquet if output.suffix == ".parquet" else write_lines)(
            path, ledger.lines(by_completion=by_completion)
        )


@contextmanager
def growing(output: Path, ledger: Ledger) -> Iterator[Callable[[bytes], object]]:
    """A function that adds a line to ``output``, which begins with the lines of earlier runs; whole lines only."""
    write(ledger, output, by_completion=True)
    with output.open("ab", buffering=0) as stream:
        yield lambda line: stream.write(line + b"\n")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A path to write to, which then takes the place of ``path`` at once."""
    partial = path.with_name(f".{path.name}.partial")
    yield partial
    with partial.open("rb+") as stream:
        os.fsync(stream.fileno())
    partial.replace(path)


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Each of ``lines`` with an end of line."""
    with path.open("wb") as stream:
        stream.writelines(line + b"\n" for line in lines)


def _write_parquet(path: Path, lines: Iterable[bytes]) -> None:
    """The fields of a line as columns; the text of the summary has its own, all of it is in ``summary`` as JSON."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise needs_extra("pyarrow", where=str(path)) from error
    many = pyarrow.list_(pyarrow.string())
    columns = dict.fromkeys(("id", "title", "first", "last", "text", "summary"), pyarrow.string())
    copies = pyarrow.map_(pyarrow.string(), pyarrow.string())
    schema = pyarrow.schema({**columns, "sources": many, "documents": many, "copies": copies})
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for window in windows(lines, _ROWS):
            rows = [json.loads(line) for line in window]
            for row in rows:
                row["text"], row["copies"] = row["summary"]["text"], list(row["copies"].items())
                row["summary"] = json.dumps(row["summary"], ensure_ascii=False)
            writer.write_batch(pyarrow.RecordBatch.from_pylist(rows, schema=schema))

"""Parquet to rows, a few hundred in memory at a time."""

from __future__ import annotations

from summarizer.ingest.base import Entries, Entry, File, needs_extra
from summarizer.ingest.members import broken

_BATCH_ROWS = 256


def entries(file: File) -> Entries:
    """One entry a row; ``file.stream`` must be seekable."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise needs_extra("pyarrow", where=file.where) from error
    number = 0
    try:
        for batch in pyarrow.parquet.ParquetFile(file.stream).iter_batches(_BATCH_ROWS):
            for row in batch.to_pylist():
                number += 1
                yield Entry(f"{file.name}#{number}", f"{file.where}, row {number}", row)
    except (pyarrow.ArrowException, OSError) as error:
        yield broken(error, where=f"{file.where}, row {number + 1}")

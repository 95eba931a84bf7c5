"""Checksums of files, apart from what fetches them: a run that finds its weights in the cache needs no HTTP client."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

_CHUNK = 1 << 20


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_of_region(path: Path, offset: int, size: int) -> str:
    """The same of ``size`` bytes from ``offset`` on, or of those that are there."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        stream.seek(offset)
        for piece in pieces(stream, size):
            digest.update(piece)
    return digest.hexdigest()


def pieces(stream: Readable, size: int) -> Iterator[bytes]:
    """At most ``size`` bytes of a stream."""
    while size and (piece := stream.read(min(_CHUNK, size))):
        size -= len(piece)
        yield piece

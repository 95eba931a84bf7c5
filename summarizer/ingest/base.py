"""What a reader is given, and how it says that something is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, NamedTuple, TypeAlias

from summarizer.errors import InputError

Report: TypeAlias = Callable[[InputError], None]
"""Takes the error of one article; either raises it, or notes it so that the reader goes on."""
Fields: TypeAlias = Mapping[str, str]
"""Our name of a field -> theirs, dotted where it is nested: ``{"text": "story.body"}``."""


class Raw(NamedTuple):
    """One decoded input. name: what ids are made from; where: how errors name it; hint: extension or MIME type."""

    name: str
    text: str
    where: str
    hint: str = ""
    url: str | None = None
    fields: Fields = {}  # noqa: RUF012 - a NamedTuple's default, never written to


class Entry(NamedTuple):
    """One article, or one small file of articles, as it lies in an archive: undecoded, and cheap to send elsewhere.

    data: bytes, or a row of a table; format: a key of ``open.READERS`` where the archive settles it; the rest: see Raw.
    """

    name: str
    where: str
    data: bytes | Mapping[str, object]
    hint: str = ""
    format: str = ""
    url: str | None = None
    charset: str | None = None


class File(NamedTuple):
    """A file while it is open. size: in bytes, where it is known before reading."""

    name: str
    where: str
    stream: BinaryIO
    size: int | None = None


Entries: TypeAlias = Iterator[Entry | InputError]
"""What an archive holds in its order; an entry that cannot be read stands as its error."""


def raise_error(error: InputError) -> None:
    """The Report of a caller who wants the first error."""
    raise error


def read_all(stream: BinaryIO, limit: int, *, where: str, size: int | None = None) -> bytes:
    """All bytes of ``stream``; InputError when there are more than ``limit``, unread where ``size`` tells."""
    if size is not None and size > limit:
        raise too_large(size, limit, where=where)
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise too_large(None, limit, where=where)
    return data


def lines(stream: BinaryIO, limit: int, *, where: str) -> Iterator[bytes | InputError]:
    """Undecoded lines, one in memory at a time; a line beyond ``limit`` bytes is skipped and stands as its error."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) <= limit or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(limit)
        yield too_large(None, limit, where=f"{where}, line {number}")


def too_large(size: int | None, limit: int, *, where: str) -> InputError:
    """The error of an article of ``size`` bytes, or of more than ``limit`` where the size is not known."""
    found = f"{size:,} bytes" if size else "More bytes"
    return InputError(
        f"{found}, and one article may have {limit:,}",
        remedy="Give the article alone, or raise SUMMARIZER_MAX_DOCUMENT_BYTES",
        where=where,
    )


def needs_extra(module: str, *, where: str, extra: str = "archives") -> InputError:
    """The error of a format whose library is not installed."""
    return InputError(f"{module} is not installed", remedy=f"Run: pip install 'summarizer[{extra}]'", where=where)

"""Archives of any size as a stream: folders, zip, tar, compressed files, JSONL, CSV, Parquet, WARC, alone or nested.

What a file is, its first bytes decide; of rows and lines there is one in memory at a time. Nothing is unpacked to disk.
"""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from summarizer.errors import InputError
from summarizer.ingest import csv, jsonl, mbox, package, parquet, warc
from summarizer.ingest.base import Entries, Entry, File, needs_extra, read_all
from summarizer.ingest.compressed import kind, unpacked
from summarizer.ingest.members import broken, in_tar, in_zip, is_hidden

MAX_DEPTH = 3
"""Archives within archives that are opened; ``pages.tar.gz`` is two, and an office document is none."""

_HEAD = 512
_MAILDIR = frozenset(("cur/", "new/", "tmp/"))
_DAMAGED = (*package.DAMAGE, tarfile.TarError)


def entries(location: str | Path, limit: int) -> Entries:
    """What a file, a folder or a URL that fsspec knows holds, in the order of paths and then of each file.

    limit: bytes of one entry. The same location gives the same entries in the same order. Hidden files are left out.
    """
    if "://" in str(location):
        try:
            yield from _remote(str(location), limit)
        except InputError as error:
            yield error
        return
    path, found = Path(location), False
    for file, name in _walk(path):
        found = True
        try:
            with file.open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                yield from in_file(File(name, str(file), stream, size), limit)
        except OSError as error:
            missing = isinstance(error, FileNotFoundError)
            problem = "No such file or folder" if missing else f"Cannot be read: {error.strerror}"
            yield InputError(problem, remedy="Check the path and its permissions", where=str(file))
    if not found:
        yield InputError("No files in this folder", remedy="Give a folder that holds articles", where=str(path))


def in_file(file: File, limit: int, depth: int = 0) -> Entries:
    """What one open file holds; where it is damaged, what stands before the damage, and then the error."""
    try:
        yield from _opened(file, limit, depth)
    except InputError as error:
        yield error
    except _DAMAGED as error:
        yield broken(error, where=file.where)
    except Exception as error:
        if type(error).__name__ != "ZstdError":  # of a library that may not be installed
            raise
        yield broken(error, where=file.where)


def _opened(file: File, limit: int, depth: int) -> Entries:
    file = file._replace(stream=_peekable(file.stream))
    head = cast("Any", file.stream).peek(_HEAD)[:_HEAD]
    packed = kind(head)
    is_tar = head[257:262] == b"ustar"
    if depth == MAX_DEPTH and (packed or is_tar):
        raise _too_deep(file.where)
    if packed:
        yield from in_file(unpacked(file, packed), limit, depth + 1)
    elif is_tar:
        yield from _members(in_tar(file), limit, depth)
    elif head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _zipped(_seekable(file, limit), limit, depth)
    elif head.startswith(b"PAR1"):
        yield from parquet.entries(_seekable(file, limit))
    elif head.startswith(b"WARC/"):
        yield from warc.entries(file, limit)
    elif mbox.is_mbox(head):
        yield from mbox.entries(file, limit)
    elif file.name.lower().endswith(csv.SUFFIXES):
        yield from csv.entries(file, limit)
    elif file.name.lower().endswith(jsonl.SUFFIXES):
        yield from jsonl.entries(file, limit)
    else:
        data = read_all(file.stream, limit, where=file.where, size=file.size)
        yield Entry(file.name, file.where, data, hint=Path(file.name).suffix.lstrip("."))


def _zipped(file: File, limit: int, depth: int) -> Entries:
    with zipfile.ZipFile(file.stream) as archive:
        if package.kind(archive, where=file.where):
            file.stream.seek(0)
            yield Entry(file.name, file.where, read_all(file.stream, limit, where=file.where, size=file.size))
        elif depth == MAX_DEPTH:
            raise _too_deep(file.where)
        else:
            yield from _members(in_zip(archive, file), limit, depth)


def _too_deep(where: str) -> InputError:
    return InputError(f"More than {MAX_DEPTH} archives within each other", remedy="Unpack some", where=where)


def _members(found: Iterator[File | InputError], limit: int, depth: int) -> Entries:
    for member in found:
        if isinstance(member, InputError):
            yield member
        else:
            yield from in_file(member, limit, depth + 1)


def _peekable(stream: BinaryIO) -> BinaryIO:
    return stream if hasattr(stream, "peek") else cast("BinaryIO", io.BufferedReader(cast("Any", stream)))


def _seekable(file: File, limit: int) -> File:
    """The file itself, or its bytes in memory when it comes out of another archive."""
    if isinstance(getattr(file.stream, "raw", None), io.FileIO) or _is_remote(file.stream):
        return file
    return file._replace(stream=io.BytesIO(read_all(file.stream, limit, where=file.where, size=file.size)))


def _is_remote(stream: BinaryIO) -> bool:
    return type(getattr(stream, "raw", stream)).__module__.startswith(("fsspec", "s3fs", "gcsfs", "adlfs"))


def _walk(path: Path) -> Iterator[tuple[Path, str]]:
    """(file, id) pairs: of a folder all files below it in the order of their paths; else the file itself."""
    if not path.is_dir():
        yield path, path.name or str(path)
        return
    yield from ((file, file.relative_to(path).as_posix()) for file in _below(path))


def _below(folder: Path) -> Iterator[Path]:
    """Files at any depth, as if all paths had been sorted, with one folder's names in memory at a time."""
    with os.scandir(folder) as listing:
        # "a.txt" comes before "a/b.txt"
        names = sorted(f"{e.name}/" if e.is_dir(follow_symlinks=False) else e.name for e in listing)
    if _MAILDIR.issubset(names):  # what is being delivered and the server's notes are no mails; its folders are hidden
        names = [name for name in names if name in ("cur/", "new/") or (name.startswith(".") and name.endswith("/"))]
    else:
        names = [name for name in names if not is_hidden(name)]
    for name in names:
        if name.endswith("/"):
            yield from _below(folder / name)
        elif (folder / name).is_file():
            yield folder / name


def _remote(url: str, limit: int) -> Entries:
    try:
        import fsspec
    except ImportError as error:
        raise needs_extra("fsspec", where=url, extra="remote") from error
    try:
        system, path = fsspec.core.url_to_fs(url)
        names = sorted(system.find(path)) if system.isdir(path) else [path]
    except (OSError, ValueError, ImportError) as error:
        raise InputError(f"Cannot be opened: {error}", remedy="Check the URL and its credentials", where=url) from error
    for name in names:
        relative = name.removeprefix(path).strip("/") or name.rsplit("/", 1)[-1]
        if is_hidden(relative):
            continue
        where = system.unstrip_protocol(name)
        try:
            with system.open(name, "rb") as stream:
                yield from in_file(File(relative, where, stream, system.size(name)), limit)
        except OSError as error:
            yield broken(error, where=where)

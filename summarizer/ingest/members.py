"""The files inside zip and tar archives, opened one after the other; nothing is ever written to disk."""

from __future__ import annotations

import re
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from summarizer.errors import InputError
from summarizer.ingest.base import File
from summarizer.ingest.compressed import bomb, is_bomb

_CRAWL = re.compile(r"archive/.{1,200}\.warc(?:\.gz|\.zst)?$")


def in_zip(archive: zipfile.ZipFile, file: File) -> Iterator[File | InputError]:
    """Members of the zip file that was opened from ``file``, in its own order; of a WACZ its WARC files."""
    is_wacz = "datapackage.json" in archive.NameToInfo and any(map(_CRAWL.match, archive.NameToInfo))
    for info in archive.infolist():
        if info.is_dir() or is_hidden(info.filename) or (is_wacz and not _CRAWL.match(info.filename)):
            continue
        where = f"{file.where}, {info.filename}"
        refused = _refused(info, where)
        if refused:
            yield refused
            continue
        try:
            stream = archive.open(info)
        except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
            yield broken(error, where=where)
            continue
        with stream:
            yield File(f"{file.name}/{info.filename}", where, cast("BinaryIO", stream), info.file_size)


def in_tar(file: File) -> Iterator[File | InputError]:
    """Members of a tar file in its own order, read in one pass."""
    with tarfile.open(fileobj=file.stream, mode="r|") as archive:
        for info in archive:
            if info.isdir() or is_hidden(info.name):
                continue
            where = f"{file.where}, {info.name}"
            if is_outside(info.name):
                yield _outside(where)
            elif not info.isfile():
                yield InputError("A link or device, not a file", remedy="Pack the file itself", where=where)
            else:
                stream = archive.extractfile(info)
                yield File(f"{file.name}/{info.name}", where, cast("BinaryIO", stream), info.size)


def is_hidden(name: str) -> bool:
    """Whether a part of the path starts with a dot, or is the folder in which macOS packs its notes."""
    parts = PurePosixPath(name).parts
    return any((p.startswith(".") and p not in (".", "..")) or p == "__MACOSX" for p in parts)


def is_outside(name: str) -> bool:
    """Whether the path leads out of the archive."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or (len(name) > 1 and name[1] == ":")


def broken(error: Exception, *, where: str) -> InputError:
    """The error of a damaged file, in the words of the library that found it."""
    reason = str(error).rstrip(".") or type(error).__name__
    return InputError(
        f"Damaged: {reason}", remedy="Fetch or pack it again; what stands before the damage was read", where=where
    )


def _refused(info: zipfile.ZipInfo, where: str) -> InputError | None:
    if is_outside(info.filename):
        return _outside(where)
    if info.flag_bits & 1:
        return InputError("Encrypted", remedy="Pack it without a password", where=where)
    return bomb(where) if is_bomb(info.file_size, info.compress_size) else None


def _outside(where: str) -> InputError:
    return InputError("Its path leads out of the archive", remedy="Pack it under a relative path", where=where)

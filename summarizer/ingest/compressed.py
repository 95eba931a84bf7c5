"""gzip, bzip2, xz and Zstandard streams, read as they are unpacked and cut off where they turn out to be bombs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from summarizer.errors import InputError
from summarizer.ingest.base import File, needs_extra

FREE_BYTES = 1_000_000_000
"""Unpacked bytes that are read whatever the ratio."""
MAX_RATIO = 200
"""Unpacked bytes to packed ones that no text reaches; gzip's own limit is 1,032."""

_MAGIC = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zst"}
_SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".zstd")


def kind(head: bytes) -> str | None:
    """``gz``, ``bz2``, ``xz`` or ``zst`` when ``head``, the first bytes of a file, opens one; else None."""
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), None)


def unpacked(file: File, how: str) -> File:
    """The file inside. Reading raises OSError, EOFError and their like where it is damaged, InputError for a bomb."""
    packed = _Counted(file.stream)
    inner = _opener(how, file.where)(cast("BinaryIO", packed))
    name = next((file.name[: -len(s)] for s in _SUFFIXES if file.name.lower().endswith(s)), file.name)
    return File(name.removesuffix(".tgz"), file.where, io.BufferedReader(_Unpacked(inner, packed, file.where)))


def is_bomb(unpacked_size: int, packed_size: int) -> bool:
    """Whether no honest text unpacks so far."""
    return unpacked_size > FREE_BYTES and unpacked_size > MAX_RATIO * max(1, packed_size)


def bomb(where: str) -> InputError:
    """The error of a bomb."""
    return InputError(f"Unpacks to more than {MAX_RATIO} times its size: a bomb", remedy="Leave it out", where=where)


def _opener(how: str, where: str) -> Callable[[BinaryIO], Any]:
    if how == "zst":
        return _zstandard(where)
    openers: dict[str, Callable[[BinaryIO], Any]] = {
        "gz": lambda f: gzip.GzipFile(fileobj=f), "bz2": bz2.BZ2File, "xz": lzma.LZMAFile
    }  # fmt: skip
    return openers[how]


def _zstandard(where: str) -> Callable[[BinaryIO], Any]:
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError as error:
        raise needs_extra("backports.zstd", where=where) from error
    return cast("Callable[[BinaryIO], Any]", zstd.ZstdFile)


class _Counted(io.RawIOBase):
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self.count += len(block)
        return block


class _Unpacked(io.RawIOBase):
    def __init__(self, inner: Any, packed: _Counted, where: str) -> None:
        self._inner, self._packed, self._where = inner, packed, where
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        block = self._inner.read1(len(buffer))  # read() would lose what it has in hand when it comes to the damage
        self._count += len(block)
        if is_bomb(self._count, self._packed.count):
            raise bomb(self._where)
        buffer[: len(block)] = block
        return len(block)

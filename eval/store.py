"""A run's folder on disk: a manifest, and append-only logs that survive a kill at any byte.

run.json                    what makes the run: data, options, versions, metrics; the same for the same run
examples.jsonl              the examples, as they were read
<system>/system.json        its options
<system>/outputs.jsonl      one Output an example
<system>/<metric>.jsonl     one dict of scores an example
<system>/costs.jsonl        seconds and memory: the only file that differs between two runs with one signature
metrics.json                means, intervals and signatures
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, unquote

from eval.types import Example
from summarizer.errors import InputError

Record = dict[str, Any]


class Log:
    """JSON Lines to append to. Opening it drops a last line that a kill cut short; ``records`` is what it holds."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.records: list[Record] = []
        whole = 0
        if path.exists():
            for line in path.read_bytes().splitlines(keepends=True):
                if not line.endswith(b"\n"):
                    break
                self.records.append(json.loads(line))
                whole += len(line)
        self._file = path.open("ab")
        self._file.truncate(whole)

    def append(self, *records: Record) -> None:
        """Write and hand to the operating system: after this returns, a kill loses nothing."""
        lines = "".join(json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n" for record in records)
        self._file.write(lines.encode("utf-8", errors="surrogatepass"))
        self._file.flush()
        self.records.extend(records)

    def rewrite(self, records: list[Record]) -> None:
        """Start over with these records."""
        self._file.truncate(0)
        self.records = []
        self.append(*records)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()


class RunFolder:
    """Paths and readers of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, manifest: Record) -> None:
        """Create the folder, or go on in it when it holds the same run. Raises InputError when it holds another."""
        self.path.mkdir(parents=True, exist_ok=True)
        target = self.path / "run.json"
        if target.exists():
            there = self.manifest()
            changed = sorted(key for key in {*there, *manifest} if there.get(key) != manifest.get(key))
            if changed:
                told = "; ".join(f"{key}: {there.get(key)} there, {manifest.get(key)} now" for key in changed)
                remedy = "Give another folder with -o, or --overwrite."
                raise InputError(f"it holds another run ({told})", remedy=remedy, where=str(self.path))
        write_json(target, manifest)

    def keep(self, examples: Sequence[Example]) -> None:
        """Copy the examples of the run here, so that a report needs nothing else."""
        lines = "".join(example.model_dump_json(exclude_defaults=True) + "\n" for example in examples)
        _replace(self.path / "examples.jsonl", lines)

    def examples(self) -> list[Example]:
        """What ``keep`` kept."""
        lines = (self.path / "examples.jsonl").read_text(encoding="utf-8", errors="surrogatepass").split("\n")
        return [Example.model_validate_json(line) for line in lines if line]

    def costs(self) -> Record:
        """costs.json; empty when there is none."""
        target = self.path / "costs.json"
        costs: Record = json.loads(target.read_text(encoding="utf-8")) if target.is_file() else {}
        return costs

    def manifest(self) -> Record:
        """What ``begin`` wrote. Raises InputError when this is no run."""
        target = self.path / "run.json"
        if not target.is_file():
            raise InputError("no run in this folder", remedy="Give the -o of 'eval run'.", where=str(self.path))
        manifest: Record = json.loads(target.read_text(encoding="utf-8"))
        return manifest

    def metrics(self) -> Record:
        """metrics.json. Raises InputError when the run did not finish, or is none."""
        self.manifest()
        target = self.path / "metrics.json"
        if not target.is_file():
            raise InputError("the run did not finish", remedy="Start it again; it resumes.", where=str(self.path))
        metrics: Record = json.loads(target.read_text(encoding="utf-8"))
        return metrics

    def log(self, system: str, kind: str) -> Log:
        """The log of one system: ``outputs``, ``costs`` or a metric's name."""
        return Log(self._file(system, kind))

    def records(self, system: str, kind: str) -> list[Record]:
        """Whole lines of a log, without touching it."""
        path = self._file(system, kind)
        return list(_whole_lines(path)) if path.exists() else []

    def describe(self, system: str, options: Mapping[str, str]) -> None:
        """Keep a system's options for its signature. Raises InputError when its outputs so far had others."""
        known = self.described(system)
        if known and known != dict(options) and self.records(system, "outputs"):
            remedy = "Give another folder with -o, or --overwrite."
            raise InputError(
                f"its outputs here were made with {known}, now it has {dict(options)}", remedy=remedy, where=system
            )
        write_json(self._folder(system) / "system.json", {"system": system, "options": dict(options)})

    def described(self, system: str) -> dict[str, str]:
        """A system's options; empty when it never began."""
        path = self._folder(system) / "system.json"
        return dict(json.loads(path.read_text(encoding="utf-8"))["options"]) if path.is_file() else {}

    def systems(self) -> list[str]:
        """Systems with a folder here, by name."""
        return sorted(unquote(path.parent.name) for path in self.path.glob("*/outputs.jsonl"))

    def _folder(self, system: str) -> Path:
        return self.path / quote(system, safe="+=@")

    def _file(self, system: str, kind: str) -> Path:
        return self._folder(system) / f"{kind}.jsonl"


def _whole_lines(path: Path) -> Iterator[Record]:
    for line in path.read_bytes().splitlines(keepends=True):
        if line.endswith(b"\n"):
            yield json.loads(line)


def write_json(path: Path, content: Record) -> None:
    """Replace a file in one step, so that a reader never sees half of it."""
    _replace(path, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def _replace(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", errors="surrogatepass")
    os.replace(part, path)  # noqa: PTH105

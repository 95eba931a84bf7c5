"""A run's folder on disk: a manifest, and append-only logs that survive a kill at any byte.

run.json                    what makes the run: data and options; the same for the same run
examples.jsonl              the examples, as they were read
<system>/system.json        its options, and the code and versions that its outputs were made with
<system>/outputs.jsonl      one Output an example
<system>/<metric>.jsonl     the metric's options, code and versions; then one dict of scores an example
<system>/costs.jsonl        seconds and memory: the only file that differs between two runs with one signature
metrics.json                means, intervals and signatures
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from filelock import FileLock, Timeout

from eval.types import Example, Output, Record
from summarizer.errors import InputError


class Log:
    """JSON Lines to append to. Opening it drops a last line that a kill cut short; ``records`` is what it holds."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = _whole_lines(path)
        self.records: list[Record] = [json.loads(line) for line in lines]
        self._file = path.open("ab")
        self._file.truncate(sum(map(len, lines)))

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


@dataclass(frozen=True)
class Made:
    """How a system's outputs came about. environment: code and versions; empty where outputs are read, not made."""

    system: str
    options: dict[str, str]
    environment: dict[str, str]

    def difference(self, now: Made) -> str:
        """What ``now`` has otherwise, for people."""
        there, here = {**self.options, **self.environment}, {**now.options, **now.environment}
        keys = sorted(key for key in {*there, *here} if there.get(key) != here.get(key))
        return ", ".join(f"{key}: {there.get(key)} there, {here.get(key)} now" for key in keys)


class RunFolder:
    """Paths and readers of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from writing here. Raises InputError when one does; a killed process holds nothing."""
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path / ".lock", timeout=0):
                yield
        except Timeout as error:
            remedy = "Wait for it, or give another folder with -o."
            raise InputError("another run writes to this folder", remedy=remedy, where=str(self.path)) from error

    def begin(self, manifest: Record) -> None:
        """Begin the run, or go on with it when it is the same. Raises InputError when the folder holds another."""
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
        return [json.loads(line) for line in _whole_lines(self._file(system, kind))]

    def outputs(self, system: str) -> dict[str, Output | None]:
        """What a system wrote, by example id; None where it had nothing."""
        found: dict[str, Output | None] = {}
        for record in self.records(system, "outputs"):
            name = record.pop("id")
            found[name] = None if record.get("missing") else Output.model_validate(record)
        return found

    def describe(self, made: Made) -> None:
        """Keep how a system's outputs are made. Raises InputError when its outputs so far were made otherwise."""
        known = self.described(made.system)
        if known and known != made and self.records(made.system, "outputs"):
            raise InputError(
                f"its outputs here were made otherwise ({known.difference(made)})",
                remedy=f"Remove the folder {self.folder(made.system)} to make them anew, or give another one with -o.",
                where=made.system,
            )
        write_json(self.folder(made.system) / "system.json", asdict(made))

    def described(self, system: str) -> Made | None:
        """What ``describe`` kept; None when the system never began."""
        path = self.folder(system) / "system.json"
        return Made(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None

    def folder(self, system: str) -> Path:
        """Where a system's files are."""
        return self.path / quote(system, safe="+=@")

    def _file(self, system: str, kind: str) -> Path:
        return self.folder(system) / f"{kind}.jsonl"


def _whole_lines(path: Path) -> list[bytes]:
    """The lines of a log that were written to their end; none where there is no such file."""
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    return [line for line in lines if line.endswith(b"\n")]


def write_json(path: Path, content: Record) -> None:
    """Replace a file in one step, so that a reader never sees half of it."""
    _replace(path, json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def _replace(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", errors="surrogatepass")
    os.replace(part, path)  # noqa: PTH105

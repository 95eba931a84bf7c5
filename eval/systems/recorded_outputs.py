"""Outputs that are read, not made: from the data set's own rows, or from a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from eval.types import Example, Output
from summarizer.errors import InputError


class Recorded:
    """Outputs that the data set's rows carry."""

    def __init__(self, name: str) -> None:
        self.name = f"recorded:{name}"
        self.options: Mapping[str, str] = {}
        self._key = name

    def summarize(self, example: Example, budget: int) -> Output | None:  # noqa: ARG002
        """What the row holds, None where it holds nothing."""
        text = example.recorded.get(self._key)
        return None if text is None else Output(text=text)


class Outputs:
    """Outputs read from a file, by example id."""

    def __init__(self, path: Path) -> None:
        self.name = f"file:{path}"
        self._outputs = read_outputs(path)
        self.options: Mapping[str, str] = {"digest": hashlib.sha256(path.read_bytes()).hexdigest()[:12]}

    def summarize(self, example: Example, budget: int) -> Output | None:  # noqa: ARG002
        """What the file holds, None where it holds nothing."""
        text = self._outputs.get(example.id)
        return None if text is None else Output(text=text)


def read_outputs(path: Path) -> dict[str, str]:
    """id -> output of JSON Lines with ``id`` and one of output, summary, text, prediction. Raises InputError."""
    if not path.is_file():
        raise InputError("no such file of outputs", remedy="Give JSON Lines of {id, output}.", where=str(path))
    outputs: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
            key = next(key for key in ("output", "summary", "text", "prediction") if key in row)
            text = row[key]
            outputs[str(row["id"])] = text["text"] if isinstance(text, dict) else str(text)
        except (json.JSONDecodeError, StopIteration, KeyError, TypeError) as error:
            raise InputError("not {id, output}", remedy="Each line is a JSON object with both.", where=where) from error
    return outputs

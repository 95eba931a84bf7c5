"""Outputs that are read, not made: from the data set's own rows, or from a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from eval.data.text_files import broken_row, read_rows
from eval.types import Example, Output


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
    form = "{id, output}"
    outputs: dict[str, str] = {}
    for number, row in read_rows(path, form):
        text = next((row[key] for key in ("output", "summary", "text", "prediction") if key in row), None)
        if text is None or "id" not in row:
            raise broken_row(path, number, "no id, or no output, in it", form)
        outputs[str(row["id"])] = text["text"] if isinstance(text, dict) else str(text)
    return outputs

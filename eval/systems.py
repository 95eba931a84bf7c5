"""Systems: anything that turns an Example into an Output within a word budget. ``load_system`` chooses by name.

Extractive baselines share one rule: whole sentences are taken in the order of the system until the budget is reached,
and the last one is cut there, so that none gains by its length.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from typing import Protocol

from eval.sentences import sentences_of
from eval.types import Example, Output
from summarizer.errors import InputError

BUILT_IN = {
    "lead": "round robin over the documents: the first sentences of all, then the second ones, ...",
    "lead-concat": "the documents one after the other, from the start",
    "lead-K": "the first K sentences of each document, such as lead-3; the budget is not used",
    "random": "sentences in random order, seeded",
    "lexrank": "LexRank (Erkan & Radev 2004) by sumy",
    "textrank": "TextRank (Mihalcea & Tarau 2004) by sumy",
    "oracle": "greedy extractive oracle: reads the references, an upper bound for extraction",
    "file:PATH": "outputs produced elsewhere: JSON Lines {id, output}",
    "recorded:NAME": "outputs recorded in the data set's own rows",
    "MODEL": "any model string of summarizer: extractive, embedded, hf:..., openai:...",
}


NOT_RUN = ("recorded:", "file:")
"""What the names of systems begin with whose outputs are read, not made."""


class System(Protocol):
    """Loading happens on construction. ``name`` is what tables show; ``options`` goes into the signature."""

    name: str
    options: Mapping[str, str]

    def summarize(self, example: Example, budget: int) -> Output | None:
        """An output of about ``budget`` words; None when this system has nothing for this example."""
        ...


def load_system(name: str, seed: int, language: str) -> System:
    """The system that ``name`` names, ready to run. Raises InputError or ModelError."""
    kind, _, rest = name.partition(":")
    if kind == "file":
        return Outputs(Path(rest))
    if kind == "recorded":
        return Recorded(rest)
    if match := re.fullmatch(r"lead-(\d+)", name):
        return LeadK(int(match[1]))
    if name in ("lead", "lead-concat"):
        return Lead(name)
    if name == "random":
        return Random(seed)
    if name in ("lexrank", "textrank"):
        from eval.ranking import GraphRank

        return GraphRank(name, language)
    if name == "oracle":
        from eval.oracle import Oracle

        return Oracle(language)
    from eval.pipeline import Pipeline

    return Pipeline(name, seed)


def fill(sentences: Iterable[str], budget: int) -> list[str]:
    """The first of ``sentences``, until together they have ``budget`` words; the last one is cut there."""
    taken: list[str] = []
    left = budget
    for sentence in sentences:
        if left <= 0:
            break
        words = sentence.split()[:left]
        taken.append(" ".join(words))
        left -= len(words)
    return taken


def extracted(sentences: Sequence[str]) -> Output:
    """An output of whole source sentences."""
    return Output(text=" ".join(" ".join(sentence.split()) for sentence in sentences))


class Lead:
    """The opening sentences, round robin over the documents or one document after the other."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.options: Mapping[str, str] = {"fill": "cut"}

    def summarize(self, example: Example, budget: int) -> Output:
        """Openings up to the budget."""
        texts = [sentences_of(document) for document in example.documents]
        rounds = texts if self.name == "lead-concat" else zip_longest(*texts)
        return extracted(fill((s for s in chain.from_iterable(rounds) if s is not None), budget))


class LeadK:
    """The first K sentences of each document (Lead-3 of See et al. 2017, First-3 of Fabbri et al. 2019)."""

    def __init__(self, sentences: int) -> None:
        self.name = f"lead-{sentences}"
        self.options: Mapping[str, str] = {"fill": f"{sentences} sentences a document"}
        self._sentences = sentences

    def summarize(self, example: Example, budget: int) -> Output:  # noqa: ARG002
        """The first K of each, whatever the budget."""
        return extracted([s for document in example.documents for s in sentences_of(document)[: self._sentences]])


class Random:
    """Sentences in an order drawn from the seed and the example's id, so that no other example changes it."""

    name = "random"

    def __init__(self, seed: int) -> None:
        self.options: Mapping[str, str] = {"fill": "cut"}
        self._seed = seed

    def summarize(self, example: Example, budget: int) -> Output:
        """A random choice up to the budget."""
        sentences = [s for document in example.documents for s in sentences_of(document)]
        random.Random(f"{self._seed}:{example.id}").shuffle(sentences)  # noqa: S311
        return extracted(fill(sentences, budget))


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

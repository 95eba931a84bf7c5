"""Systems, by name. An Example and a budget of words go in, an Output comes out.

Baselines, an oracle, outputs made elsewhere, and the library's own pipeline. Imports data, and of summarizer the
pipeline.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from eval.systems.extractive_baselines import Lead, LeadK, Random
from eval.systems.graph_ranking import GraphRank
from eval.systems.greedy_oracle import Oracle
from eval.systems.recorded_outputs import Outputs, Recorded
from eval.systems.summarizer_pipeline import Pipeline
from eval.types import Example, Output

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
        return GraphRank(name, language)
    if name == "oracle":
        return Oracle(language)
    return Pipeline(name, seed)

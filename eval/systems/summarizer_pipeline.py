"""The project's own pipeline as a system, for any model string."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version

from eval.types import Example, Output
from summarizer import Summarizer, SummaryOptions

_WARM_UP = "The ferry left the harbour at noon on Monday. It carried 120 passengers, the port authority said."


class Pipeline:
    """``Summarizer(model=name)`` with key points off: what is measured is the summary."""

    def __init__(self, name: str, seed: int) -> None:
        self.name = name
        self._seed = seed
        self._summarizer = Summarizer(model=name)
        # Loads the models, so that the first example is not timed with them and a missing one is known at once.
        self._summarizer.summarize(_WARM_UP, max_words=20, key_points=0)
        self.options: Mapping[str, str] = _engine(name)

    def summarize(self, example: Example, budget: int) -> Output:
        """A grounded summary of at most ``budget`` words."""
        options = SummaryOptions(max_words=budget, key_points=0, seed=self._seed, include=frozenset({"text"}))
        summary = self._summarizer.summarize(list(example.documents), options)
        return Output(
            text=summary.text,
            sentences=summary.sentences,
            prompt_tokens=summary.usage.prompt_tokens,
            completion_tokens=summary.usage.completion_tokens,
            warnings=summary.warnings,
        )


def _engine(name: str) -> dict[str, str]:
    engines = {"embedded": ("xllamacpp",), "gguf": ("xllamacpp",), "hf": ("transformers", "torch")}
    return {package: version(package) for package in engines.get(name.partition(":")[0], ())}

"""The contract of a metric."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from eval.types import Example, Measure, Output

Scores = dict[str, float]


@dataclass(frozen=True)
class MetricOptions:
    """Choices that more than one metric needs; every one of them is in the signature.

    references: how several references become one score; tokenizer: ``default`` is rouge-score's own (a-z and digits),
    ``unicode`` and ``character`` serve other languages; stemmer: Porter's, for English; verifier: what judges
    sentences, the library's own choice when None.
    """

    language: str = "en"
    references: Literal["max", "mean"] = "max"
    tokenizer: Literal["default", "unicode", "character"] = "default"
    stemmer: bool = True
    verifier: str | None = None


class Metric(Protocol):
    """``measures`` are the columns that it gives; ``options`` goes into the signature."""

    name: str
    measures: tuple[Measure, ...]
    options: Mapping[str, str]

    def score(self, examples: Sequence[Example], outputs: Sequence[Output]) -> list[Scores]:
        """Scores of each output, in order. A measure that does not apply to an output is left out of its dict."""
        ...


class EachOutput(ABC):
    """A metric that scores every output by itself."""

    def __init__(self, options: MetricOptions) -> None:
        self._language = options.language
        self.options: Mapping[str, str] = {}

    def score(self, examples: Sequence[Example], outputs: Sequence[Output]) -> list[Scores]:
        """Scores of each output, in order."""
        return [self.score_one(example, output) for example, output in zip(examples, outputs, strict=True)]

    @abstractmethod
    def score_one(self, example: Example, output: Output) -> Scores:
        """Scores of one output; what does not apply to it is left out."""

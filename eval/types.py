"""What passes between the parts of the harness: Examples go in, Outputs come out, a Measure says what a score is."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from summarizer.types import Document, SummarySentence

Record = dict[str, Any]
"""What is kept as one JSON object."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Example(_Frozen):
    """One cluster: its documents in order, the references that people wrote, and outputs recorded elsewhere."""

    id: str = Field(min_length=1)
    documents: tuple[Document, ...]
    references: tuple[str, ...] = ()
    recorded: dict[str, str] = Field(default_factory=dict)


class Output(_Frozen):
    """What a system wrote for one example. ``error`` is set when it failed; its text is then empty, and scored so.

    sentences: with citations, from systems that cite; tokens: None from systems that have none.
    """

    text: str
    sentences: tuple[SummarySentence, ...] = ()
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    warnings: tuple[str, ...] = ()
    error: str | None = None


class Measure(_Frozen):
    """A column of scores. ``better`` says which way is good, None when neither is; ``scale`` is applied when shown."""

    name: str
    label: str
    better: Literal["higher", "lower"] | None = None
    scale: float = 1.0
    digits: int = 1
    about: str = ""

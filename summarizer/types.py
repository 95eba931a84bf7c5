"""The central types: frozen, validated, and stable as JSON.

Offsets everywhere count Unicode code points of ``Document.text`` (what ``text[start:end]`` means in Python).
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Style = Literal["paragraph", "bullets"]
Wording = Literal["close", "free"]
Part = Literal["key_points", "disagreements", "text"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


class Document(_Frozen):
    """One article after ingestion; ``text`` is the cleaned body that every offset refers to."""

    id: str = Field(min_length=1)
    text: str
    title: str | None = None
    url: str | None = None
    source: str | None = Field(default=None, description="Publisher or site name.")
    published: datetime | None = None
    language: str | None = Field(default=None, description="ISO 639-1 code, when known.")


class SourceDocument(Document):
    """A document as a summary lists it: the input, and of which other document it is a near-copy."""

    copy_of: str | None = None


class Sentence(_Frozen):
    """One sentence of a document: ``document.text[start:end] == text``; ``index`` is its place in that document."""

    document: str
    index: int = Field(ge=0)
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class Citation(_Frozen):
    """One or more whole sentences of a document; ``score`` in 0..1 is how well they support the citing text."""

    document: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    score: float = Field(ge=0.0, le=1.0)


class SummarySentence(_Frozen):
    """A sentence of the summary. ``support`` in 0..1: how likely its cited sentences state it; ``supported`` is the
    verdict of the verifier."""

    text: str
    citations: tuple[Citation, ...] = ()
    support: float = Field(ge=0.0, le=1.0)
    supported: bool

    @model_validator(mode="after")
    def _supported_is_cited(self) -> Self:
        if self.supported and not self.citations:
            raise ValueError("a supported sentence needs at least one citation")
        return self


class KeyPoint(_Frozen):
    """A short point; ``documents`` are the ids of the documents that back it, near-copies counted once."""

    text: str
    citations: tuple[Citation, ...] = Field(min_length=1)
    documents: tuple[str, ...] = Field(min_length=1)


class Claim(_Frozen):
    """One side of a disagreement: the value as written, where it is written, and when that was told, where known."""

    value: str
    citation: Citation
    when: str | None = Field(default=None, description="Day or time of day, as a reader would say it.")


class Disagreement(_Frozen):
    """The same quantity, date or outcome told differently; ``subject`` says in a few words what it is about.

    Of a fact that moves, a toll say, the claims stand in the order of time and the last one is the newest.
    """

    subject: str
    claims: tuple[Claim, ...] = Field(min_length=2)
    corrected: bool = Field(default=False, description="Whether the last claim says that an earlier one was wrong.")


class Usage(_Frozen):
    """How much of the input was read. No timings here: the same input gives the same summary, byte for byte."""

    documents: int = Field(ge=0)
    independent_documents: int = Field(ge=0, description="Documents left when near-copies count once.")
    sentences: int = Field(ge=0)
    sentences_read: int = Field(ge=0, description="Sentences the generator was given.")
    read_share: float = Field(ge=0.0, le=1.0, description="Share of the independent documents' words it was given.")
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)
    candidates: int = Field(ge=0, description="Drafts that were drawn and checked.")


class Summary(_Frozen):
    """A grounded summary. ``text`` is the sentences joined; it serialises to one stable JSON."""

    text: str
    sentences: tuple[SummarySentence, ...]
    key_points: tuple[KeyPoint, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    documents: tuple[SourceDocument, ...]
    model: str
    version: str = Field(description="Version of summarizer that wrote it.")
    warnings: tuple[str, ...] = ()
    usage: Usage


class Update(_Frozen):
    """A running story after new articles: what they add, and the whole story anew."""

    new: Summary | None = Field(description="Of what the new articles add, citing them; None when they add nothing.")
    merged: Summary = Field(description="Of the earlier and the new articles together.")
    new_sentences: int = Field(ge=0, description="Sentences of the new articles that say what was not said before.")
    sentences: int = Field(ge=0, description="Sentences of the new articles.")


class SummaryOptions(_Frozen):
    """What the caller wants. ``model=None`` means the Summarizer's own model."""

    max_words: int = Field(default=80, ge=10, le=2000)
    key_points: int = Field(default=5, ge=0, le=20, description="At most this many; 0 turns them off.")
    query: str | None = Field(default=None, max_length=1000, description="What the reader wants to know.")
    style: Style = "paragraph"
    wording: Wording = Field(default="close", description="free: the verifier asks less, and more is in own words.")
    language: str | None = Field(default=None, description="ISO 639-1 code of the articles; detected when absent.")
    model: str | None = None
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    include: frozenset[Part] = frozenset({"key_points", "disagreements", "text"})

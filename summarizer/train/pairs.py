"""Pairs of articles and summaries from JSONL, as prompts and targets."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, Field, ValidationError, model_validator

from summarizer.errors import InputError
from summarizer.generation.base import Generator, Passage, Prompt, Task
from summarizer.reading.segment import split_sentences
from summarizer.types import Document

_HELD_OUT = 10  # one pair in ten


class Pair(NamedTuple):
    """What the model reads and what it should write."""

    prompt: Prompt
    target: str


class _Text(BaseModel):
    text: str
    title: str | None = None


class _Row(BaseModel):
    """One line: ``documents`` (texts or {text, title}) or ``text``; ``summary`` or ``references``."""

    documents: list[_Text] = Field(min_length=1)
    summary: str = Field(min_length=1)
    task: Task = "summary"
    query: str | None = None
    language: str = "en"
    max_words: int | None = Field(default=None, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _usual_names(cls, row: Any) -> Any:
        if not isinstance(row, dict):
            raise ValueError("a line must be a JSON object")
        row = dict(row)
        if "documents" not in row and isinstance(row.get("text", row.get("document")), str):
            row["documents"] = [row.get("text", row.get("document"))]
        if isinstance(row.get("documents"), list):
            row["documents"] = [{"text": one} if isinstance(one, str) else one for one in row["documents"]]
        references = row.get("references")
        if "summary" not in row and isinstance(references, list) and references:
            row["summary"] = references[0].get("text") if isinstance(references[0], dict) else references[0]
        return row


def read_pairs(path: Path) -> list[Pair]:
    """Every pair of a JSONL file. Raises InputError naming the first line that is none.

    A pair whose ``max_words`` is absent asks for its summary's own length, rounded up to ten words.
    """
    pairs = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                pairs.append(_pair(line, f"{path}:{number}"))
    if not pairs:
        raise InputError(
            "it holds no pairs", remedy='Give one {"documents": [{"text": …}], "summary": …} a line.', where=str(path)
        )
    return pairs


def split(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Pairs to train on and held-out ones: one in ten, chosen by the target's own hash; at least one of each."""
    ranked = sorted(range(len(pairs)), key=lambda i: (hashlib.sha256(pairs[i].target.encode()).digest(), i))
    held = set(ranked[: max(1, len(pairs) // _HELD_OUT)])
    if len(held) == len(pairs):
        raise InputError("one pair is too few", remedy="Give at least two, or --held-out.")
    return [p for i, p in enumerate(pairs) if i not in held], [pairs[i] for i in sorted(held)]


def fitted(prompt: Prompt, generator: Generator) -> Prompt:
    """``prompt`` without the last sentences of its longest documents, as many as it takes to fit the window."""
    counts = [generator.count_tokens(passage.sentences) for passage in prompt.passages]
    while True:
        kept = [
            passage.model_copy(
                update={"sentences": passage.sentences[: len(c)], "salience": passage.salience[: len(c)]}
            )
            for passage, c in zip(prompt.passages, counts, strict=True)
        ]
        shorter = prompt.model_copy(update={"passages": tuple(kept)})
        over = sum(map(sum, counts)) + generator.overhead(shorter) - generator.window
        if over <= 0 or sum(map(len, counts)) <= 1:
            return shorter
        while over > 0 and sum(map(len, counts)) > 1:
            over -= max((c for c in counts if c), key=sum).pop()


def _pair(line: str, where: str) -> Pair:
    try:
        row = _Row.model_validate(json.loads(line))
    except (ValidationError, ValueError) as failure:
        problem = failure.errors()[0] if isinstance(failure, ValidationError) else None
        said = f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" if problem else str(failure)
        raise InputError(
            f"this line is no pair ({said})",
            remedy='Write {"documents": [{"text": …}], "summary": …}.',
            where=where,
        ) from failure
    words = len(row.summary.split())
    prompt = Prompt(
        task=row.task,
        passages=tuple(_passage(place, text, row.language) for place, text in enumerate(row.documents, start=1)),
        max_words=row.max_words or -(-words // 10) * 10,
        query=row.query,
        language=row.language,
    )
    return Pair(prompt, " ".join(row.summary.split()))


def _passage(place: int, text: _Text, language: str) -> Passage:
    document = Document(id=str(place), text=text.text, title=text.title, language=language)
    sentences = tuple(sentence.text for sentence in split_sentences(document))
    return Passage(document=document.id, title=text.title, sentences=sentences, salience=(1.0,) * len(sentences))

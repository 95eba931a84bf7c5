"""Which source sentences an output rests on, ready to be shown: citations where there are any, copies elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from eval.data.tokenization import output_sentences
from eval.types import Example, Output
from summarizer.reading.segment import split_sentences
from summarizer.types import Document

Span = tuple[int, int, int]
"""start, end, number of the output sentence (from 1)."""


@dataclass(frozen=True)
class Piece:
    """Text with the numbers of the output sentences that cite it, lowest first."""

    text: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Line:
    """An output sentence, its number, and the grounding verdict where the system gave one."""

    text: str
    number: int
    supported: bool | None
    marked: bool


@dataclass(frozen=True)
class Marked:
    """``by``: "citation", or "copy" when the system cites nothing and verbatim sentences are marked instead."""

    lines: tuple[Line, ...]
    documents: tuple[tuple[Document, tuple[Piece, ...]], ...]
    by: str


def mark(example: Example, output: Output, language: str = "en") -> Marked:
    """Cut the documents at the edges of what the output cites."""
    told: list[tuple[str, bool | None]]
    if output.sentences:
        spans = _cited(output)
        told = [(sentence.text, sentence.supported) for sentence in output.sentences]
    else:
        texts = output_sentences(output.text, language)
        spans = _copied(example, texts)
        told = [(text, None) for text in texts]
    known = {number for of in spans.values() for _, _, number in of}
    lines = tuple(Line(text, number, verdict, number in known) for number, (text, verdict) in enumerate(told, 1))
    documents = tuple((d, tuple(_pieces(d.text, spans.get(d.id, [])))) for d in example.documents)
    return Marked(lines, documents, "citation" if output.sentences else "copy")


def _cited(output: Output) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = {}
    for number, sentence in enumerate(output.sentences, 1):
        for citation in sentence.citations:
            spans.setdefault(citation.document, []).append((citation.start, citation.end, number))
    return spans


def _copied(example: Example, texts: list[str]) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = {}
    for document in example.documents:
        for sentence in split_sentences(document):
            plain = " ".join(sentence.text.split())
            for number, text in enumerate(texts, 1):
                if len(text) > 20 and (text in plain or plain in text):
                    spans.setdefault(document.id, []).append((sentence.start, sentence.end, number))
    return spans


def _pieces(text: str, spans: list[Span]) -> Iterator[Piece]:
    edges = sorted({0, len(text), *(min(edge, len(text)) for start, end, _ in spans for edge in (start, end))})
    for start, end in pairwise(edges):
        numbers = sorted({number for a, b, number in spans if a <= start and end <= b})
        yield Piece(text[start:end], tuple(numbers))

"""A summary for people: plain text with footnotes, or Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from summarizer.types import Citation, Disagreement, Summary

UNSUPPORTED = "[unsupported]"
"""Follows a sentence that no source supports."""


def to_text(summary: Summary, *, bullets: bool = False) -> str:
    """Plain text: the summary, key points and disagreements with footnote numbers, then the cited sentences."""
    notes = Footnotes(summary)
    lines = [*_body(summary, notes, bullets=bullets), ""]
    if summary.key_points:
        lines += ["Key points", *_key_points(summary, notes), ""]
    for heading, found in _differing(summary):
        lines += [heading, *_disagreements(found, notes), ""]
    lines += ["Sources", *(f"[{number}] {notes.source(c)}: {notes.quoted(c)}" for number, c in notes.numbered())]
    return "\n".join(lines) + "\n"


def to_markdown(summary: Summary, *, bullets: bool = False) -> str:
    """Markdown with footnotes (``[^1]``), as GitHub and Pandoc read them."""
    notes = Footnotes(summary, mark="[^{}]")
    lines = [*_body(summary, notes, bullets=bullets), ""]
    if summary.key_points:
        lines += ["## Key points", "", *_key_points(summary, notes), ""]
    for heading, found in _differing(summary):
        lines += [f"## {heading}", "", *_disagreements(found, notes), ""]
    for number, citation in notes.numbered():
        lines.append(f"[^{number}]: **{notes.source(citation)}** {notes.quoted(citation)}")
    return "\n".join(lines) + "\n"


def _body(summary: Summary, notes: Footnotes, *, bullets: bool) -> list[str]:
    parts = [
        f"{sentence.text}{'' if sentence.supported else ' ' + UNSUPPORTED}{notes.marks(sentence.citations)}"
        for sentence in summary.sentences
    ]
    return [f"- {part}" for part in parts] if bullets else [" ".join(parts)]


def _key_points(summary: Summary, notes: Footnotes) -> Iterator[str]:
    several = sum(document.copy_of is None for document in summary.documents) > 1
    for point in summary.key_points:
        count = len(point.documents)
        backed = f" ({count} article{'s' if count > 1 else ''})" if several else ""
        yield f"- {point.text}{notes.marks(point.citations)}{backed}"


def _differing(summary: Summary) -> Iterator[tuple[str, list[Disagreement]]]:
    """What changed while it was told, and what the articles disagree on, each with its heading."""
    for heading, moved in (("What changed", True), ("The articles disagree", False)):
        if found := [d for d in summary.disagreements if all(claim.when for claim in d.claims) is moved]:
            yield heading, found


def _disagreements(differing: Iterable[Disagreement], notes: Footnotes) -> Iterator[str]:
    for found in differing:
        told = [f"{c.value}{f' ({c.when})' if c.when else ''}{notes.marks([c.citation])}" for c in found.claims]
        yield f"- {found.subject}: {'; '.join(told)}{', corrected' if found.corrected else ''}"


class Footnotes:
    """Numbers each cited passage once, in the order in which the text first cites it."""

    def __init__(self, summary: Summary, mark: str = "[{}]") -> None:
        self._documents = {document.id: document for document in summary.documents}
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._cited: list[Citation] = []
        self._mark = mark

    def marks(self, citations: Iterable[Citation]) -> str:
        """`` [1][3]``; empty when there is nothing to cite."""
        marks = "".join(self._mark.format(number) for number in self.numbers(citations))
        return f" {marks}" if marks else ""

    def numbers(self, citations: Iterable[Citation]) -> list[int]:
        """The numbers of the passages that are cited, ascending."""
        return sorted({self._number(c) for c in citations})

    def _number(self, citation: Citation) -> int:
        place = (citation.document, citation.start, citation.end)
        if place not in self._numbers:
            self._cited.append(citation)
            self._numbers[place] = len(self._cited)
        return self._numbers[place]

    def numbered(self) -> Sequence[tuple[int, Citation]]:
        """Every cited passage with its number, in order."""
        return list(enumerate(self._cited, start=1))

    def source(self, citation: Citation) -> str:
        """What to call the document: its publisher and id, or its id."""
        document = self._documents[citation.document]
        return f"{document.source}, {document.id}" if document.source else document.id

    def quoted(self, citation: Citation) -> str:
        """The cited sentences on one line."""
        text = self._documents[citation.document].text[citation.start : citation.end]
        return " ".join(text.split()) or f"characters {citation.start} to {citation.end}"

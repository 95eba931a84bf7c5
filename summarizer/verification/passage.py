"""The short text in which a judge reads the evidence of a claim."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING

import numpy as np

from summarizer.language.casing import normal_case
from summarizer.language.lexicon import foreign
from summarizer.language.quantities import quantities
from summarizer.language.words import stem, tokens
from summarizer.types import Document
from summarizer.verification.terms import pieces

if TYPE_CHECKING:
    from summarizer.verification.evidence import Evidence

MOST_WORDS = 120
"""Words of an evidence text, about; one long sentence is cut to the stretch that has most of the claim."""

_LONG = 90  # words of one sentence that a judge reads
_PRONOUNS = "|".join(["he|she|they|it|his|her|their|its|this|that|these|those", *sorted(foreign("pronouns"))])
_PRONOUN = re.compile(rf"^\W*(?:{_PRONOUNS})\b", re.IGNORECASE)


def passage(
    claim: str,
    rows: Sequence[int],
    context: Sequence[int],
    weights: Mapping[str, float],
    evidence: Evidence,
) -> str:
    """The chosen sentences and their context in source order, a line a document, headed where that says who or when."""
    room = MOST_WORDS - sum(words_read(evidence, row) for row in rows)
    shown = set(rows)
    for row in context:
        if words_read(evidence, row) <= room:
            shown.add(row)
            room -= words_read(evidence, row)
    told = {piece for row in shown for piece in pieces(evidence.sentences[row].text, evidence.language)}
    untold = weights.keys() - told
    lines: dict[str, list[str]] = {}
    for row in sorted(shown):
        text = normal_case(_stretch(evidence.sentences[row].text, weights, evidence.language))
        lines.setdefault(evidence.owners[row], []).append(" ".join(text.split()))
    dangling = {evidence.owners[row] for row in rows if points_back(evidence.sentences[row].text)}
    for owner, texts in lines.items():
        texts[:0] = _heading(claim, evidence.documents[owner], untold, owner in dangling, evidence.language)
    return "\n".join(" ".join(texts) for texts in lines.values())


def points_back(sentence: str) -> bool:
    """Whether it opens with a pronoun."""
    return bool(_PRONOUN.match(sentence))


def words_read(evidence: Evidence, row: int) -> int:
    """Words of sentence ``row`` that a judge reads."""
    return min(_LONG, len(evidence.norms[row].split()))


def _heading(claim: str, document: Document, missing: Set[str], dangling: bool, language: str) -> list[str]:
    """Title and date of a document, as far as the claim needs them: the date when it names a day, the title when that
    has a word that the chosen sentences lack, or when these begin with a pronoun."""
    parts = []
    if document.title:
        holds = any(piece in missing for piece in pieces(document.title, language))
        if holds or dangling:
            title = " ".join(document.title.split())
            parts.append(title if title[-1:] in ".!?" else f"{title}.")
    if document.published is not None and _names_a_day(claim, language):
        parts.append(f"({document.published:%A}, {document.published.day} {document.published:%B %Y})")
    return parts


def _names_a_day(claim: str, language: str) -> bool:
    return any(q.unit in {"date", "weekday", "relative", "year"} for q in quantities(claim, language))


def _stretch(text: str, weights: Mapping[str, float], language: str) -> str:
    """``text``, or of a very long one the ninety words that hold most of the claim."""
    words = tokens(text)
    if len(words) <= _LONG:
        return text[: _LONG * 12] if len(text) > _LONG * 40 else text
    found = np.array([weights.get(stem(w.norm, language), 0.0) for w in words], dtype=np.float64)
    sums = np.concatenate([[0.0], np.cumsum(found)])
    first = int(np.argmax(sums[_LONG:] - sums[:-_LONG]))
    return text[words[first].start : words[first + _LONG - 1].end]

"""Grounding: what each output sentence rests on, and whether it may leave.

A sentence is supported when its source sentences cover its words, in their order, with the same polarity and modality,
and hold every name, number, date and quotation in it. The check errs on the side of refusing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from summarizer.alignment import MAX_CORE, Alignment, Lexicon, align
from summarizer.assertion import mismatches
from summarizer.names import NameSource, is_held, names, person_key
from summarizer.reading import Reading
from summarizer.specifics import Evidenced, Specific, is_cased
from summarizer.types import Citation, Document, Sentence, SummarySentence
from summarizer.words import tokens

Floats = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]

THRESHOLD = 0.85
_REACH = 2
_MIN_ORDER = 0.8
_INVENTED = 3
_REFUSED = 0.5
_PERSON = re.compile(r"\b(?:he|she|him|his|her)\b", re.I)


@dataclass(frozen=True)
class Grounded:
    """A checked sentence. ``reasons`` say why it is not supported, such as "number:3,000", "polarity", "modality",
    "role:trump", "low_coverage"; they are empty when it is."""

    sentence: SummarySentence
    reasons: tuple[str, ...]


class Evidence:
    """The source sentences of one summary, read once.

    documents: the articles; sentences: theirs, in order; vectors: (n, d) unit rows, one a sentence; language: ISO 639-1
    code of the articles, for stems.
    """

    def __init__(
        self, documents: Sequence[Document], sentences: Sequence[Sentence], vectors: Floats, language: str = "en"
    ) -> None:
        if len(sentences) != len(vectors):
            raise ValueError(f"{len(sentences)} sentences but {len(vectors)} vectors")
        self.sentences = tuple(sentences)
        self.vectors = np.asarray(vectors, dtype=np.float32)
        self.language = language
        self.cased = is_cased([document.text for document in documents])
        self.readings = [Reading(sentence.text, language) for sentence in sentences]
        self.lexicon = Lexicon(self.readings)
        self.owners = [sentence.document for sentence in sentences]
        self._rows = {(sentence.document, sentence.index): row for row, sentence in enumerate(sentences)}
        self._texts = {document.id: document.text for document in documents}
        self._names: dict[str, NameSource] = {}

    def names_of(self, document: str) -> NameSource:
        """The names of a whole document, parsed when first asked for."""
        if document not in self._names:
            self._names[document] = NameSource([self._texts.get(document, "")], cased=self.cased)
        return self._names[document]

    def neighbours(self, row: int) -> list[int]:
        """Rows of the sentences just before ``row`` in its document, nearest first."""
        sentence = self.sentences[row]
        before = [self._rows.get((sentence.document, sentence.index - step)) for step in range(1, _REACH + 1)]
        return [near for near in before if near is not None]


def ground(texts: Sequence[str], evidence: Evidence, encode: Encode) -> list[Grounded]:
    """Check each sentence of ``texts`` against ``evidence``; same order, one result each.

    encode: texts -> (n, d) float32 unit rows, the encoder that made ``evidence.vectors``.
    """
    if not evidence.sentences:
        return [_refused(text, (), 0.0, ["no_evidence"]) for text in texts]
    if not texts:
        return []
    claims = [Reading(text, evidence.language) for text in texts]
    cosines = np.clip(encode(list(texts)) @ evidence.vectors.T, -1.0, 1.0)
    coverage = evidence.lexicon.coverage(claims)
    return [_ground_one(claim, evidence, coverage[i], cosines[i]) for i, claim in enumerate(claims)]


def _ground_one(claim: Reading, evidence: Evidence, coverage: Floats, cosines: Floats) -> Grounded:
    if not claim.content:
        return _refused(claim.text, (), 0.0, ["no_content"])
    found = align(claim, evidence.lexicon, coverage, cosines, evidence.vectors, evidence.owners)
    core = list(found.core)
    missing, resolved = _missing(claim, core, evidence)
    found = _without_resolved(found, len(claim.content), resolved)
    reasons = [str(specific) for specific in missing]
    if not found.verbatim or missing:
        reasons += mismatches(claim, [evidence.readings[row] for row in core], cased=evidence.cased)
    if found.spliced:
        reasons.append("splice")
    if found.cut:
        reasons.append("cut")
    if found.invented >= _INVENTED:
        reasons.append("invented")
    support = _support(found)
    if support < THRESHOLD or found.order < _MIN_ORDER:
        reasons.append("low_coverage" if found.coverage <= found.order else "order")
    citations = _cite([*core, *found.agreeing], coverage, cosines, evidence)
    if reasons:
        return _refused(claim.text, citations, support, reasons)
    return Grounded(SummarySentence(text=claim.text, citations=citations, support=support, supported=True), ())


def _refused(text: str, citations: tuple[Citation, ...], support: float, reasons: list[str]) -> Grounded:
    shown = round(support * _REFUSED, 4) if support >= THRESHOLD else support
    sentence = SummarySentence(text=text, citations=citations, support=shown, supported=False)
    return Grounded(sentence, tuple(dict.fromkeys(reasons)))


def _support(found: Alignment) -> float:
    """One figure in 0..1; a verbatim sentence has 1."""
    if found.verbatim:
        return 1.0
    cosine = max(0.0, min(1.0, (found.cosine - 0.2) / 0.65))
    return round(0.55 * found.coverage + 0.25 * found.order + 0.2 * cosine, 4)


def _without_resolved(found: Alignment, size: int, resolved: int) -> Alignment:
    """The same figures when ``resolved`` of the claim's ``size`` content words need no cover, being names found by
    other means."""
    lacking = round((1.0 - found.coverage) * size)
    freed = min(resolved, lacking)
    if not freed or size == freed:
        return found
    share = size / (size - freed)
    return replace(
        found,
        coverage=min(1.0, found.coverage * share),
        order=min(1.0, found.order * share),
        invented=max(0, found.invented - freed),
    )


def _missing(claim: Reading, core: list[int], evidence: Evidence) -> tuple[list[Specific], int]:
    """Specifics that the cited sentences lack, and how many words of names were found by other means.

    A sentence that names whom a cited pronoun means joins ``core``.
    """
    held = Evidenced([evidence.sentences[row].text for row in core], cased=evidence.cased)
    missing = held.unsupported(claim.text)
    still, resolved = [], 0
    for specific in missing:
        if specific.kind == "name" and _resolve(specific.text, claim, core, evidence):
            resolved += len(tokens(specific.text))
            continue
        if specific.kind == "quotation" and _continues(specific.text, core, evidence):
            continue
        still.append(specific)
    return still, resolved


def _resolve(name: str, claim: Reading, core: list[int], evidence: Evidence) -> bool:
    """Whether the document tells who is meant: the surname is cited and the full name stands elsewhere in the document,
    or a cited "he" or "she", which the claim replaces, follows a sentence whose first full name it is."""
    found = names(name)
    if not found:
        return False
    words = found[0].words
    for row in list(core):
        document = evidence.names_of(evidence.owners[row])
        text = evidence.sentences[row].text
        cited = NameSource([text], cased=evidence.cased)
        if person_key(words) in cited.capitals and is_held(words, document):
            return True
        replaces = len(_PERSON.findall(text)) > len(_PERSON.findall(claim.text))
        if not replaces or len(core) >= MAX_CORE or not is_held(words, document):
            continue
        for near in evidence.neighbours(row):
            before = names(evidence.sentences[near].text, document)
            people = [other for other in before if len(other.words) > 1] or before
            if people and person_key(words) in people[0].words:
                core.append(near)
                return True
    return False


def _continues(quoted: str, core: Sequence[int], evidence: Evidence) -> bool:
    """Whether the quotation runs on over adjoining sentences of a cited document."""
    for row in core:
        around = [*evidence.neighbours(row)[::-1], row]
        after = [r for r in range(row + 1, row + 1 + _REACH) if r < len(evidence.owners)]
        around += [r for r in after if evidence.owners[r] == evidence.owners[row]]
        if Evidenced([" ".join(evidence.sentences[r].text for r in around)]).holds_quotation(quoted):
            return True
    return False


def _cite(rows: Sequence[int], coverage: Floats, cosines: Floats, evidence: Evidence) -> tuple[Citation, ...]:
    """Citations of ``rows`` in that order; sentences of one document that adjoin become one citation."""
    spans: list[tuple[list[int], float]] = []
    for row in dict.fromkeys(rows):
        score = min(1.0, max(0.0, float(0.6 * coverage[row] + 0.4 * max(0.0, cosines[row]))))
        for members, _ in spans:
            same = evidence.owners[members[0]] == evidence.owners[row]
            if same and any(abs(evidence.sentences[m].index - evidence.sentences[row].index) == 1 for m in members):
                members.append(row)
                break
        else:
            spans.append(([row], score))
    return tuple(
        Citation(
            document=evidence.owners[members[0]],
            start=min(evidence.sentences[m].start for m in members),
            end=max(evidence.sentences[m].end for m in members),
            score=round(score, 4),
        )
        for members, score in spans
    )
